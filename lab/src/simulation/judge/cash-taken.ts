/** MONEY-ONCE and DUE-RIGHT: the office takes the cash that somebody brings, however often they come; but for a provider that is suspended. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { ordersHeard } from "./orders.ts";

export function cashTaken({ chronicle: { facts } }: History): Violation[] {
  const heard = ordersHeard(facts);
  const steps = factsOf(facts, "provider-stepped");
  const mayBeShut = (atMs: number) =>
    steps.some(({ act, step, atMs: fromMs }, at) => {
      const toMs = heard.get(steps[at + 1]?.act ?? -1) ?? Number.POSITIVE_INFINITY;
      return step === "suspend" && heard.get(act) !== null && fromMs <= atMs && atMs <= toMs;
    });
  const refused = (act: number, atMs: number) => heard.get(act) === null && !mayBeShut(atMs);
  return [
    ...factsOf(facts, "handed-in").flatMap(({ act, seller, amountCents, atMs }): Violation[] =>
      refused(act, atMs)
        ? [{ invariant: "MONEY-ONCE", atMs, what: `seller ${seller} brought ${amountCents}, and nobody took it` }]
        : [],
    ),
    ...factsOf(facts, "line-renewed").flatMap(({ act, line, atMs }): Violation[] =>
      refused(act, atMs)
        ? [{ invariant: "DUE-RIGHT", atMs, what: `line ${line}: somebody came to pay a day, and nobody took it` }]
        : [],
    ),
  ];
}
