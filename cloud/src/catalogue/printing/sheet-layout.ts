/** Where vouchers stand on paper. Pure; in points of a PDF: 72 to the inch. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SheetLayout {
  readonly page: { readonly width: number; readonly height: number };
  readonly columns: number;
  readonly rows: number;
  /** Of the first voucher's corner, to all sides. */
  readonly marginX: number;
  readonly marginY: number;
  /** Thermal paper prints black, one voucher below the other. */
  readonly isThermal: boolean;
}

export const mm = (millimetres: number): number => (millimetres * 72) / 25.4;

const a4 = { width: mm(210), height: mm(297) };

/**
 * Printers leave some 5 mm of a sheet white. Of thermal paper of 58 mm a head prints 48, of 80 mm 72; a voucher is a page there, so that
 * a printer that cuts cuts between two.
 */
export const sheetLayouts = {
  "a4-10": { page: a4, columns: 2, rows: 5, marginX: mm(8), marginY: mm(8), isThermal: false },
  "a4-21": { page: a4, columns: 3, rows: 7, marginX: mm(7), marginY: mm(7), isThermal: false },
  "a4-40": { page: a4, columns: 4, rows: 10, marginX: mm(6), marginY: mm(6), isThermal: false },
  "thermal-58": {
    page: { width: mm(58), height: mm(82) },
    columns: 1,
    rows: 1,
    marginX: mm(5),
    marginY: mm(3),
    isThermal: true,
  },
  "thermal-80": {
    page: { width: mm(80), height: mm(92) },
    columns: 1,
    rows: 1,
    marginX: mm(4),
    marginY: mm(3),
    isThermal: true,
  },
} as const satisfies Record<string, SheetLayout>;

export type SheetLayoutName = keyof typeof sheetLayouts;
export const sheetLayoutNames = Object.keys(sheetLayouts) as [SheetLayoutName, ...SheetLayoutName[]];

export const perPage = ({ columns, rows }: SheetLayout): number => columns * rows;

/** The place of a page's voucher, counted from 0, row by row. Neighbours share their edge: one cut parts them. */
export function placeOf({ page, columns, rows, marginX, marginY }: SheetLayout, at: number): Box {
  const width = (page.width - 2 * marginX) / columns;
  const height = (page.height - 2 * marginY) / rows;
  return { x: marginX + (at % columns) * width, y: marginY + Math.floor(at / columns) * height, width, height };
}

/** The parts of one voucher inside its place. Null: it has none. */
export interface CardParts {
  readonly logo: Box | null;
  readonly title: Box;
  readonly code: Box;
  readonly plan: Box;
  readonly words: Box;
  readonly qr: Box | null;
}

/** Where a modern phone still reads it from a hand's distance. */
const qrSideMin = mm(15);

/** @param has what this voucher shows beside its code */
export function cardParts(
  { isThermal }: Pick<SheetLayout, "isThermal">,
  place: Box,
  has: { readonly logo: boolean; readonly qr: boolean },
): CardParts {
  return isThermal ? stacked(place, has) : beside(place, has);
}

/** Text to the left, the picture to scan to the right. */
function beside(place: Box, has: { readonly logo: boolean; readonly qr: boolean }): CardParts {
  const padding = Math.min(mm(3), place.height * 0.08);
  const inner = inset(place, padding);
  const side = Math.max(qrSideMin, Math.min(inner.height, inner.width * 0.36));
  const qr = has.qr
    ? { x: inner.x + inner.width - side, y: inner.y + (inner.height - side) / 2, width: side, height: side }
    : null;
  const left = { ...inner, width: inner.width - (qr === null ? 0 : side + padding) };
  const [head, code, plan, words] = rowsOf(left, [0.26, 0.28, 0.18, 0.28]);
  const logo = has.logo ? { ...head, width: Math.min(head.height * 1.6, left.width * 0.4) } : null;
  const shift = logo === null ? 0 : logo.width + padding / 2;
  return { logo, title: { ...head, x: head.x + shift, width: head.width - shift }, code, plan, words, qr };
}

/** One below the other, for paper of a till. */
function stacked(place: Box, has: { readonly logo: boolean; readonly qr: boolean }): CardParts {
  const [logo, title, plan, code, square, words] = rowsOf(place, [
    has.logo ? 0.15 : 0,
    ...([0.09, 0.08, 0.14] as const),
    has.qr ? 0.4 : 0,
    0.14,
  ]);
  const side = Math.min(square.height, square.width) - mm(1);
  return {
    logo: has.logo ? logo : null,
    title,
    plan,
    code,
    qr: has.qr ? { x: square.x + (square.width - side) / 2, y: square.y, width: side, height: side } : null,
    words,
  };
}

const inset = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x + by,
  y: y + by,
  width: width - 2 * by,
  height: height - 2 * by,
});

/** Cuts a box into rows of these shares of its height. */
function rowsOf<Shares extends readonly number[]>(
  { x, y, width, height }: Box,
  shares: readonly [...Shares],
): { [Row in keyof Shares]: Box } {
  let top = y;
  return shares.map((share) => {
    const row = { x, y: top, width, height: share * height };
    top += row.height;
    return row;
  }) as { [Row in keyof Shares]: Box };
}
