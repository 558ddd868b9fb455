/** `npm start`: hub, agent, simulated router, Daraja, SMS and mail as separate processes, with a sample provider; Ctrl-C stops all. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { requireNode } from "@karibu/protocol/process/require-node";
import { writtenDay } from "@karibu/protocol/written-day";
import { createDemo, dataFolder } from "./demo.ts";
import { takenPorts } from "./free-ports.ts";
import { findHistory, isBeingMade } from "./history.ts";
import { hasRoomForMaking, type Making, makeHistoryBeside } from "./make-history.ts";
import { parseStartOptions } from "./options.ts";
import { findReleaseKeys } from "./release-keys.ts";
import { welcomeText } from "./welcome.ts";

requireNode();
const say = (line: string) => process.stdout.write(`${line}\n`);

const parsed = parseStartOptions(process.argv.slice(2));
if ("refused" in parsed) fail(parsed.refused);
const { fresh, quiet, ports, dataName } = parsed.options;

const taken = await takenPorts(ports);
if (taken.length > 0) fail(`in use: ${taken.join(", ")}. Stop what holds it, or choose others with --port-base N.`);
if (fresh) rmSync(dataFolder(dataName), { recursive: true, force: true });

const data = dataFolder(dataName);
const isFirstStart = !existsSync(join(data, "hub/database"));
const found = await findHistory();
const history = found === "other-code" ? null : found;
const demo = createDemo({ ports, data, say, quiet, history, releaseKeys: findReleaseKeys(process.env) });
let stopping = false;
let making: Making | null = null;
const historyLog = join(data, "logs/history.log");
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    say("\nstopping…");
    void Promise.all([demo.stop(), making?.stop()]).then(() => process.exit(0));
  });
}

try {
  const sample = await demo.start();
  // Once it is ready: nobody waits for it.
  if (history === null && !quiet && !stopping && hasRoomForMaking()) makeBeside();
  say(welcomeText(ports, sample, { dataName, days: daysText() }));
} catch (error) {
  if (!stopping) {
    await demo.stop();
    fail(error instanceof Error ? error.message : String(error));
  }
}

function makeBeside(): void {
  making = makeHistoryBeside({ log: historyLog });
  void making.made.then((made) => {
    if (stopping) return;
    say(
      made
        ? "Sixty days of business are made: npm start -- --fresh begins with them."
        : `The sixty days were left for another time; data/${dataName}/logs/history.log says why.`,
    );
  });
}

/** What lies behind the business, or how it comes to have a past. */
function daysText(): string {
  if (history !== null) {
    const until = writtenDay(new Date(history.untilMs).toISOString().slice(0, 10), "en");
    return isFirstStart
      ? `${history.days} days of business lie behind it, until ${until}.`
      : `--fresh begins anew with ${history.days} days of business behind it, until ${until}.`;
  }
  const began = isFirstStart ? "The business begins today." : "This business began without a past.";
  const kept = found === "other-code" ? " What data/history holds is of another release." : "";
  return making !== null || isBeingMade()
    ? `${began}${kept} Sixty days of a past are being made beside it, in some ten minutes: npm start -- --fresh then begins with them.`
    : `${began}${kept} npm run history makes sixty days of a past, with which npm start -- --fresh begins.`;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
