/**
 * The one drawing of a report's chart: marks in a plane, which the console's page writes as SVG and the hub as PDF. Pure. Texts are plain texts and
 * may be hostile: who draws writes them as text, never as markup.
 */
import { axisText, type FigureUnit, figureText } from "./figure-text.ts";

/** What a colour means; page and paper have their own colours for it. */
export type Tone = "brand" | "second" | "soft" | "line" | "warn" | "ink";

export interface Series {
  readonly name: string;
  readonly tone: "brand" | "second" | "soft" | "warn";
  /** One for each label. Null: not known. */
  readonly values: readonly (number | null)[];
}

/**
 * `bars`: for each label a bar for each series beside each other. `lines`: a curve for each series. `rows`: a bar from the left for each label, for
 * names that need room; its first series alone. With a `limit` the bars are measured against it, unless one is longer.
 */
export interface Chart {
  readonly kind: "bars" | "lines" | "rows";
  readonly unit: FigureUnit;
  /** Of `cents`. */
  readonly currency: string | null;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** Between which the values are likely to be: an area behind them. */
  readonly band?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] };
  /** Labels that are pointed out, by number. */
  readonly marked?: readonly number[];
  /** A level that is reached or not: an uplink that is full. */
  readonly limit?: number;
}

export type Mark =
  | {
      readonly kind: "rect";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly tone: Tone;
      /** What it says when it is pointed at. */
      readonly title: string;
    }
  | { readonly kind: "line"; readonly points: readonly Point[]; readonly tone: Tone; readonly isThin: boolean }
  | { readonly kind: "area"; readonly points: readonly Point[]; readonly tone: Tone }
  | {
      readonly kind: "text";
      readonly x: number;
      /** The letters stand on it. */
      readonly y: number;
      readonly text: string;
      readonly tone: Tone;
      readonly size: number;
      readonly anchor: "start" | "middle" | "end";
    };

export type Point = readonly [x: number, y: number];

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

const letter = 11;
/** About how wide a letter of that size is. */
const letterWidth = 6.2;
const rowTall = 26;
/** Rows of one chart; the table has the rest. */
const rowsMax = 15;

/** @param width of the plane, in the units of the marks; a phone's page has 320, paper 500 */
export function drawChart(chart: Chart, width: number): Drawing {
  return chart.kind === "rows" ? drawRows(chart, width) : drawColumns(chart, width);
}

function drawRows({ labels, series, unit, currency, limit = 0 }: Chart, width: number): Drawing {
  const shown = labels.slice(0, rowsMax);
  const values = shown.map((_, at) => series[0]?.values[at] ?? 0);
  const most = Math.max(...values, limit);
  const texts = values.map((value) => figureText(value, unit, currency));
  const right = Math.max(...texts.map((text) => text.length), 1) * letterWidth + 8;
  const left = Math.min(width * 0.38, Math.max(...shown.map((label) => label.length), 1) * letterWidth + 8);
  const room = Math.max(20, width - left - right);
  const marks = shown.flatMap((label, at): Mark[] => {
    const value = values[at] as number;
    const y = at * rowTall;
    const wide = most <= 0 || value <= 0 ? 0 : Math.max(1, (value / most) * room);
    const title = `${label} · ${texts[at]}`;
    return [
      { kind: "text", x: 0, y: y + 17, text: cut(label, left - 6), tone: "ink", size: letter, anchor: "start" },
      { kind: "rect", x: left, y: y + 5, width: wide, height: rowTall - 10, tone: series[0]?.tone ?? "brand", title },
      {
        kind: "text",
        x: left + wide + 5,
        y: y + 17,
        text: texts[at] ?? "",
        tone: "soft",
        size: letter,
        anchor: "start",
      },
    ];
  });
  const height = Math.max(1, shown.length) * rowTall;
  if (limit <= 0) return { width, height, marks };
  const atLimit = left + (limit / most) * room;
  const points: Point[] = [
    [atLimit, 0],
    [atLimit, height],
  ];
  return { width, height, marks: [{ kind: "line", points, tone: "warn", isThin: true }, ...marks] };
}

function drawColumns(chart: Chart, width: number): Drawing {
  const { labels, series, unit, currency, band, marked = [], limit } = chart;
  const [tall, foot, head] = [width < 420 ? 170 : 210, 22, series.length > 1 ? 24 : 8];
  const known = [
    ...series.flatMap(({ values }) => values),
    ...(band === undefined ? [] : [...band.low, ...band.high]),
    limit ?? null,
  ].filter((value) => value !== null);
  const { low, high, steps } = scaleOf(known, unit === "count");
  const texts = steps.map((step) => axisText(step, unit, currency));
  const left = Math.max(...texts.map((text) => text.length)) * letterWidth + 6;
  const room = width - left - 4;
  const yOf = (value: number) => head + (tall - foot - head) * (1 - (value - low) / (high - low));
  const step = room / Math.max(1, labels.length);
  const middleOf = (at: number) => left + (at + 0.5) * step;
  const marks: Mark[] = [];
  for (const [at, value] of steps.entries()) {
    const y = yOf(value);
    const tone = value === 0 ? "soft" : "line";
    marks.push({
      kind: "line",
      points: [
        [left, y],
        [width, y],
      ],
      tone,
      isThin: true,
    });
    marks.push({
      kind: "text",
      x: left - 5,
      y: y + 4,
      text: texts[at] ?? "",
      tone: "soft",
      size: letter,
      anchor: "end",
    });
  }
  if (band !== undefined) marks.push(...bandMarks(band, middleOf, yOf));
  for (const [nth, one] of series.entries())
    marks.push(
      ...(chart.kind === "bars"
        ? barMarks(chart, one, { left, step, nth, of: series.length, yOf, marked })
        : lineMarks(one, middleOf, yOf)),
    );
  if (limit !== undefined)
    marks.push({
      kind: "line",
      points: [
        [left, yOf(limit)],
        [width, yOf(limit)],
      ],
      tone: "warn",
      isThin: false,
    });
  marks.push(...labelMarks(labels, { width, y: tall - 6, middleOf, step }), ...legend(series, left));
  return { width, height: tall, marks };
}

interface Places {
  readonly left: number;
  readonly step: number;
  readonly nth: number;
  readonly of: number;
  readonly yOf: (value: number) => number;
  readonly marked: readonly number[];
}

function barMarks({ labels, unit, currency, series }: Chart, one: Series, places: Places): Mark[] {
  const { left, step, nth, of, yOf, marked } = places;
  const gap = Math.min(6, step / 4);
  const wide = (step - gap) / of;
  const zero = yOf(0);
  return one.values.flatMap((value, at): Mark[] => {
    if (value === null || value === 0) return [];
    const y = yOf(value);
    const title = `${labels[at]}${series.length > 1 ? ` · ${one.name}` : ""} · ${figureText(value, unit, currency)}`;
    const [top, height] = [Math.min(y, zero), Math.max(1, Math.abs(y - zero))];
    const tone = marked.includes(at) ? "warn" : one.tone;
    return [{ kind: "rect", x: left + at * step + gap / 2 + nth * wide, y: top, width: wide, height, tone, title }];
  });
}

/** A curve that is cut where a value is not known; a value between two that are not is a short line. */
function lineMarks({ values, tone }: Series, middleOf: (at: number) => number, yOf: (value: number) => number): Mark[] {
  const pieces: Point[][] = [[]];
  for (const [at, value] of values.entries()) {
    if (value === null) pieces.push([]);
    else pieces.at(-1)?.push([middleOf(at), yOf(value)]);
  }
  return pieces.flatMap((points): Mark[] => {
    const [first] = points;
    if (first === undefined) return [];
    const shown: Point[] =
      points.length > 1
        ? points
        : [
            [first[0] - 2, first[1]],
            [first[0] + 2, first[1]],
          ];
    return [{ kind: "line", points: shown, tone, isThin: false }];
  });
}

function bandMarks(
  band: NonNullable<Chart["band"]>,
  middleOf: (at: number) => number,
  yOf: (value: number) => number,
): Mark[] {
  const known = band.low.flatMap((low, at) => {
    const high = band.high[at];
    return low === null || high === null || high === undefined ? [] : [{ at, low, high }];
  });
  if (known.length < 2) return [];
  const points = [
    ...known.map(({ at, high }): Point => [middleOf(at), yOf(high)]),
    ...known.toReversed().map(({ at, low }): Point => [middleOf(at), yOf(low)]),
  ];
  return [{ kind: "area", points, tone: "line" }];
}

/** As many labels as have room, the first and the last among them. */
function labelMarks(
  labels: readonly string[],
  places: {
    readonly width: number;
    readonly y: number;
    readonly middleOf: (at: number) => number;
    readonly step: number;
  },
): Mark[] {
  const longest = Math.max(...labels.map((label) => label.length), 1) * letterWidth + 10;
  const every = Math.max(1, Math.ceil(longest / places.step));
  const shown = labels.map((_, at) => at).filter((at) => at % every === 0);
  return shown.map((at): Mark => {
    const half = ((labels[at] ?? "").length * letterWidth) / 2;
    const x = Math.min(places.middleOf(at), places.width - half);
    return { kind: "text", x, y: places.y, text: labels[at] ?? "", tone: "soft", size: letter, anchor: "middle" };
  });
}

function legend(series: readonly Series[], left: number): Mark[] {
  if (series.length < 2) return [];
  let x = left;
  return series.flatMap(({ name, tone }): Mark[] => {
    const at = x;
    x += name.length * letterWidth + 34;
    return [
      { kind: "rect", x: at, y: 3, width: 12, height: 8, tone, title: name },
      { kind: "text", x: at + 17, y: 11, text: name, tone: "soft", size: letter, anchor: "start" },
    ];
  });
}

const rounds = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/**
 * From a round number below all to one above all, zero among them, so that a bar's length is its value. @param isCount whole things: nobody is half
 * a person, so the middle is whole too
 */
function scaleOf(values: readonly number[], isCount: boolean): { low: number; high: number; steps: number[] } {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  if (least === 0 && most === 0) return { low: 0, high: 1, steps: [0] };
  const above = (value: number) => (isCount ? Math.ceil(roundAbove(value) / 2) * 2 : roundAbove(value));
  const [low, high] = [least === 0 ? 0 : -above(-least), most === 0 && least < 0 ? 0 : above(most)];
  const steps = low === 0 ? [0, high / 2, high] : high === 0 ? [low, 0] : [low, 0, high];
  return { low, high, steps };
}

function roundAbove(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return (rounds.find((times) => times * power >= most) ?? 10) * power;
}

function cut(text: string, width: number): string {
  const letters = Math.max(3, Math.floor(width / letterWidth));
  return text.length <= letters
    ? text
    : `${Array.from(text)
        .slice(0, letters - 1)
        .join("")}…`;
}
