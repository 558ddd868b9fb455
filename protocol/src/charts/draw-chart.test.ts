import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Chart, drawChart, type Mark } from "./draw-chart.ts";
import { axisText, figureText } from "./figure-text.ts";

const value = fc.option(fc.integer({ min: -1e12, max: 1e13 }), { nil: null });
const chart = fc
  .tuple(fc.constantFrom("bars", "lines", "rows"), fc.array(fc.string({ maxLength: 60 }), { maxLength: 40 }))
  .chain(([kind, labels]) =>
    fc.record({
      kind: fc.constant(kind),
      unit: fc.constantFrom("cents", "count", "bytes", "bits", "permille"),
      currency: fc.constant("KES"),
      labels: fc.constant(labels),
      series: fc.array(
        fc.record({
          name: fc.string({ maxLength: 8 }),
          tone: fc.constantFrom("brand", "second"),
          values: fc.array(value, { minLength: labels.length, maxLength: labels.length }),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
  ) as fc.Arbitrary<Chart>;

const rects = (marks: readonly Mark[]) => marks.filter((mark) => mark.kind === "rect");

describe("the drawing of a chart", () => {
  test("[REP-07] whatever the figures, no mark leaves the plane and no place is not a number", () => {
    fc.assert(
      fc.property(chart, fc.integer({ min: 300, max: 900 }), (drawn, width) => {
        const { marks, height } = drawChart(drawn, width);
        for (const mark of marks) {
          const points: (readonly [number, number])[] =
            mark.kind === "rect"
              ? [
                  [mark.x, mark.y],
                  [mark.x + mark.width, mark.y + mark.height],
                ]
              : mark.kind === "text"
                ? [[mark.x, mark.y]]
                : [...mark.points];
          for (const [x, y] of points) {
            expect(x >= -0.01 && y >= -0.01 && y <= height + 1.01, JSON.stringify(mark)).toBe(true);
            if (mark.kind !== "text" && mark.kind !== "rect") expect(x).toBeLessThanOrEqual(width + 0.01);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("[REP-07] rows with a limit are measured against it: 11 % looks like 11 %", () => {
    const rows: Chart = {
      kind: "rows",
      unit: "permille",
      currency: null,
      labels: ["Kiosk", "School"],
      series: [{ name: "load", tone: "brand", values: [110, 55] }],
      limit: 1000,
    };
    const { marks } = drawChart(rows, 600);
    const [first, second] = rects(marks).map((mark) => mark.width);
    const full = marks.find((mark) => mark.kind === "line")?.points[0]?.[0] ?? 0;
    const left = rects(marks)[0]?.x ?? 0;
    expect((first ?? 0) / (full - left)).toBeCloseTo(0.11);
    expect((second ?? 0) / (full - left)).toBeCloseTo(0.055);
    const over = drawChart({ ...rows, series: [{ name: "load", tone: "brand", values: [1250, 500] }] }, 600).marks;
    expect(Math.max(...rects(over).map((mark) => mark.x + mark.width))).toBeLessThan(600);
  });

  test.each([1, 2, 3, 5, 12, 25, 99])("the lines of a chart of people are at whole people: up to %i", (most) => {
    const people: Chart = {
      kind: "bars",
      unit: "count",
      currency: null,
      labels: ["a"],
      series: [{ name: "x", tone: "brand", values: [most] }],
    };
    const texts = drawChart(people, 600).marks.flatMap((mark) =>
      mark.kind === "text" && mark.anchor === "end" ? [mark.text] : [],
    );
    expect(texts).toHaveLength(3);
    for (const text of texts) expect(text).toMatch(/^\d+$/);
  });

  test.each([
    ["KES", ["0", "KSh 10k", "KSh 20k"]],
    ["UGX", ["0", "USh 10k", "USh 20k"]],
    [null, ["0", "10k", "20k"]],
  ])("[REP-07] the axis of money says which: %s", (currency, texts) => {
    const sold: Chart = {
      kind: "bars",
      unit: "cents",
      currency,
      labels: ["a"],
      series: [{ name: "x", tone: "brand", values: [2_000_000] }],
    };
    const { marks } = drawChart(sold, 320);
    expect(marks.flatMap((mark) => (mark.kind === "text" && mark.anchor === "end" ? [mark.text] : []))).toEqual(texts);
  });

  test("a bar twice as high is twice the value, and one below zero hangs", () => {
    const bars: Chart = {
      kind: "bars",
      unit: "count",
      currency: null,
      labels: ["a", "b", "c"],
      series: [{ name: "x", tone: "brand", values: [100, 50, -50] }],
      marked: [1],
    };
    const [a, b, c] = rects(drawChart(bars, 500).marks);
    expect((a?.height ?? 0) / (b?.height ?? 1)).toBeCloseTo(2);
    expect(c?.y).toBeCloseTo((a?.y ?? 0) + (a?.height ?? 0));
    expect([a?.tone, b?.tone]).toEqual(["brand", "warn"]);
  });

  test.each([
    [125_050, "cents", "KSh 1,250.50", "KSh 1,250.5"],
    [125_000_000, "cents", "KSh 1,250,000", "KSh 1.25M"],
    [0, "cents", "KSh 0", "0"],
    [1_500_000, "bytes", "1.50 MB", "1.50 MB"],
    [12_345_678, "bits", "12.3 Mbps", "12.3 Mbps"],
    [125, "permille", "12.5 %", "12.5 %"],
    [1234, "count", "1,234", "1,234"],
    [null, "count", "–", null],
  ] as const)("%s %s is written as people read it", (figure, unit, text, axis) => {
    expect(figureText(figure, unit, "KES")).toBe(text);
    if (figure !== null && axis !== null) expect(axisText(figure, unit, "KES")).toBe(axis);
  });
});
