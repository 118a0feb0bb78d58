/**
 * Guest code: the world as a program sees it. Its clock stands still and its randomness is seeded, so that a
 * replay is the same run; what could reach memory outside the heap, or see the garbage collector, is gone.
 * The text of this function is evaluated in the isolate: it must refer to nothing outside itself.
 */
export interface World {
  set(now: number, seed: number): void;
}

export function world(): World {
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  const { apply, construct } = Reflect;
  let now = 0;
  let seed = 0;

  for (const name of [
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'WeakRef',
    'FinalizationRegistry',
    'Temporal',
  ]) {
    Reflect.deleteProperty(globalThis, name);
  }
  for (const name of ['resize', 'transfer', 'transferToFixedLength', 'transferToImmutable']) {
    Reflect.deleteProperty(ArrayBuffer.prototype, name);
  }

  // mulberry32, public domain (Tommy Ettinger): 32 bits of state, enough for sampling, not for secrets.
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let bits = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };

  const RealDate = Date;
  function FrozenDate(...args: unknown[]): Date | string {
    if (!new.target) return new RealDate(now).toString();
    return construct(RealDate, args.length === 0 ? [now] : args, new.target);
  }
  const constant = (target: object, name: string, value: unknown) =>
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  constant(FrozenDate, 'name', 'Date');
  constant(FrozenDate, 'now', () => now);
  constant(FrozenDate, 'parse', RealDate.parse);
  constant(FrozenDate, 'UTC', RealDate.UTC);
  FrozenDate.prototype = RealDate.prototype;
  constant(RealDate.prototype, 'constructor', FrozenDate);
  constant(globalThis, 'Date', FrozenDate);

  // Without an argument these two would show the real time.
  const formatting = Intl.DateTimeFormat.prototype;
  const format = getOwnPropertyDescriptor(formatting, 'format')?.get as () => (date: unknown) => string;
  defineProperty(formatting, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const real = apply(format, this, []);
      return (date?: unknown) => real(date === undefined ? now : date);
    },
  });
  const { formatToParts } = formatting;
  constant(formatting, 'formatToParts', function (this: Intl.DateTimeFormat, date?: Date | number) {
    return apply(formatToParts, this, [date === undefined ? now : date]);
  });

  return {
    set(runNow, runSeed) {
      now = runNow;
      seed = runSeed | 0;
    },
  };
}
