import { codeInFragment } from "@karibu/portal/data/hint";
import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { codePicture } from "./code-picture.ts";

/** The picture as a camera sees it: each module four pixels wide. */
function seen(svg: string) {
  const side = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  const scale = 4;
  const width = side * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, run] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let dy = 0; dy < scale; dy++) {
      for (let dx = 0; dx < Number(run) * scale; dx++) {
        const at = ((Number(y) * scale + dy) * width + Number(x) * scale + dx) * 4;
        data.fill(0, at, at + 3);
      }
    }
  }
  return { width, height: width, data };
}

test.each([
  ["http://10.5.50.2/", "12345678"],
  ["http://10.5.50.2:8080/", "KJ-ABCD-9999"],
  ["http://[fd00::2]/", "00001234"],
])(
  "[VOU-09] the picture at %s of the code %s leads another phone to the portal, which takes the code from it",
  (home, code) => {
    const svg = codePicture(home, code, "scan <me>");
    expect(svg).toContain('aria-label="scan &#60;me&#62;"');
    const read = decodeQR(seen(svg));
    expect(read.startsWith(`${home}#v=`)).toBe(true);
    expect(codeInFragment(new URL(read).hash)).toEqual({ code });
  },
);
