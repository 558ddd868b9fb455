/** Of the customers who first paid in a month, how many paid again so many months later. */
import type { Tx } from "../../ground/db/database.ts";
import { type Asked, addMonths, type Report } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

interface Paid {
  readonly cohort: string;
  readonly month: string;
  readonly payers: number;
}

const monthsShown = 6;

export async function readRetention(tx: Tx, asked: Asked): Promise<Report> {
  const paid = await tx
    .selectFrom("report_cohorts")
    .select(["cohort", "month", "payers"])
    .where("providerId", "=", asked.providerId)
    .where("currency", "=", asked.currency)
    .where("cohort", ">=", asked.fromDay.slice(0, 7))
    .where("cohort", "<=", asked.untilDay.slice(0, 7))
    .orderBy("cohort")
    .execute();
  return drawRetention(paid, asked);
}

/** Pure. The month that runs is shown as it is so far; months to come are not known. */
function drawRetention(paid: readonly Paid[], asked: Asked): Report {
  const { language, today } = asked;
  const word = (name: ReportWord) => wordOf(name, language);
  const thisMonth = today.slice(0, 7);
  const groups = [...Map.groupBy(paid, ({ cohort }) => cohort)].map(([cohort, months]) => {
    const size = months.find(({ month }) => month === cohort)?.payers ?? 0;
    const shares = Array.from({ length: monthsShown }, (_, at) => {
      const month = addMonths(cohort, at + 1);
      if (month > thisMonth || size === 0) return null;
      return Math.round(((months.find((one) => one.month === month)?.payers ?? 0) * 1000) / size);
    });
    return { cohort, size, shares };
  });
  const means = Array.from({ length: monthsShown }, (_, at) => {
    const known = groups.filter(({ shares }) => shares[at] !== null);
    const all = known.reduce((sum, { size }) => sum + size, 0);
    const back = known.reduce((sum, { size, shares }) => sum + size * (shares[at] ?? 0), 0);
    return all === 0 ? null : Math.round(back / all);
  });
  const after = (months: number) => (months === 1 ? word("afterOne") : wordOf("after", language, { count: months }));
  return {
    chart:
      groups.length === 0
        ? null
        : {
            kind: "lines",
            unit: "permille",
            currency: null,
            labels: means.map((_, at) => after(at + 1)),
            series: [{ name: word("cameBack"), tone: "brand", values: means }],
          },
    columns: [
      { head: word("began"), unit: "text" },
      { head: word("group"), unit: "count" },
      ...means.map((_, at) => ({ head: after(at + 1), unit: "permille" as const })),
    ],
    rows: groups.map(({ cohort, size, shares }) => [cohort, size, ...shares]),
    total: groups.length === 0 ? null : [word("average"), null, ...means],
    notes: [word("retentionNote"), word("activeNote")],
  };
}
