/** Whether a colour can be read on white paper. Pure. */

/** WCAG 2.2, 1.4.3: text needs 4.5 to 1. */
const contrastMin = 4.5;

/** @param colour `#rrggbb` */
export const isReadableOnWhite = (colour: string): boolean => contrastOnWhite(colour) >= contrastMin;

/** 1 (white on white) to 21 (black). @see WCAG 2.2, "contrast ratio" and "relative luminance" */
function contrastOnWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16)));
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

function linear(part: number): number {
  const share = part / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
