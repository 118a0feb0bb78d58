import sharp from 'sharp';
import { expect, it } from 'vitest';
import { encodePng } from './encode.ts';

it.each([1, 2, 3, 4, 5, 7, 8, 64])(
  'a picture %s pixels wide reads as the pixels that it was made of',
  async (width) => {
    const height = 5;
    const rgba = new Uint8Array(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : (i * 37) % 251));
    const colours = Buffer.from(rgba.filter((_, i) => i % 4 < 3));
    const { data, info } = await sharp(encodePng(rgba, width, height))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width, height, channels: 3 });
    expect(Buffer.compare(data, colours)).toBe(0);
  },
);
