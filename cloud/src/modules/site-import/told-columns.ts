/** What a provider's people said of columns that Karibu does not know: asked for once, remembered for the next file. */
import type { Tx } from "../../ground/db/database.ts";
import { type Meanings, plainHeader } from "./site-csv.ts";

export async function readToldColumns(tx: Tx): Promise<Meanings> {
  const rows = await tx.selectFrom("site_import_columns").select(["header", "meaning"]).execute();
  return Object.fromEntries(rows.map(({ header, meaning }) => [header, meaning]));
}

/** The newest word counts. */
export async function keepToldColumns(tx: Tx, providerId: string, told: Meanings, nowMs: number): Promise<void> {
  for (const [header, meaning] of Object.entries(told)) {
    const row = { meaning, chosenAtMs: nowMs };
    await tx
      .insertInto("site_import_columns")
      .values({ providerId, header, ...row })
      .onConflict((on) => on.columns(["providerId", "header"]).doUpdateSet(row))
      .execute();
  }
}

/** Headers as people and programs write them. */
export const plainMeanings = (told: Meanings): Meanings =>
  Object.fromEntries(Object.entries(told).map(([header, meaning]) => [plainHeader(header), meaning]));
