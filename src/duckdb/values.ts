/**
 * DuckDB values as plain JSON, the way a program and a chart want them: numbers as numbers, dates as
 * `YYYY-MM-DD`, timestamps as ISO with Z (midnight is a date), what has no finite number as null.
 */
import { type DuckDBType, DuckDBTypeId as T } from '@duckdb/node-api';

/** Shapes of DuckDB's value classes, as far as they are read here. */
interface Boxed {
  toDouble(): number;
  isFinite: boolean;
  days: number;
  micros: bigint;
  seconds: bigint;
  millis: bigint;
  nanos: bigint;
  items: unknown[];
  entries: unknown;
  value: unknown;
  tag: string;
  bytes: Uint8Array;
}

export type Convert = (value: unknown) => unknown;

const DAY_MS = 86_400_000;
/** 0000-01-01 and 9999-12-31 in days since 1970-01-01: beyond them Date writes years with a sign. */
const [FIRST_DAY, LAST_DAY] = [-719_528, 2_932_896];
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The converter of one column. Nulls are handled here, once. */
export function converterFor(type: DuckDBType): Convert {
  const convert = converterOf(type);
  return (value) => (value === null || value === undefined ? null : convert(value));
}

function converterOf(type: DuckDBType): Convert {
  const boxed =
    (read: (value: Boxed) => unknown): Convert =>
    (value) =>
      read(value as Boxed);
  switch (type.typeId) {
    case T.BOOLEAN:
    case T.VARCHAR:
    case T.ENUM:
    case T.TINYINT:
    case T.SMALLINT:
    case T.INTEGER:
    case T.UTINYINT:
    case T.USMALLINT:
    case T.UINTEGER:
      return (value) => value;
    case T.FLOAT:
    case T.DOUBLE:
      return (value) => finite(value as number);
    case T.BIGINT:
    case T.UBIGINT:
    case T.HUGEINT:
    case T.UHUGEINT:
      return (value) => integer(value as bigint);
    case T.DECIMAL:
      return boxed((value) => finite(value.toDouble()));
    case T.DATE:
      return boxed((value) => date(value));
    case T.TIMESTAMP:
    case T.TIMESTAMP_TZ:
      return boxed((value) => timestamp(value, value.micros));
    case T.TIMESTAMP_S:
      return boxed((value) => timestamp(value, value.seconds * 1_000_000n));
    case T.TIMESTAMP_MS:
      return boxed((value) => timestamp(value, value.millis * 1_000n));
    case T.TIMESTAMP_NS:
      return boxed((value) => timestamp(value, value.nanos / 1_000n));
    case T.LIST:
    case T.ARRAY: {
      const item = converterFor(type.valueType);
      return boxed((value) => value.items.map(item));
    }
    case T.STRUCT: {
      const fields = type.entryNames.map(
        (name, i) => [name, converterFor(type.entryTypes[i] as DuckDBType)] as const,
      );
      return boxed((value) => {
        const entries = value.entries as Record<string, unknown>;
        return Object.fromEntries(fields.map(([name, convert]) => [name, convert(entries[name])]));
      });
    }
    case T.MAP: {
      const [key, item] = [converterFor(type.keyType), converterFor(type.valueType)];
      return boxed((value) => {
        const entries = value.entries as { key: unknown; value: unknown }[];
        return Object.fromEntries(entries.map((entry) => [String(key(entry.key)), item(entry.value)]));
      });
    }
    case T.UNION: {
      const members = new Map(
        type.memberTags.map((tag, i) => [tag, converterFor(type.memberTypes[i] as DuckDBType)]),
      );
      return boxed((value) => members.get(value.tag)?.(value.value) ?? null);
    }
    case T.BLOB:
      return boxed((value) => Buffer.from(value.bytes).toString('base64'));
    default:
      return String;
  }
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

const integer = (value: bigint) => (value <= MAX_SAFE && value >= -MAX_SAFE ? Number(value) : String(value));

function date(value: Boxed): string | null {
  if (!value.isFinite) return null;
  if (value.days < FIRST_DAY || value.days > LAST_DAY) return String(value);
  return new Date(value.days * DAY_MS).toISOString().slice(0, 10);
}

function timestamp(value: Boxed, micros: bigint): string | null {
  if (!value.isFinite) return null;
  const ms = Number(micros / 1000n);
  if (ms < FIRST_DAY * DAY_MS || ms >= (LAST_DAY + 1) * DAY_MS) return String(value);
  const iso = new Date(ms).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.replace('.000Z', 'Z');
}
