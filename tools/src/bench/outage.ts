/**
 * The outage drill: 600 phones come back within five minutes (`--seconds`) of a power cut, at a site whose line is dead and whose stick takes
 * 300 ms for a sync; then forty stops. Agent, router, hub and DNS server are processes in network namespaces. `--only`: some of `rowNames`;
 * `--write`: into `docs/performance.md`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OutageStage, playOutage, type StageReport } from "@karibu/lab/outage-drill/play-outage";
import { playStops, type Stop, stopLines, stopStates } from "@karibu/lab/outage-drill/stops";
import { whyNoNamespaces } from "../ci/namespaces.ts";
import { type Figure, ms } from "./callback/figures.ts";
import { loadBefore, writeFigures } from "./callback/write-docs.ts";

const phones = 600;
const syncMs = 300;
const returnSeconds = 300;
const goalsMs: Readonly<Record<string, number>> = {
  "re-entry": 200,
  reject: 200,
  "first use": 800,
  accounting: 800,
  portal: 1000,
};
const stages = ["half open", "silent resolver", "SYN only"] as const satisfies readonly OutageStage[];
const rowNames: readonly string[] = [...stages, "stops"];

type Print = (row: object) => void;

/** Throws RangeError for a row that there is not. */
export async function run(
  print: Print,
  options: { readonly only?: readonly string[]; readonly seconds?: number; readonly write?: boolean },
): Promise<void> {
  const { only = rowNames, seconds = returnSeconds, write = false } = options;
  const strange = only.filter((name) => !rowNames.includes(name));
  if (strange.length > 0) throw new RangeError(`--only: ${strange.join()} is no row; there are ${rowNames.join()}`);
  const why = whyNoNamespaces();
  if (why !== null) return print({ name: "outage drill", skipped: why });
  const folder = mkdtempSync(join(tmpdir(), "karibu-bench-outage-"));
  const load = loadBefore();
  const figures: Figure[] = [];
  try {
    const wanted = stages.filter((stage) => only.includes(stage));
    const order = { folder: join(folder, "return"), phones, returnMs: seconds * 1000, syncMs, stages: wanted };
    for (const report of wanted.length === 0 ? [] : await playOutage(order)) figures.push(...tell(report, print));
    if (only.includes("stops")) {
      const stops = await playStops({ folder: join(folder, "stops"), syncMs, lines: stopLines, states: stopStates });
      figures.push(tellStops(stops, print));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (write) writeFigures("outage", figures, load);
}

function tell(report: StageReport, print: Print): Figure[] {
  const { stage, radiusMs, portalMs, resends, unanswered, wrong, startMs } = report;
  const figures = Object.entries({ ...radiusMs, portal: portalMs }).map(([what, all]): Figure => {
    const sorted = all.toSorted((one, other) => one - other);
    const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
    const row = { answers: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
    const goalMs = goalsMs[what];
    const goal = goalMs === undefined ? {} : { goal: goalMs, met: row.p99Ms <= goalMs };
    print({ name: `${stage}: ${what}`, ...row, unit: "ms", ...goal });
    return {
      figure: `${stage}: ${what}, p50, p99, slowest (answers)`,
      value: `${ms(row.p50Ms)}, ${ms(row.p99Ms)}, ${ms(row.maxMs)} (${sorted.length})`,
      goal: goalMs === undefined ? "" : `p99 ${ms(goalMs)}: ${row.p99Ms <= goalMs ? "met" : "missed"}`,
    };
  });
  print({ name: `${stage}: all phones`, phones: report.phones, resends, unanswered, wrong: wrong.length, startMs });
  for (const what of wrong.slice(0, 10)) print({ name: `${stage}: wrong`, what });
  const value = `${resends}, ${unanswered}, ${wrong.length}`;
  const goal = `0, 0, 0: ${value === "0, 0, 0" ? "met" : "missed"}`;
  return [
    ...figures,
    { figure: `${stage}: of ${report.phones} phones, RADIUS sent again, not answered, wrongly treated`, value, goal },
  ];
}

function tellStops(stops: readonly Stop[], print: Print): Figure {
  for (const stop of stops) print({ name: "stop", ...stop, unit: "ms" });
  const hanging = stops.filter(({ end }) => end === "hangs").length;
  const clean = stops.filter(({ end }) => end === "clean");
  const slowestMs = Math.max(...clean.map(({ tookMs }) => tookMs));
  print({ name: "stops", stops: stops.length, clean: clean.length, hanging, slowestMs, goal: 0, met: hanging === 0 });
  return {
    figure: `${stops.length} stops: hanging; clean ones, the slowest`,
    value: `${hanging}; ${clean.length}, ${ms(slowestMs)}`,
    goal: `0: ${hanging === 0 ? "met" : "missed"}`,
  };
}
