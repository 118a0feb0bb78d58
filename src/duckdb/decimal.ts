/**
 * The double nearest to a decimal of 16 to 18 digits, without the text: prices often have that many, and making a
 * string for each costs more than everything else about it. The quotient is computed in twice the precision of a
 * double (Dekker 1971, "A floating-point technique for extending the available precision"), and only returned when
 * its last error cannot matter.
 */

/** 2^27 + 1: splits a double into two halves whose products are exact (Veltkamp). */
const SPLITTER = 134_217_729;
/** The correction below is good to far more than 40 bits of its own. */
const [ABOVE, BELOW] = [1 + 2 ** -40, 1 - 2 ** -40];

/**
 * (head * scale + tail) / divisor
 * @param head an integer below 10^15
 * @param scale a power of ten up to 10^3
 * @param tail an integer below `scale`
 * @param divisor a power of ten up to 10^18, which a double holds exactly
 * @returns NaN when the result is too near to the middle of two doubles to be sure
 */
export function nearestQuotient(head: number, scale: number, tail: number, divisor: number): number {
  const high = head * scale;
  const low = productError(head, scale, high) + tail;
  const quotient = high / divisor;
  const back = quotient * divisor;
  const correction = (high - back - productError(quotient, divisor, back) + low) / divisor;
  const result = quotient + correction * ABOVE;
  return result === quotient + correction * BELOW ? result : Number.NaN;
}

/** What rounding took away from `product` = a * b. */
function productError(a: number, b: number, product: number): number {
  const aTimes = SPLITTER * a;
  const aHigh = aTimes - (aTimes - a);
  const aLow = a - aHigh;
  const bTimes = SPLITTER * b;
  const bHigh = bTimes - (bTimes - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
