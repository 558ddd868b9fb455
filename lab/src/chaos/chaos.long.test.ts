/** An hour of chaos in processes of its own: `main.ts` says what is injected and what is judged. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { whyNoChaos } from "./why-no-chaos.ts";

const why = whyNoChaos();
if (why !== null) process.stdout.write(`skipped: an hour of chaos with real processes: ${why}\n`);
/** The hour, and the calm after it. */
const msMax = 6_000_000;

test.skipIf(why !== null)(
  "[BEY-30] an hour of kills, stops, cut wires, full disks and wrong clocks: nothing acknowledged is lost, the money is right to the shilling, who paid is let in",
  async () => {
    const main = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    main.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      process.stdout.write(bytes);
    });
    const [code] = await once(main, "close");
    expect(said.slice(said.indexOf("judged:"))).toContain("all of it holds");
    expect(code).toBe(0);
  },
  msMax,
);
