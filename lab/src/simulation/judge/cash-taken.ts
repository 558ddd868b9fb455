/** MONEY-ONCE and DUE-RIGHT: the office takes the cash that somebody brings, however often they come; but for a provider that is suspended. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";
import { ordersHeard } from "./orders.ts";

export function* cashTaken({ chronicle: { facts } }: History): Iterable<Violation> {
  const heard = ordersHeard(facts);
  const steps = factsOf(facts, "provider-stepped");
  const mayBeShut = (atMs: number) =>
    steps.some(({ act, step, atMs: fromMs }, at) => {
      const toMs = heard.get(steps[at + 1]?.act ?? -1) ?? Number.POSITIVE_INFINITY;
      return step === "suspend" && heard.get(act) !== null && fromMs <= atMs && atMs <= toMs;
    });
  // Who heard nothing asks again, and may meet the suspension then.
  const refusedAtMs = (act: number) =>
    factsOf(facts, "staff-heard").flatMap((each) => (each.act === act && !each.isDone ? [each.atMs] : []));
  const isRefused = (act: number, atMs: number) =>
    heard.get(act) === null && ![atMs, ...refusedAtMs(act)].some(mayBeShut);
  for (const { act, seller, amountCents, atMs } of factsOf(facts, "handed-in"))
    if (isRefused(act, atMs))
      yield broken("MONEY-ONCE", atMs, `seller ${seller} brought ${amountCents}, and nobody took it`);
  for (const { act, line, atMs } of factsOf(facts, "line-renewed"))
    if (isRefused(act, atMs))
      yield broken("DUE-RIGHT", atMs, `line ${line}: somebody came to pay a day, and nobody took it`);
}
