/** Colours of the terminal, off where the output is not a terminal. */
import { styleText } from 'node:util';

type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export type Style = (format: Format, text: string) => string;

/** Honours NO_COLOR and the like through the stream. */
export function createStyle(stream: NodeJS.WriteStream): Style {
  return (format, text) => styleText(format, text, { stream });
}

/**
 * Text from data and models, safe to print: control characters (escape sequences among them) and the marks
 * that reorder text are shown as a replacement, line breaks stay.
 */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '�');
}
