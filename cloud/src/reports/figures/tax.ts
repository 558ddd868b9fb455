/** The taxes in what was sold, month by month, from the books; and beside them what stands on documents. */
import { sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { partsOf, type Rates, sumOf, type TaxParts, type Treatment } from "../../money/tax/tax-arithmetic.ts";
import { readTaxSettings, readTaxTable, type TaxTable } from "../../money/tax/tax-settings.ts";
import { readSold, type SoldSum } from "./read-sales.ts";
import { type Asked, addDays, monthsOf, type Report, totalOf } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

/** In the order in which they are shown. */
const treatments = ["standard", "no-excise", "zero-rated", "exempt", "outside"] as const satisfies readonly Treatment[];

interface Documented extends TaxParts {
  readonly month: string;
  readonly totalCents: number;
}

export async function readTax(tx: Tx, asked: Asked): Promise<Report> {
  const sold = await readSold(tx, asked, sql`to_char(day, 'YYYY-MM-DD') || ' ' || plan_id`);
  const taxes = await readTaxTable(tx, asked.providerId);
  const { vatRegistered, exciseRegistered } = await readTaxSettings(tx, asked.providerId);
  const report = drawTax(sold, taxes, await readDocumented(tx, asked), asked);
  return vatRegistered || exciseRegistered
    ? report
    : { ...report, notes: [wordOf("notRegistered", asked.language), ...report.notes] };
}

async function readDocumented(tx: Tx, { currency, fromDay, untilDay, providerId }: Asked): Promise<Documented[]> {
  // A day more on both sides of the index: the day that counts is the one that is printed.
  const [fromMs, untilMs] = [addDays(fromDay, -1), addDays(untilDay, 2)].map((day) => Date.parse(`${day}T00:00:00Z`));
  const of = (column: string) =>
    bounded(sql`sum(case when kind = 'credit-note' then -1 else 1 end * ${sql.ref(column)})`);
  const { rows } = await sql<Record<keyof Documented, string | number>>`
    select substr(issued_on, 1, 7) as month, ${of("net_cents")} as "netCents", ${of("excise_cents")} as "exciseCents",
      ${of("vat_cents")} as "vatCents", ${of("total_cents")} as "totalCents"
    from documents where provider_id = ${providerId} and kind in ('tax-invoice', 'sales-summary', 'credit-note')
      and currency = ${currency} and issued_at_ms >= ${fromMs}::bigint and issued_at_ms < ${untilMs}::bigint
      and issued_on >= ${fromDay} and issued_on <= ${untilDay} group by 1`.execute(tx);
  return rows.map((row) => ({
    month: String(row.month),
    netCents: Number(row.netCents),
    exciseCents: Number(row.exciseCents),
    vatCents: Number(row.vatCents),
    totalCents: Number(row.totalCents),
  }));
}

/**
 * Pure. Sales and refunds of a day and plan are rounded each by themselves, so that a month is the sum of its days.
 * @param sold by `2026-11-22 <plan>`
 */
function drawTax(
  sold: readonly SoldSum[],
  taxes: Pick<TaxTable, "ratesOf" | "treatmentOf">,
  documented: readonly Documented[],
  asked: Asked,
): Report {
  const { language } = asked;
  const word = (name: ReportWord) => wordOf(name, language);
  const ratesOf = once(taxes.ratesOf);
  const parts = sold.map(({ key, soldCents, refundedCents }) => {
    const [day, planId] = [key.slice(0, 10), key.slice(11)];
    const treatment = taxes.treatmentOf(planId === "" ? null : planId);
    const rates = ratesOf(treatment, day);
    const each = [soldCents, -refundedCents].filter((cents) => cents !== 0).map((cents) => partsOf(cents, rates));
    return { of: `${day.slice(0, 7)} ${treatment}`, parts: sumOf(each) };
  });
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
    notes: [word("taxNote")],
  };
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
