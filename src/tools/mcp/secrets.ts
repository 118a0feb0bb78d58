/** Keeps the values of mcp.json's variables out of everything that a server says. */

const HIDDEN = '***';

/** The text without the secrets, also where a URL has escaped them. */
export function hideSecrets(text: string, secrets: string[]): string {
  let shown = text;
  for (const secret of secrets) {
    shown = shown.replaceAll(secret, HIDDEN).replaceAll(encodeURIComponent(secret), HIDDEN);
  }
  return shown;
}

/** The same for every string of plain JSON, names of properties included. */
export function hideSecretsIn(value: unknown, secrets: string[]): unknown {
  if (secrets.length === 0) return value;
  if (typeof value === 'string') return hideSecrets(value, secrets);
  if (Array.isArray(value)) return value.map((item) => hideSecretsIn(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [hideSecrets(key, secrets), hideSecretsIn(item, secrets)]),
  );
}
