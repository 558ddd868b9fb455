/** What a seller may have sold by a moment: an ask that heard a refusal sold nothing; one that heard nothing, or of a fault, may be written. */
import { factsOf, type History } from "./history.ts";

/** Who hears this sold nothing by that ask. */
const refusals: ReadonlySet<string> = new Set([
  "bad-phone",
  "bad-request",
  "guessing",
  "logged-out",
  "not-offered",
  "price-changed",
  "slow-down",
  "unknown-plan",
  "wrong-password",
]);

/** The price in cents of each right. */
export function mayHaveSold(
  { chronicle: { facts }, answers }: History,
  seller: string,
  byMs: number,
): ReadonlyMap<string | null, number> {
  return new Map(
    factsOf(facts, "asked").flatMap((ask) =>
      ask.seller !== seller ||
      ask.saleCents === undefined ||
      ask.atMs > byMs ||
      refusals.has(answers.get(ask.ask) ?? "")
        ? []
        : [[ask.rightId, ask.saleCents] as const],
    ),
  );
}

export const sumOf = (cents: Iterable<number>): number => [...cents].reduce((sum, each) => sum + each, 0);
