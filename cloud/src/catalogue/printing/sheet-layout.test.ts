import { expect, test } from "vitest";
import { type Box, cardParts, mm, perPage, placeOf, sheetLayoutNames, sheetLayouts } from "./sheet-layout.ts";

const within = (inner: Box, outer: Box) =>
  inner.x >= outer.x - 0.01 &&
  inner.y >= outer.y - 0.01 &&
  inner.x + inner.width <= outer.x + outer.width + 0.01 &&
  inner.y + inner.height <= outer.y + outer.height + 0.01;
const overlap = (one: Box, other: Box) =>
  one.x < other.x + other.width - 0.01 &&
  other.x < one.x + one.width - 0.01 &&
  one.y < other.y + other.height - 0.01 &&
  other.y < one.y + one.height - 0.01;

test.each(sheetLayoutNames)("[VOU-19] on %s each voucher lies on the page, and no part of it on another", (name) => {
  const layout = sheetLayouts[name];
  const page = { x: mm(3), y: mm(3), width: layout.page.width - mm(6), height: layout.page.height - mm(6) };
  const places = Array.from({ length: perPage(layout) }, (_, at) => placeOf(layout, at));
  for (const [at, place] of places.entries()) {
    expect([name, at, within(place, page)]).toEqual([name, at, true]);
    for (const other of places.slice(at + 1)) expect(overlap(place, other)).toBe(false);
  }
  for (const logo of [true, false])
    for (const qr of [true, false]) {
      const parts = Object.entries(cardParts(layout, places[0] as Box, { logo, qr })).filter(([, box]) => box !== null);
      expect(parts.length).toBe(4 + Number(logo) + Number(qr));
      for (const [part, box] of parts) {
        expect([name, part, within(box, places[0] as Box)]).toEqual([name, part, true]);
        for (const [other, otherBox] of parts)
          if (other !== part) expect([name, part, other, overlap(box, otherBox)]).toEqual([name, part, other, false]);
      }
    }
});

test.each(sheetLayoutNames)(
  "[VOU-19] on %s the picture is at least 15 mm wide: a cheap phone's camera reads it",
  (name) => {
    const parts = cardParts(sheetLayouts[name], placeOf(sheetLayouts[name], 0), { logo: true, qr: true });
    expect(parts.qr?.width).toBeGreaterThanOrEqual(mm(15));
    expect(parts.qr?.width).toBe(parts.qr?.height);
  },
);
