/**
 * Guest code: how values become JSON text. What JSON would lose in silence (a Map becomes {}, so does a promise)
 * is an error that says what to write instead. NaN, Infinity and undefined become null, as in JSON.
 * The text of this function is evaluated in the isolate: it must refer to nothing outside itself.
 */
export interface Values {
  /** JSON text of a value that leaves the program. Throws TypeError. */
  cross(value: unknown): string;
  /** One line for people. Never throws. */
  print(value: unknown): string;
}

export function values(): Values {
  const { stringify } = JSON;
  const { defineProperty, getPrototypeOf } = Object;
  const { apply } = Reflect;
  const RealError = Error;
  const RealTypeError = TypeError;
  let mode: 'plain' | 'crossing' | 'printing' = 'plain';

  function convert<T>(
    prototype: object,
    print: (self: T) => unknown,
    cross: string | ((self: T) => unknown),
  ) {
    defineProperty(prototype, 'toJSON', {
      configurable: true,
      writable: true,
      enumerable: false,
      value(this: T) {
        if (mode === 'printing') return print(this);
        if (mode === 'plain') return this;
        if (typeof cross === 'string') throw new RealTypeError(cross);
        return cross(this);
      },
    });
  }
  const { slice, push } = Array.prototype;
  const list = <T>(each: (add: (item: T) => void) => void) => {
    const items: T[] = [];
    each((item) => apply(push, items, [item]));
    return items;
  };
  const mapForEach = Map.prototype.forEach;
  const setForEach = Set.prototype.forEach;
  const toArray = (self: unknown) => apply(slice, self, []);
  convert<Map<unknown, unknown>>(
    Map.prototype,
    (self) => list((add) => apply(mapForEach, self, [(value: unknown, key: unknown) => add([key, value])])),
    'A Map cannot leave the program: convert it with Object.fromEntries(map)',
  );
  convert<Set<unknown>>(
    Set.prototype,
    (self) => list((add) => apply(setForEach, self, [add])),
    'A Set cannot leave the program: convert it with [...set]',
  );
  convert<bigint>(
    BigInt.prototype,
    (self) => `${self}n`,
    'A BigInt cannot leave the program: convert it with Number(x)',
  );
  convert<Promise<unknown>>(
    Promise.prototype,
    () => '[promise: await it]',
    'A promise was used as a value: write await before the call',
  );
  convert(getPrototypeOf(Int8Array.prototype), toArray, toArray);

  function text(value: unknown, during: typeof mode): string {
    const before = mode;
    mode = during;
    try {
      return stringify(value) ?? 'null';
    } finally {
      mode = before;
    }
  }

  return {
    cross: (value) => text(value, 'crossing'),
    print(value) {
      try {
        if (typeof value === 'string') return value;
        if (typeof value === 'function') return '[function]';
        if (typeof value !== 'object' || value === null) return String(value);
        if (value instanceof RealError) return `${value.name}: ${value.message}`;
        return text(value, 'printing');
      } catch {
        return '[cannot be printed]';
      }
    },
  };
}
