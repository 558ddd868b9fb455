/** What a rule or a window names must be there. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";

/** One site a thousand times would be looked through a few times a minute. */
export const once = (siteIds: readonly string[] | null): readonly string[] | null =>
  siteIds === null ? null : [...new Set(siteIds)];

export async function checkSites(tx: Tx, siteIds: readonly string[] | null): Promise<void> {
  if (siteIds !== null) await checkKnown(tx, "sites", "siteId", siteIds, "siteIds");
}

export async function checkKnown(
  tx: Tx,
  table: "users" | "sites",
  column: "userId" | "siteId",
  ids: readonly string[],
  field: string,
): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<{ id: string }>`select ${sql.ref(column)} as id from ${sql.table(table)}
    where ${sql.ref(column)} = any(${sql.val([...ids])}::text[])`.execute(tx);
  const missing = ids.find((one) => !rows.some((row) => row.id === one));
  if (missing !== undefined) throw refusal("unknown-reference", { field, value: missing });
}
