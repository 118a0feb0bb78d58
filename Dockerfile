FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:24-slim
ENV NODE_ENV=production DATA_DIR=/data NODE_COMPILE_CACHE=/data/compiled
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json mcp.json ./
COPY inngest inngest
COPY src src
# The process itself may write to these two only: run it with a read-only root file system.
RUN mkdir /data && chown node:node /data
VOLUME ["/data", "/tmp"]
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# A small young generation: as fast here, and the memory of a thousand questions stays that of fifty.
CMD ["node", "--max-semi-space-size=8", "src/main.ts"]
