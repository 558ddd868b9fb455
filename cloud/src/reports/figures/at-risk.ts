/**
 * Customers who paid with a rhythm and have fallen silent. A number is shown masked, as everywhere; a name, where the provider has written one
 * down, leads to the customer's page.
 */

import { sql } from "kysely";
import { customerOfParty } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { phoneLastBoughtBy } from "../../money/purchases/buyers.ts";
import type { Asked, Report } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

const dayMs = 86_400_000;
/** Who has been due for longer is gone. */
const dueMsMax = 60 * dayMs;
const shownMax = 200;

export interface SilentPayer {
  readonly name: string | null;
  readonly phone: string | null;
  readonly customerId: string | null;
  readonly payments: number;
  readonly cents: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export async function readAtRisk(tx: Tx, asked: Asked): Promise<Report> {
  const { providerId, currency, nowMs } = asked;
  const due = sql`p.provider_id = ${providerId} and p.currency = ${currency} and p.due_ms >= ${nowMs - dueMsMax}::bigint
    and p.due_ms < ${nowMs}::bigint`;
  const { rows } = await sql<SilentPayer>`
    select c.name, case when c.customer_id is null then ${phoneLastBoughtBy("top")} else c.phone_masked end as phone, c.customer_id, top.payments, top.cents,
      top.first_ms, top.last_ms
    from (select p.* from report_payers p where ${due} order by p.cents desc, p.party limit ${shownMax}) top
    left join lateral ${customerOfParty("top")} c on true
    order by top.cents desc, top.party`.execute(tx);
  const { rows: counted } = await sql<{ count: number }>`
    select count(*)::int as count from report_payers p where ${due}`.execute(tx);
  return drawAtRisk(rows, counted[0]?.count ?? 0, asked);
}

/** Pure. */
function drawAtRisk(payers: readonly SilentPayer[], count: number, { language, nowMs, offsetMinutes }: Asked): Report {
  const word = (name: ReportWord) => wordOf(name, language);
  const dayOf = (atMs: number) => new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, 10);
  const days = (ms: number) => Math.round(ms / dayMs);
  return {
    chart: null,
    columns: [
      { head: word("customer"), unit: "text" },
      { head: word("lastPaid"), unit: "text" },
      { head: word("silentDays"), unit: "count" },
      { head: word("usualPause"), unit: "count" },
      { head: word("payments"), unit: "count" },
      { head: word("paid"), unit: "cents" },
    ],
    rows: payers.map(({ name, phone, payments, cents, firstMs, lastMs }) => [
      name ?? phone ?? "–",
      dayOf(lastMs),
      days(nowMs - lastMs),
      Math.round(((lastMs - firstMs) / (payments - 1) / dayMs) * 10) / 10,
      payments,
      cents,
    ]),
    total: null,
    links: payers.map(({ customerId }) => (customerId === null ? null : `customers/${customerId}`)),
    notes: [wordOf("riskNote", language, { count })],
  };
}
