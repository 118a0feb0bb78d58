/** QuickJS compiled to WebAssembly, in process: a runtime for each program, values crossing as JSON text. */
import { load, PEER_LIMITS, type Peer, type Tools } from './peer.ts';

interface Handle {
  dispose(): void;
}

interface Deferred {
  handle: Handle;
  resolve(value: Handle): void;
  settled: Promise<void>;
}

interface Context {
  global: Handle;
  newString(text: string): Handle;
  newPromise(): Deferred;
  newFunction(name: string, fn: (...args: Handle[]) => Handle): Handle;
  setProp(target: Handle, name: string, value: Handle): void;
  getString(handle: Handle): string;
  evalCode(code: string): unknown;
  unwrapResult(result: unknown): Handle;
  resolvePromise(promise: Handle): Promise<unknown>;
  dispose(): void;
}

interface Runtime {
  newContext(): Context;
  setMemoryLimit(bytes: number): void;
  setInterruptHandler(handler: () => boolean): void;
  executePendingJobs(): unknown;
  dispose(): void;
}

interface QuickJs {
  getQuickJS(): Promise<{ newRuntime(): Runtime }>;
}

export async function createQuickJs(): Promise<Peer> {
  const { getQuickJS } = await load<QuickJs>('quickjs-emscripten');
  const quickJs = await getQuickJS();
  return {
    async run(program, tools) {
      const runtime = quickJs.newRuntime();
      const context = runtime.newContext();
      const deadline = Date.now() + PEER_LIMITS.ms;
      runtime.setMemoryLimit(PEER_LIMITS.mb * 2 ** 20);
      runtime.setInterruptHandler(() => Date.now() > deadline);
      try {
        addTools(runtime, context, tools);
        const started = context.unwrapResult(context.evalCode(wrap(program, Object.keys(tools))));
        const settled = context.resolvePromise(started);
        runtime.executePendingJobs();
        const value = context.unwrapResult(await settled);
        const text = context.getString(value);
        value.dispose();
        started.dispose();
        return JSON.parse(text);
      } finally {
        context.dispose();
        runtime.dispose();
      }
    },
  };
}

function addTools(runtime: Runtime, context: Context, tools: Tools): void {
  for (const [name, tool] of Object.entries(tools)) {
    const fn = context.newFunction(name, (argsText) => {
      const promise = context.newPromise();
      const args = argsText ? (JSON.parse(context.getString(argsText)) as unknown[]) : [];
      void tool(...args).then((value) => {
        const text = context.newString(JSON.stringify(value));
        promise.resolve(text);
        text.dispose();
      });
      void promise.settled.then(() => runtime.executePendingJobs());
      return promise.handle;
    });
    context.setProp(context.global, `host_${name}`, fn);
    fn.dispose();
  }
}

function wrap(program: string, tools: string[]): string {
  const functions = tools.map(
    (name) => `const ${name} = async (...args) => JSON.parse(await host_${name}(JSON.stringify(args)));`,
  );
  return `(async () => { ${functions.join('\n')} return JSON.stringify(await (async () => { ${program} })()); })()`;
}
