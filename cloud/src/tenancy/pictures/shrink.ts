/** Pixels made smaller by averages of areas. Pure. */

/** Four bytes a pixel: red, green, blue, opacity; not multiplied. */
export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** The largest size with the same proportions inside this square; never larger than it was. */
export function sizeWithin(of: { readonly width: number; readonly height: number }, sideMax: number) {
  const scale = Math.min(1, sideMax / Math.max(of.width, of.height));
  return { width: Math.max(1, Math.round(of.width * scale)), height: Math.max(1, Math.round(of.height * scale)) };
}

/** Each new pixel is the mean of those that it covers, colours weighted by opacity: what nobody sees tints nothing. */
export function shrink(from: Pixels, to: { readonly width: number; readonly height: number }): Pixels {
  if (to.width === from.width && to.height === from.height) return from;
  const data = new Uint8ClampedArray(to.width * to.height * 4);
  for (let y = 0; y < to.height; y++) {
    const [top, bottom] = spanOf(y, to.height, from.height);
    for (let x = 0; x < to.width; x++) {
      const [left, right] = spanOf(x, to.width, from.width);
      let [red, green, blue, opacity, count] = [0, 0, 0, 0, 0];
      for (let row = top; row < bottom; row++) {
        for (let at = (row * from.width + left) * 4; at < (row * from.width + right) * 4; at += 4) {
          const weight = from.data[at + 3] as number;
          red += (from.data[at] as number) * weight;
          green += (from.data[at + 1] as number) * weight;
          blue += (from.data[at + 2] as number) * weight;
          opacity += weight;
          count++;
        }
      }
      const at = (y * to.width + x) * 4;
      if (opacity > 0) data.set([red / opacity, green / opacity, blue / opacity], at);
      data[at + 3] = opacity / count;
    }
  }
  return { data, ...to };
}

/** The old pixels, first and after the last, that a new one covers: at least one. */
function spanOf(at: number, size: number, sizeBefore: number): [number, number] {
  const first = Math.floor((at * sizeBefore) / size);
  return [first, Math.max(first + 1, Math.floor(((at + 1) * sizeBefore) / size))];
}

/** On white: a JPEG knows no opacity. */
export function onWhite({ data, width, height }: Pixels): Pixels {
  const flat = new Uint8ClampedArray(data);
  for (let at = 0; at < flat.length; at += 4) {
    const opacity = (data[at + 3] as number) / 255;
    for (const channel of [at, at + 1, at + 2])
      flat[channel] = (data[channel] as number) * opacity + 255 * (1 - opacity);
    flat[at + 3] = 255;
  }
  return { data: flat, width, height };
}
