/** Numbers of documents, without gaps: of each provider, kind and fiscal year. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { DocumentKind } from "./document-facts.ts";

const letters: Readonly<Record<DocumentKind, string>> = {
  "tax-invoice": "INV",
  "credit-note": "CN",
  receipt: "RCT",
  "sales-summary": "SUM",
};

/** The year in which the fiscal year of this day began. @param day `2026-11-22` @param month 1 to 12, with which it begins */
export function fiscalYearOf(day: string, month: number): number {
  const [year = 0, ofDay = 0] = day.split("-").map(Number);
  return ofDay >= month ? year : year - 1;
}

/** `BRK-INV-2026-000007` */
export function numberText(
  prefix: string,
  { kind, year, number }: { readonly kind: DocumentKind; readonly year: number; readonly number: number },
): string {
  return `${prefix === "" ? "" : `${prefix}-`}${letters[kind]}-${year}-${String(number).padStart(6, "0")}`;
}

/**
 * The next one, from 1. The counter's row is locked until the transaction ends: who comes next waits, and gets this number where it is rolled
 * back. Take it as the last lock of a transaction, so that nobody waits for money meanwhile.
 */
export async function takeNumber(
  tx: Tx,
  counter: { readonly providerId: string; readonly kind: DocumentKind | "fiscal"; readonly year: number },
): Promise<number> {
  const { next_number: next } = await tx
    .insertInto("document_counters")
    .values({
      provider_id: counter.providerId,
      kind: counter.kind,
      fiscal_year: counter.year,
      next_number: 2,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["provider_id", "kind", "fiscal_year"])
        .doUpdateSet({ next_number: sql<number>`document_counters.next_number + 1` }),
    )
    .returning("next_number")
    .executeTakeFirstOrThrow();
  return next - 1;
}
