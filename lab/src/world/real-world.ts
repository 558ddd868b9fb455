/** Real time and randomness, for simulators that run as processes. Each event is one line on standard output. */
import { realClock, realRandom } from "@karibu/cloud/real-world";
import type { Log, World } from "@karibu/protocol/world";

export function realWorld(): World {
  const line = (level: string) => (event: string, fields?: object) =>
    void process.stdout.write(`${JSON.stringify({ level, event, ...fields })}\n`);
  const log: Log = { debug: () => {}, info: line("info"), warn: line("warn"), error: line("error") };
  return { log, random: realRandom(), clock: realClock() };
}
