/** Pictures in the terminals that can show them, by the protocol each of them speaks. */

/** Columns a picture takes. */
const COLUMNS = 80;
/** Kitty takes the picture in pieces of at most this many base64 characters. */
const KITTY_PIECE = 4_096;

export type ImageProtocol = 'iterm' | 'kitty' | null;

/** Escape sequences that draw a PNG, line break included; empty where the terminal cannot. */
export function drawImage(png: Uint8Array, protocol: ImageProtocol): string {
  const base64 = Buffer.from(png).toString('base64');
  if (protocol === 'iterm') {
    return `\x1b]1337;File=inline=1;width=${COLUMNS};preserveAspectRatio=1;size=${png.length}:${base64}\x07\n`;
  }
  if (protocol === null) return '';
  const pieces = base64.match(new RegExp(`.{1,${KITTY_PIECE}}`, 'g')) ?? [];
  const drawn = pieces.map((piece, i) => {
    const more = i < pieces.length - 1 ? 1 : 0;
    return `\x1b_G${i === 0 ? `a=T,f=100,c=${COLUMNS},` : ''}m=${more};${piece}\x1b\\`;
  });
  return `${drawn.join('')}\n`;
}
