/**
 * A column of text -> numbers, booleans and ISO dates, when every value in it can be read in the same way; else it
 * stays text. Numbers with leading zeros (post codes, account numbers) and those too long for a double stay text.
 */
type Cells = (string | null)[];

const PLAIN = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i;
/** 1,234.50 */
const GROUPED = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/;
/** 1.234,50 and 12,5 */
const CONTINENTAL = /^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/;
const COMMA_DECIMAL = /^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+$/;
const IDENTIFIER = /^[-+]?0\d/;
const DATE = /^(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})(?:[T ](\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?))?$/;

/** @param commas whether the file's values may hold decimal commas: its delimiter is another character */
export function typeColumns(columns: Cells[], commas: boolean): unknown[][] {
  const continental =
    commas && columns.some((cells) => cells.some(is(COMMA_DECIMAL)) && every(cells, CONTINENTAL));
  return columns.map((cells) => numbers(cells, continental) ?? booleans(cells) ?? dates(cells) ?? cells);
}

const is = (pattern: RegExp) => (cell: string | null) => cell !== null && pattern.test(cell);
const every = (cells: Cells, pattern: RegExp) => cells.every((cell) => cell === null || pattern.test(cell));
const map = <T>(cells: Cells, convert: (cell: string) => T) =>
  cells.map((cell) => (cell === null ? null : convert(cell)));

function numbers(cells: Cells, continental: boolean): (number | null)[] | null {
  if (cells.some(is(IDENTIFIER))) return null;
  let values: (number | null)[];
  if (continental && every(cells, CONTINENTAL)) {
    values = map(cells, (cell) => Number(cell.replaceAll('.', '').replace(',', '.')));
  } else if (every(cells, PLAIN)) values = map(cells, Number);
  else if (cells.every((cell) => cell === null || PLAIN.test(cell) || GROUPED.test(cell))) {
    values = map(cells, (cell) => Number(cell.replaceAll(',', '')));
  } else return null;
  const exact = (value: number | null) =>
    value === null || (Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value));
  return values.every(exact) ? values : null;
}

function booleans(cells: Cells): (boolean | null)[] | null {
  return every(cells, /^(true|false)$/i) ? map(cells, (cell) => cell.toLowerCase() === 'true') : null;
}

/**
 * 2024-01-31, 31.1.2024, 1/31/2024, 31/1/2024, with or without a time of day. With slashes the month comes first
 * unless a value of the column cannot be read that way; with dots and dashes the day does.
 */
function dates(cells: Cells): (string | null)[] | null {
  const found = cells.map((cell) => (cell === null ? null : DATE.exec(cell)));
  if (found.some((match, i) => match === null && cells[i] !== null)) return null;
  const slashes = found.filter((match) => match?.[2] === '/');
  const monthFirst = slashes.every((match) => Number(match?.[1]) <= 12);
  const values = found.map((match) => (match === null ? null : isoDate(match, monthFirst)));
  return values.some((value, i) => value === null && cells[i] !== null) ? null : values;
}

function isoDate(match: RegExpExecArray, monthFirst: boolean): string | null {
  const [, first = '', separator, second = '', third = '', time] = match;
  const [year, month, day] =
    first.length === 4
      ? [first, second, third]
      : separator === '/' && monthFirst
        ? [third, first, second]
        : [third, second, first];
  if (year.length !== 4 || day.length > 2) return null;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date) return null;
  if (time === undefined) return date;
  const clock = time.padStart(time.indexOf(':') === 1 ? time.length + 1 : 0, '0');
  return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d|$)/.test(clock) ? `${date} ${clock}` : null;
}
