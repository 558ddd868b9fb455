import { generate } from "lean-qr";

const quietModules = 4;

/** The dark squares of a QR code as the `d` of one SVG path, and the side of its view box, quiet zone included. */
export function qrPath(text: string): { readonly path: string; readonly side: number } {
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (code.get(x, y)) path += `M${x + quietModules} ${y + quietModules}h1v1h-1z`;
    }
  }
  return { path, side: code.size + 2 * quietModules };
}
