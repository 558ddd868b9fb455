/** What a payment costs: statements and commits as the server counts them, and processor time of the hub and of the server. */
import { processorMs, serverProcessorMs } from "./processor-time.ts";
import type { HubAtWork } from "./with-hub.ts";

/** Of one payment. Null: this machine or this server does not say. */
export interface Costs {
  readonly statements: number | null;
  readonly commits: number | null;
  readonly hubMs: number | null;
  readonly serverMs: number | null;
  /** The statements that took the server the longest: how often for a payment, for how long, without their plans and commits. */
  readonly dearest: readonly string[];
}

/** @returns what has been used since for each of so many payments, by all that the hub did meanwhile */
export async function beginCosts({ hub, databaseUrl }: HubAtWork): Promise<(payments: number) => Promise<Costs>> {
  const serverNow = () => (databaseUrl === null ? null : serverProcessorMs(databaseUrl));
  await hub.forgetStatements();
  const before = { hubMs: processorMs(hub.processId), serverMs: serverNow() };
  return async (payments) => {
    const after = { hubMs: processorMs(hub.processId), serverMs: serverNow() };
    const counted = await hub.statements();
    const each = (value: number | null, digits: number) =>
      value === null ? null : Number((value / payments).toFixed(digits));
    const used = (what: "hubMs" | "serverMs") => {
      const [from, to] = [before[what], after[what]];
      return from === null || to === null ? null : to - from;
    };
    return {
      statements: each(counted?.statements ?? null, 2),
      commits: each(counted?.commits ?? null, 3),
      hubMs: each(used("hubMs"), 2),
      serverMs: each(used("serverMs"), 2),
      dearest: (counted?.dearest ?? []).map(
        ({ text, calls, totalMs }) => `${each(calls, 3)} times, ${each(totalMs, 3)} ms: ${text}`,
      ),
    };
  };
}
