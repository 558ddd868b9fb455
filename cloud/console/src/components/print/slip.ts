/** What stands on a slip of till paper: a voucher, or the receipt of a sale. Pure. */

export interface Slip {
  /** From top to bottom. The style knows each by its name. */
  readonly lines: readonly SlipLine[];
  /** What a scan of its picture says; null: it has none. */
  readonly qr: string | null;
}

export type SlipLine = readonly [name: "name" | "code" | "plan" | "how" | "fact", text: string];

/** Width of the paper in mm; a printer's head leaves some of it white. */
export const paperWidths = [58, 80] as const;
export type PaperWidth = (typeof paperWidths)[number];

export const paperWidthOf = (text: string): PaperWidth => (text === "80" ? 80 : 58);

/** Pages as high as their slip: no paper is wasted, and a printer that cuts cuts between two. @param heightsMm of the slips, one a page */
export function pageRules(widthMm: PaperWidth, heightsMm: readonly number[]): string {
  const sizes = new Set(heightsMm.map(wholeMm));
  return [...sizes]
    .map((heightMm) => `@page ${pageName(heightMm)} { size: ${widthMm}mm ${heightMm}mm; margin: 0; }`)
    .join("\n");
}

/** Slips of one height share a page rule: a batch has one for all. */
export const pageName = (heightMm: number): string => `slip-${wholeMm(heightMm)}`;
const wholeMm = (heightMm: number): number => Math.ceil(heightMm);
