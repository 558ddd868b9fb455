/**
 * The console's icon as PNG, for the home screens of phones, which take no SVG everywhere. It is drawn at build time from `icon.svg`: a
 * rounded square, arcs with round ends, and a circle. The SVG stays the only source; what this file can't draw it refuses.
 */
import { crc32, deflateSync } from "node:zlib";

interface Look {
  readonly sidePx: number;
  /** Phones cut their own corners: the ground fills the whole square. */
  readonly isFilled: boolean;
}

type Colour = readonly [red: number, green: number, blue: number];

interface Shape {
  readonly colour: Colour;
  /** How far a point is outside the shape, in the SVG's units; negative: inside. */
  distance(x: number, y: number): number;
}

/** Throws a TypeError for an SVG with anything else in it. */
export function drawIcon(svg: string, { sidePx, isFilled }: Look): Uint8Array {
  const { side, shapes } = readShapes(svg, isFilled);
  const scale = side / sidePx;
  const pixels = Buffer.alloc(sidePx * (1 + sidePx * 4));
  for (let row = 0; row < sidePx; row++) {
    for (let column = 0; column < sidePx; column++) {
      let [red, green, blue, alpha] = [0, 0, 0, 0];
      for (const { colour, distance } of shapes) {
        // Half a pixel inside covers all of it: the edge is smooth.
        const covered = Math.min(1, Math.max(0, 0.5 - distance((column + 0.5) * scale, (row + 0.5) * scale) / scale));
        if (covered === 0) continue;
        const under = alpha * (1 - covered);
        const all = covered + under;
        red = (colour[0] * covered + red * under) / all;
        green = (colour[1] * covered + green * under) / all;
        blue = (colour[2] * covered + blue * under) / all;
        alpha = all;
      }
      pixels.set([red, green, blue, alpha * 255].map(Math.round), row * (1 + sidePx * 4) + 1 + column * 4);
    }
  }
  return pngOf(pixels, sidePx);
}

function readShapes(svg: string, isFilled: boolean): { readonly side: number; readonly shapes: readonly Shape[] } {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1] ?? Number.NaN);
  const shapes: Shape[] = [];
  let stroke: { colour: Colour; half: number } | null = null;
  for (const [tag, name = "", text = ""] of svg.replace(/<title>.*?<\/title>/, "").matchAll(/<(\w+)([^>]*)>/g)) {
    const given = Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const number = (key: string) => Number(given[key] ?? Number.NaN);
    if (name === "svg") continue;
    if (name === "g") stroke = { colour: colourOf(given.stroke), half: number("stroke-width") / 2 };
    else if (name === "rect") {
      const [width, height] = [number("width"), number("height")];
      const radius = isFilled ? 0 : number("rx");
      shapes.push({ colour: colourOf(given.fill), distance: inRectangle(width, height, radius) });
    } else if (name === "circle") {
      const [cx, cy, radius] = [number("cx"), number("cy"), number("r")];
      shapes.push({ colour: colourOf(given.fill), distance: (x, y) => Math.hypot(x - cx, y - cy) - radius });
    } else if (name === "path" && stroke !== null) {
      const { half } = stroke;
      const line = toArc(given.d ?? "");
      shapes.push({ colour: stroke.colour, distance: (x, y) => line(x, y) - half });
    } else throw new TypeError(`drawIcon: can't draw ${tag}`);
  }
  if (!(side > 0) || shapes.length === 0) throw new TypeError("drawIcon: this is not an icon");
  return { side, shapes };
}

function colourOf(text: string | undefined): Colour {
  const [, red, green, blue] = /^#(..)(..)(..)$/.exec(text ?? "") ?? [];
  if (blue === undefined) throw new TypeError(`drawIcon: can't read the colour ${text}`);
  return [red, green, blue].map((part) => Number.parseInt(part as string, 16)) as unknown as Colour;
}

function inRectangle(width: number, height: number, radius: number) {
  return (x: number, y: number): number => {
    const [dx, dy] = [Math.abs(x - width / 2) - width / 2 + radius, Math.abs(y - height / 2) - height / 2 + radius];
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  };
}

/** `M14 28a26 26 0 0 1 36 0`: a short arc, clockwise, to a point at the same height. The distance of a point from its line. */
function toArc(path: string) {
  const [, left, height, radius, same, wide] = /^M(\d+) (\d+)a(\d+) (\d+) 0 0 1 (\d+) 0$/.exec(path)?.map(Number) ?? [];
  if (left === undefined || height === undefined || radius === undefined || wide === undefined || radius !== same)
    throw new TypeError(`drawIcon: can't draw ${path}`);
  const cx = left + wide / 2;
  const cy = height + Math.sqrt(radius ** 2 - (wide / 2) ** 2);
  return (x: number, y: number): number => {
    // Above the lines from the centre through the ends: the arc itself is nearest, else one of its ends.
    const isBeside = y < cy && Math.abs(x - cx) / (cy - y) <= wide / 2 / (cy - height);
    if (isBeside) return Math.abs(Math.hypot(x - cx, y - cy) - radius);
    return Math.min(Math.hypot(x - left, y - height), Math.hypot(x - left - wide, y - height));
  };
}

/** @param rows of one byte for the filter (0: none) and four bytes a pixel. @see https://www.w3.org/TR/png-3/ */
function pngOf(rows: Uint8Array, sidePx: number): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(sidePx, 0);
  head.writeUInt32BE(sidePx, 4);
  head.set([8, 6, 0, 0, 0], 8); // eight bits, red green blue alpha
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Uint8Array): Buffer {
  const whole = Buffer.alloc(12 + body.length);
  whole.writeUInt32BE(body.length, 0);
  whole.write(type, 4, "latin1");
  whole.set(body, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + body.length)), 8 + body.length);
  return whole;
}
