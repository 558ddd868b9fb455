/** What is paid of a line, and until when its customer is let in: by what staff did, as far as it may have been done, or was for certain. */
import type { Fact, FactOf } from "./chronicle.ts";
import { factsOf } from "./history.ts";

export const dayMs = 86_400_000;

export type Line = FactOf<"line">;

/** @param doneMs when the hub did an order; null: refused; absent: nobody lived to say */
interface DoneOrders {
  readonly doneMs: ReadonlyMap<number, number | null>;
  /** Does an order count that was asked then and done then? */
  readonly counts: (askedMs: number, doneMs: number | null | undefined) => boolean;
}

export const lineOf = (facts: readonly Fact[], rightId: string): Line | undefined =>
  factsOf(facts, "line").find((each) => each.rightId === rightId);

/** The end of the grace, or of a promise. Null: a day was paid for, and a story is shorter than that. */
export function overMs(facts: readonly Fact[], line: Line, { doneMs, counts }: DoneOrders): number | null {
  const isDone = ({ act, atMs }: { readonly act: number; readonly atMs: number }) => counts(atMs, doneMs.get(act));
  const isOfLine = (fact: { readonly line: string }) => fact.line === line.line;
  if (factsOf(facts, "line-renewed").filter(isOfLine).some(isDone)) return null;
  const promised = factsOf(facts, "line-promised").filter(isOfLine).filter(isDone);
  return Math.max(line.paidUntilMs + line.graceSeconds * 1000, ...promised.map(({ untilMs }) => untilMs));
}
