/** The taxes in what was sold, month by month, from the books; and beside them what stands on documents. */

import { sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type LineKind, treatmentOfLine } from "../../money/documents/document-facts.ts";
import { documentedSums } from "../../money/documents/documented-sums.ts";
import { partsOf, type Rates, sumOf, type TaxParts, type Treatment } from "../../money/tax/tax-arithmetic.ts";
import { readTaxSettings, readTaxTable, type TaxTable } from "../../money/tax/tax-settings.ts";
import { chargedLines } from "../roll-ups/charged-lines.ts";
import { cashNotes, readSold, type SoldSum } from "./read-sales.ts";
import { type Asked, monthsOf, type Report, totalOf } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

/** In the order in which they are shown. */
const treatments = [
  ...(["standard", "no-excise", "zero-rated", "exempt", "outside"] as const satisfies readonly Treatment[]),
  "no-vat",
] as const;

interface Documented extends TaxParts {
  readonly month: string;
  readonly totalCents: number;
}

/** Lines of charges (subscriptions, invoices) that are equal: each is taxed by what it was for, as on its document. */
interface Charged {
  readonly day: string;
  readonly kind: LineKind;
  readonly planId: string | null;
  /** Of one line; below zero: taken back. */
  readonly cents: number;
  readonly count: number;
}

export async function readTax(tx: Tx, asked: Asked): Promise<Report> {
  const sold = await readSold(tx, asked, "day-and-plan");
  const taxes = await readTaxTable(tx, asked.providerId);
  const { vatRegistered, exciseRegistered } = await readTaxSettings(tx, asked.providerId);
  const charged = await readCharged(tx, asked);
  const report = drawTax(
    { sold, charged, documented: await readDocumented(tx, asked) },
    { ...taxes, vatRegistered },
    asked,
  );
  return vatRegistered || exciseRegistered
    ? report
    : { ...report, notes: [wordOf("notRegistered", asked.language), ...report.notes] };
}

/** Counted, and from entries that wait to be counted, as sales are (`read-sales.ts`). */
async function readCharged(tx: Tx, asked: Asked): Promise<Charged[]> {
  const { providerId, currency, fromDay, untilDay } = asked;
  const these = sql`currency = ${currency} and day >= ${fromDay}::date and day <= ${untilDay}::date`;
  const waits = sql`e.entry_id in (select entry_id from report_entries_waiting where provider_id = ${providerId})`;
  const { rows } = await sql<Record<keyof Charged, string | number>>`
    select to_char(day, 'YYYY-MM-DD') as day, kind, plan_id, cents, sum(lines)::bigint as count
    from (
      select day, kind, plan_id, cents, lines from report_charges where provider_id = ${providerId} and ${these}
      union all
      select day, kind, plan_id, cents, 1 from (${chargedLines(asked, waits)}) waiting where ${these}
    ) charged group by charged.day, kind, plan_id, cents`.execute(tx);
  return rows.map((row) => ({
    day: String(row.day),
    kind: row.kind as LineKind,
    planId: row.planId === "" ? null : String(row.planId),
    cents: Number(row.cents),
    count: Number(row.count),
  }));
}

/** Without deposits, as the books' side: a document's own sums, less its lines that are outside of the taxes. */
async function readDocumented(tx: Tx, { currency, fromDay, untilDay, providerId }: Asked): Promise<Documented[]> {
  // What a credit note says is below zero already.
  const of = (column: string) => bounded(sql`sum(sign * ${sql.ref(column)})`);
  const { rows } = await sql<Record<keyof Documented, string | number>>`
    select substr(issued_on, 1, 7) as month, ${of("netCents")} as "netCents", ${of("exciseCents")} as "exciseCents",
      ${of("vatCents")} as "vatCents", ${of("totalCents")} as "totalCents"
    from ${documentedSums({ providerId, currency }, { fromDay, untilDay })} documented group by 1`.execute(tx);
  const months = rows.map((row) => ({
    month: String(row.month),
    netCents: Number(row.netCents),
    exciseCents: Number(row.exciseCents),
    vatCents: Number(row.vatCents),
    totalCents: Number(row.totalCents),
  }));
  // Of a month with nothing but deposits nothing is left.
  return months.filter((one) => one.netCents !== 0 || one.exciseCents !== 0 || one.vatCents !== 0);
}

/**
 * Pure. Sales and refunds of a day and plan, and each line of a charge, are rounded each by themselves, so that a month is the sum of its days.
 * @param facts sold: by `2026-11-22 <plan>`; what was charged is in it, under no plan, and is taken out of it there
 */
function drawTax(
  facts: {
    readonly sold: readonly SoldSum[];
    readonly charged: readonly Charged[];
    readonly documented: readonly Documented[];
  },
  taxes: Pick<TaxTable, "ratesOf" | "treatmentOf"> & { readonly vatRegistered: boolean },
  asked: Asked,
): Report {
  const { charged, documented } = facts;
  const { language } = asked;
  const word = (name: ReportWord) => wordOf(name, language);
  const ratesOf = once(taxes.ratesOf);
  // Who is not registered for VAT has none: neither zero-rated nor exempt.
  const called = (treatment: Treatment) => (taxes.vatRegistered || treatment === "outside" ? treatment : "no-vat");
  const ofSales = withoutCharged(facts.sold, charged).map(({ key, soldCents, refundedCents }) => {
    const [day, planId] = [key.slice(0, 10), key.slice(11)];
    const treatment = taxes.treatmentOf(planId === "" ? null : planId);
    const rates = ratesOf(treatment, day);
    const each = [soldCents, -refundedCents].filter((cents) => cents !== 0).map((cents) => partsOf(cents, rates));
    return { of: `${day.slice(0, 7)} ${called(treatment)}`, parts: sumOf(each) };
  });
  const ofCharges = charged.map(({ day, cents, count, ...line }) => {
    const treatment = treatmentOfLine(line, taxes.treatmentOf);
    const { netCents, exciseCents, vatCents } = partsOf(cents, ratesOf(treatment, day));
    const parts = { netCents: netCents * count, exciseCents: exciseCents * count, vatCents: vatCents * count };
    return { of: `${day.slice(0, 7)} ${called(treatment)}`, parts };
  });
  const parts = [...ofSales, ...ofCharges];
  const grouped = Map.groupBy(parts, ({ of }) => of);
  const months = monthsOf(asked);
  const books = months.flatMap((month) =>
    treatments.flatMap((treatment) => {
      const these = grouped.get(`${month} ${treatment}`);
      if (these === undefined) return [];
      const { totalCents, netCents, exciseCents, vatCents } = sumOf(these.map((one) => one.parts));
      return [{ month, cells: [month, word(treatment), totalCents, netCents, exciseCents, vatCents] }];
    }),
  );
  const onPaper = documented.map(({ month, totalCents, netCents, exciseCents, vatCents }) => ({
    month,
    cells: [month, word("documented"), totalCents, netCents, exciseCents, vatCents],
  }));
  const sumsOf = (month: string, at: number) =>
    books.filter((row) => row.month === month).reduce((sum, { cells }) => sum + Number(cells[at]), 0);
  return {
    chart:
      books.length === 0
        ? null
        : {
            kind: "bars",
            unit: "cents",
            currency: asked.currency,
            labels: months,
            series: [
              { name: word("net"), tone: "brand", values: months.map((month) => sumsOf(month, 3)) },
              { name: word("vat"), tone: "second", values: months.map((month) => sumsOf(month, 5)) },
            ],
          },
    columns: [
      { head: word("month"), unit: "text" },
      { head: word("treatment"), unit: "text" },
      { head: word("gross"), unit: "cents" },
      { head: word("net"), unit: "cents" },
      { head: word("excise"), unit: "cents" },
      { head: word("vat"), unit: "cents" },
    ],
    rows: months.flatMap((month) =>
      [...books, ...onPaper].filter((row) => row.month === month).map(({ cells }) => cells),
    ),
    total:
      books.length === 0
        ? null
        : totalOf(
            word("total"),
            books.map(({ cells }) => cells),
          ).map((figure, at) => (at === 1 ? null : figure)),
    notes: [word("taxNote"), ...cashNotes(facts.sold, language)],
  };
}

/** Of no plan, day by day: what is left of it without what was charged. */
function withoutCharged(
  sold: readonly SoldSum[],
  charged: readonly Charged[],
): Pick<SoldSum, "key" | "soldCents" | "refundedCents">[] {
  const chargedOf = new Map<string, number>();
  for (const { day, cents, count } of charged)
    chargedOf.set(`${day} `, (chargedOf.get(`${day} `) ?? 0) + cents * count);
  const known = new Set(sold.map(({ key }) => key));
  const missing = [...chargedOf.keys()].filter((key) => !known.has(key));
  return [...sold, ...missing.map((key) => ({ key, soldCents: 0, refundedCents: 0 }))].map(
    ({ key, soldCents, refundedCents }) => ({ key, soldCents: soldCents - (chargedOf.get(key) ?? 0), refundedCents }),
  );
}

/** A year has as many days and treatments as it has, and many plans of each. */
function once(ratesOf: TaxTable["ratesOf"]): TaxTable["ratesOf"] {
  const known = new Map<string, Rates>();
  return (treatment, day) => {
    const key = `${treatment} ${day}`;
    const found = known.get(key) ?? ratesOf(treatment, day);
    known.set(key, found);
    return found;
  };
}
