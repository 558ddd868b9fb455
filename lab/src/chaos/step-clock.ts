/**
 * Loaded before a program by `--import`: its date is off by the milliseconds that stand in the file CLOCK_STEP_FILE, which may change while it runs. Time
 * that only elapses (`performance.now`, timers) is as it was.
 */
// biome-ignore-all lint/plugin: it stands in for the real date
import { readFileSync } from "node:fs";

/** How long a change may go unnoticed. */
const lookEveryMs = 100;

const file = process.env.CLOCK_STEP_FILE ?? "";
const RealDate = Date;
let stepMs = 0;

function look(): void {
  try {
    stepMs = Number(readFileSync(file, "utf8"));
  } catch {
    stepMs = 0; // there is no file yet
  }
}

look();
setInterval(look, lookEveryMs).unref();

class SteppedDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [SteppedDate.now()] : given) as [number]));
  }
  static override now(): number {
    return RealDate.now() + stepMs;
  }
}
globalThis.Date = SteppedDate as DateConstructor;
