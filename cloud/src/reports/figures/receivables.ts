/** What customers owe on invoices that are not paid, by how long it is overdue: as a sum of each age, or customer by customer. As of today. */

import { sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { unpaidInvoices } from "../../money/invoices/unpaid-invoices.ts";
import { type Asked, type Report, totalOf } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

const ages = ["notDue", "days1to30", "days31to60", "days61to90", "daysOver90"] as const satisfies readonly ReportWord[];
const rowsMax = 500;

interface Owed {
  readonly customer: string;
  /** Whose number is known; null: nothing but the name tells who it is. */
  readonly party: Party | null;
  /** As much of their number as may be shown; empty: none is known. */
  readonly phone: string;
  /** The place of its age in `ages`. */
  readonly age: number;
  readonly invoices: number;
  readonly cents: number;
}

export async function readReceivables(tx: Tx, asked: Asked): Promise<Report> {
  const { providerId, currency, today } = asked;
  const { rows } = await sql<Owed>`
    select customer_name as customer, party, coalesce(max(phone_masked), '') as phone, count(*)::int as invoices, ${bounded(sql`sum(total_cents)`)} as cents,
      case when overdue <= 0 then 0 when overdue <= 30 then 1 when overdue <= 60 then 2 when overdue <= 90 then 3 else 4 end as age
    from ${unpaidInvoices({ providerId, currency }, today)} unpaid
    group by customer_name, party, age`.execute(tx);
  return asked.by === "customer" ? byCustomer(rows, asked) : byAge(rows, asked);
}

const sumOf = (owed: readonly Owed[], what: "cents" | "invoices") => owed.reduce((sum, one) => sum + one[what], 0);

/** Pure. */
function byAge(owed: readonly Owed[], { language, currency }: Asked): Report {
  const word = (name: ReportWord) => wordOf(name, language);
  const rows = ages.map((name, age) => {
    const these = owed.filter((one) => one.age === age);
    return [word(name), sumOf(these, "invoices"), sumOf(these, "cents")];
  });
  return {
    chart: {
      kind: "rows",
      unit: "cents",
      currency,
      labels: rows.map(([name]) => String(name)),
      series: [{ name: word("owed"), tone: "warn", values: rows.map(([, , cents]) => Number(cents)) }],
    },
    columns: [
      { head: word("overdueFor"), unit: "text" },
      { head: word("invoices"), unit: "count" },
      { head: word("owed"), unit: "cents" },
    ],
    rows,
    total: totalOf(word("total"), rows),
    notes: [word("receivablesNote")],
  };
}

/** Pure. Who owes most comes first. */
function byCustomer(owed: readonly Owed[], { language }: Asked): Report {
  const word = (name: ReportWord) => wordOf(name, language);
  const people = [...Map.groupBy(owed, ({ customer, party }) => `${party ?? ""}\n${customer}`).values()];
  const named = Map.groupBy(people, ([one]) => one?.customer);
  // Two people of one name are told apart by what may be shown of their numbers.
  const labelOf = ({ customer, phone }: Owed) =>
    phone !== "" && (named.get(customer)?.length ?? 0) > 1 ? `${customer} (${phone})` : customer;
  const all = people
    .map((these) => [
      labelOf(these[0] as Owed),
      sumOf(these, "cents"),
      ...ages.map((_, age) =>
        sumOf(
          these.filter((one) => one.age === age),
          "cents",
        ),
      ),
    ])
    .toSorted((one, other) => Number(other[1]) - Number(one[1]) || (String(one[0]) < String(other[0]) ? -1 : 1));
  return {
    chart: null,
    columns: [
      { head: word("customer"), unit: "text" },
      { head: word("owed"), unit: "cents" },
      ...ages.map((name) => ({ head: word(name), unit: "cents" as const })),
    ],
    rows: all.slice(0, rowsMax),
    total: all.length === 0 ? null : totalOf(word("total"), all),
    notes: [word("receivablesNote"), ...(all.length > rowsMax ? [wordOf("more", language, { count: rowsMax })] : [])],
  };
}
