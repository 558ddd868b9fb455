/** Numbers of documents, without gaps: of each provider, kind and fiscal year. */

import { sha256Hex } from "@karibu/protocol/hash";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { newestRestore } from "../../ground/restores/restores.ts";
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

/** `BRK-INV-2026-000007`; since a restore of the hub `BRK-INV-2026-R7F3A-000008`. @param series of the restore; null: there was none */
export function numberText(
  prefix: string,
  {
    kind,
    year,
    series,
    number,
  }: { readonly kind: DocumentKind; readonly year: number; readonly series: string | null; readonly number: number },
): string {
  const parts = [prefix, letters[kind], String(year), series ?? "", String(number).padStart(6, "0")];
  return parts.filter((part) => part !== "").join("-");
}

/**
 * A restored hub counts on from its back-up, without a gap, and the documents that it has forgotten have these numbers already: so its own are of another
 * series, which another restore has once in 65,536. Null: it was never restored.
 */
export async function readSeries(tx: Tx): Promise<string | null> {
  const newest = await newestRestore(tx);
  return newest === undefined ? null : `R${sha256Hex(Buffer.from(newest.generation)).slice(0, 4).toUpperCase()}`;
}

/** For a restore, as statements in one raw transaction: what an authority counts by may have gaps, and no number twice. */
export const fiscalNumbersRestored = (lostNumbers: number): readonly string[] => [
  `insert into document_counters (provider_id, kind, fiscal_year, next_number)
    select provider_id, 'fiscal', 0, ${1 + lostNumbers} from providers where purge_began_at_ms is null
    on conflict (provider_id, kind, fiscal_year) do update set next_number = document_counters.next_number + ${lostNumbers}`,
];

/**
 * The next one, from 1. The counter's row is locked until the transaction ends: who comes next waits, and gets this number where it is rolled
 * back. Take it as the last lock of a transaction, so that nobody waits for money meanwhile.
 */
export async function takeNumber(
  tx: Tx,
  counter: { readonly providerId: string; readonly kind: DocumentKind | "fiscal"; readonly year: number },
): Promise<number> {
  const { nextNumber: next } = await tx
    .insertInto("document_counters")
    .values({
      providerId: counter.providerId,
      kind: counter.kind,
      fiscalYear: counter.year,
      nextNumber: 2,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["providerId", "kind", "fiscalYear"])
        .doUpdateSet({ nextNumber: sql<number>`document_counters.next_number + 1` }),
    )
    .returning("nextNumber")
    .executeTakeFirstOrThrow();
  return next - 1;
}
