/** `npm run simulate -- --seeds N [--from S]`: runs the whole system under simulated time for each seed and checks the invariants. */
import { requireNode } from "@karibu/protocol/process/require-node";
import { simulateFirstSale } from "./first-sale.ts";
import { violations } from "./invariants.ts";

requireNode();
const seeds = readWhole("--seeds", 10);
const from = readWhole("--from", 1);
let failed = 0;
for (let seed = from; seed < from + seeds; seed++) {
  const sale = await simulateFirstSale(seed);
  const found = violations(sale);
  if (found.length > 0) {
    failed++;
    for (const { invariant, what } of found) process.stdout.write(`seed ${seed}: ${invariant}: ${what}\n`);
    process.stdout.write(`to replay: npm run simulate -- --seeds 1 --from ${seed}\n`);
    if (seeds === 1) process.stdout.write(`${sale.trace.join("\n")}\n`);
  } else if (seed % 10 === 0) process.stdout.write(`seed ${seed}: all hold\n`);
}
process.stdout.write(`${seeds - failed} of ${seeds} seeds hold\n`);
process.exitCode = failed > 0 ? 1 : 0;

function readWhole(name: string, otherwise: number): number {
  const at = process.argv.indexOf(name);
  if (at < 0) return otherwise;
  const value = Number(process.argv[at + 1]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`${name}: ${process.argv[at + 1] ?? "nothing"} given; a whole number is right\n`);
  process.exit(2);
}
