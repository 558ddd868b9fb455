/** Checks the invariants after a simulated first sale. Pure: it reads only the books. */
import type { FirstSale } from "./first-sale.ts";

export interface Violation {
  readonly invariant: "MONEY-ONCE" | "LEDGER-ZERO" | "BYTES-KEPT" | "OFF-IN-TIME" | "NO-GIFT" | "NO-THEFT" | "SALE";
  readonly what: string;
}

const validityMs = 3_600_000;
/** Interim updates come every 60 s and are written every 60 s: a power cut may lose two intervals. */
const lagSeconds = 120;

export function violations(sale: FirstSale): Violation[] {
  const found: Violation[] = [];
  const violate = (invariant: Violation["invariant"], what: string) => void found.push({ invariant, what });
  const { hub, grant } = sale;

  if (JSON.stringify(hub.receipts) !== JSON.stringify(sale.moneyMoved)) {
    violate("MONEY-ONCE", `moved ${JSON.stringify(sale.moneyMoved)}, booked ${JSON.stringify(hub.receipts)}`);
  }
  if (hub.ledgerSumCents !== 0) violate("LEDGER-ZERO", `the postings sum to ${hub.ledgerSumCents}`);

  if (sale.paidStates.at(-1) !== "paid") violate("SALE", `the customer saw ${sale.paidStates.join(", ")}`);
  if (!sale.onlineAfterPurchase) violate("SALE", "paid but not online");
  if (!sale.onlineAfterPower) violate("SALE", "not online again after the power came back");
  if (sale.onlineAfterTheHour) violate("OFF-IN-TIME", "still online two hours after the end");

  const booked = hub.sessions.reduce((sum, session) => sum + session.bytes, 0);
  if (booked > sale.usedBytes) violate("BYTES-KEPT", `booked ${booked}, used ${sale.usedBytes}`);
  const lagBytes = sale.bytesPerSecond * lagSeconds;
  if (booked < sale.usedBytes - lagBytes) violate("BYTES-KEPT", `booked ${booked} of ${sale.usedBytes} used`);

  if (grant === null) violate("SALE", "the grant never began");
  else {
    const lengthMs = grant.endsAtMs - grant.startedAtMs;
    if (lengthMs > validityMs + 60_000) violate("NO-GIFT", `the hour lasted ${lengthMs} ms`);
    if (lengthMs < validityMs - 300_000) violate("NO-THEFT", `the hour lasted ${lengthMs} ms`);
    const lastStopMs = Math.max(0, ...hub.sessions.map((session) => session.stoppedAtMs ?? Number.POSITIVE_INFINITY));
    if (lastStopMs > grant.endsAtMs + 60_000) violate("OFF-IN-TIME", `off ${lastStopMs - grant.endsAtMs} ms late`);
  }
  return found;
}
