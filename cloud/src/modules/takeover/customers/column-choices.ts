/**
 * What a provider's people said of the columns of a file, kept for the next file with the same first line. Names of columns are kept as a hash, and nothing
 * that stands in a column. Whoever may take customers over may choose for the next person: so the page names a choice of before, and shows what comes of it.
 */
import { sql } from "kysely";
import type { Tx } from "../../../ground/db/database.ts";
import { json } from "../../../ground/db/json.ts";
import { type ColumnChoice, columnFields } from "./customer-columns.ts";

/** Of one provider; the oldest go. */
const choicesMax = 50;

/** By the hash of a file's first line. */
export async function rememberedChoices(tx: Tx): Promise<Map<string, ColumnChoice>> {
  const rows = await tx
    .selectFrom("customer_column_choices")
    .selectAll()
    .limit(choicesMax * 2)
    .execute();
  return new Map(
    rows.map(({ headerHash, columns, dateOrder }) => [
      headerHash,
      { columns: columns.map((told) => columnFields.find((field) => field === told) ?? null), dateOrder },
    ]),
  );
}

export async function rememberChoice(
  tx: Tx,
  { providerId, header, nowMs }: { readonly providerId: string; readonly header: string; readonly nowMs: number },
  { columns, dateOrder }: ColumnChoice,
): Promise<void> {
  const said = { columns: json<readonly (string | null)[]>(columns), dateOrder, chosenAtMs: nowMs };
  await tx
    .insertInto("customer_column_choices")
    .values({ providerId, headerHash: header, ...said })
    .onConflict((conflict) => conflict.columns(["providerId", "headerHash"]).doUpdateSet(said))
    .execute();
  await sql`delete from customer_column_choices where provider_id = ${providerId} and header_hash in (
    select header_hash from customer_column_choices where provider_id = ${providerId}
    order by chosen_at_ms desc, header_hash offset ${choicesMax})`.execute(tx);
}
