import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { drawIcon } from "./draw-icon.ts";
import { repositoryRoot } from "./repository.ts";

const icon = () => readFile(join(repositoryRoot, "cloud/console/src/icon.svg"), "utf8");

/** The colour of one point of a picture of 64 by 64, and how opaque it is. */
function pointOf(png: Uint8Array, x: number, y: number): number[] {
  const view = Buffer.from(png);
  const length = view.readUInt32BE(33);
  const rows = inflateSync(view.subarray(41, 41 + length));
  const at = y * (1 + 64 * 4) + 1 + x * 4;
  return [...rows.subarray(at, at + 4)];
}

test("[UIX-08] the icon of a home screen is drawn from the SVG: ground, arcs and point in their colours, round corners empty", async () => {
  const png = drawIcon(await icon(), { sidePx: 64, isFilled: false });
  expect(pointOf(png, 0, 0)[3]).toBe(0);
  expect(pointOf(png, 6, 32)).toEqual([0x0b, 0x5c, 0x4b, 255]);
  for (const [x, y] of [
    [32, 46], // the point
    [32, 21], // the top of the larger arc
    [14, 28], // its left end
  ] as const)
    expect(pointOf(png, x, y)).toEqual([0xff, 0xd0, 0x8a, 255]);
  const filled = drawIcon(await icon(), { sidePx: 64, isFilled: true });
  expect(pointOf(filled, 0, 0)).toEqual([0x0b, 0x5c, 0x4b, 255]);
});

test("an icon with a shape that can't be drawn stops the build", async () => {
  const changed = (await icon()).replace("<circle", "<ellipse");
  expect(() => drawIcon(changed, { sidePx: 64, isFilled: false })).toThrow("can't draw <ellipse");
});
