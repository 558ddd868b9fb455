/** The time from callback to grant over a run as a picture: half of the payments, and all but one of a hundred, in each second. Pure. */
import type { Second } from "./each-second.ts";

export interface Run {
  readonly name: string;
  readonly seconds: readonly Second[];
}

const colours = ["#0b6e4f", "#b5532a"];
const [width, height, left, right, top, bottom] = [780, 340, 56, 560, 20, 290];
/** Waits are from milliseconds to minutes: each step of the scale is ten times the one below. */
const decades = [10, 100, 1000, 10_000, 100_000];
const words = ["10 ms", "100 ms", "1 s", "10 s", "100 s"];
const goalMs = 2000;

export function drawWaits(runs: readonly Run[], caption: string): string {
  const last = Math.max(1, ...runs.flatMap(({ seconds }) => seconds.map(({ second }) => second)));
  const x = (second: number) => left + ((right - left) * second) / last;
  const y = (waitMs: number) => {
    const part = (Math.log10(Math.min(Math.max(waitMs, 1), 300_000)) - 0.5) / 5;
    return bottom - (bottom - top) * Math.max(0, part);
  };
  const text = (atX: number, atY: number, what: string, more = "") =>
    `<text x="${atX.toFixed(1)}" y="${atY.toFixed(1)}" ${more}>${what}</text>`;
  const grid = decades.map(
    (waitMs, index) =>
      `<path d="M${left} ${y(waitMs).toFixed(1)}H${right}" stroke="#ddd"/>${text(left - 6, y(waitMs) + 4, words[index] ?? "", 'text-anchor="end"')}`,
  );
  const goal = `<path d="M${left} ${y(goalMs).toFixed(1)}H${right}" stroke="#888" stroke-dasharray="6 4"/>${text(right + 8, y(goalMs) + 4, "goal: 2 s", 'fill="#666"')}`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) =>
    text(x(last * part), bottom + 18, `${Math.round(last * part)} s`, 'text-anchor="middle"'),
  );
  const curves = runs.flatMap(({ name, seconds }, index) => {
    const colour = colours[index % colours.length];
    const curve = (of: "p50Ms" | "p99Ms", more: string) => {
      const points = seconds.map((each) => `${x(each.second).toFixed(1)},${y(each[of]).toFixed(1)}`);
      return `<polyline fill="none" stroke="${colour}" ${more} points="${points.join(" ")}"/>`;
    };
    const at = top + 14 + index * 40;
    const labels = [`${name}:`, "p99 thick, p50 thin"].map((line, row) =>
      text(right + 8, at + row * 15, line, `fill="${colour}"`),
    );
    return [curve("p50Ms", 'stroke-width="1"'), curve("p99Ms", 'stroke-width="2.5"'), ...labels];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Time from callback to grant: ${caption}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${[...grid, goal, ...ticks, ...curves].join("\n")}
${text(left, bottom + 38, `From callback to grant, of the callbacks of each second: ${caption}`)}
</svg>
`;
}
