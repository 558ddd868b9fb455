/**
 * Codes of other systems at the hub: their hashes find them, their texts stand hidden under the batch's key. All listed batches of a provider share
 * one key, so that the same text in two lists is seen by its hash.
 */
import type { ListedCodesBody, ListedMore } from "@karibu/protocol/feed";
import { hideUnder, listedCodesPerRow, listedHash, listedText, showUnder } from "@karibu/protocol/listed-code";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

export const listedKeyBytes = 32;

/** As the table has it. */
export interface ListedRow {
  readonly batchId: string;
  readonly serial: number;
  readonly hash: string;
  readonly codeHidden: string;
  readonly more: Omit<ListedMore, "at">;
}

/** Null: the provider has no listed batch. */
export async function readListedKey(envelope: Envelope, tx: Tx): Promise<string | null> {
  const row = await tx
    .selectFrom("voucher_batches")
    .select(["providerId", "batchId", "keySealed"])
    .where("takeoverId", "is not", null)
    .orderBy("batchId")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return envelope.open(row.keySealed, `voucher-batch/${row.providerId}/${row.batchId}`).toString("hex");
}

export const hideCode = (
  keyHex: string,
  { batchId, serial }: { batchId: string; serial: number },
  code: string,
): string => hideUnder(keyHex, `code\n${batchId}.${serial}`, code);

/** Places of listed codes with this text, in batches that are on or off; at most a few. */
export async function findListed(
  envelope: Envelope,
  tx: Tx,
  typed: string,
): Promise<{ readonly batchId: string; readonly serial: number }[]> {
  const keyHex = await readListedKey(envelope, tx);
  if (keyHex === null) return [];
  const rows = await tx
    .selectFrom("listed_codes")
    .select(["batchId", "serial"])
    .where("hash", "=", listedHash(keyHex, listedText(typed)))
    .orderBy("batchId", "desc")
    .limit(10)
    .execute();
  return rows.map(({ batchId, serial }) => ({ batchId, serial }));
}

/** The texts of listed codes, by `<batchId>.<serial>`. */
export async function readListedTexts(
  envelope: Envelope,
  tx: Tx,
  places: { readonly batchIds: readonly string[]; readonly serials: readonly number[] },
): Promise<Map<string, string>> {
  const keyHex = places.batchIds.length === 0 ? null : await readListedKey(envelope, tx);
  if (keyHex === null) return new Map();
  const rows = await tx
    .selectFrom("listed_codes")
    .select(["batchId", "serial", "codeHidden"])
    .where("batchId", "in", places.batchIds)
    .where("serial", "in", places.serials)
    .execute();
  return new Map(rows.map((row) => [`${row.batchId}.${row.serial}`, textOf(keyHex, row)]));
}

/** All listed codes of the provider that a batch of our own must leave out. */
export async function readAllListed(envelope: Envelope, tx: Tx): Promise<string[]> {
  const keyHex = await readListedKey(envelope, tx);
  if (keyHex === null) return [];
  const rows = await tx.selectFrom("listed_codes").select(["batchId", "serial", "codeHidden"]).execute();
  return rows.map((row) => textOf(keyHex, row));
}

function textOf(keyHex: string, row: { batchId: string; serial: number; codeHidden: string }): string {
  return showUnder(keyHex, `code\n${row.batchId}.${row.serial}`, row.codeHidden) ?? "";
}

export async function insertListed(tx: Tx, providerId: string, rows: readonly ListedRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += 2000)
    await sql`
      insert into listed_codes (provider_id, batch_id, serial, hash, code_hidden, more)
      select ${providerId}::text, f."batchId", f.serial, f.hash, f."codeHidden", f.more
      from ${recordset("f", rows.slice(from, from + 2000), {
        batchId: "text",
        serial: "integer",
        hash: "text",
        codeHidden: "text",
        more: "jsonb",
      })}
    `.execute(tx);
}

/** Bodies of the feed's rows of a batch, by key. `numbers`: which of them; absent: all. */
export async function readListedBodies(
  tx: Tx,
  batchId: string,
  numbers?: readonly number[],
): Promise<Map<string, ListedCodesBody>> {
  let rows = tx.selectFrom("listed_codes").select(["serial", "hash", "more"]).where("batchId", "=", batchId);
  if (numbers !== undefined)
    rows = rows.where(sql<number>`serial / ${sql.lit(listedCodesPerRow)}`, "in", [...numbers, -1]);
  const bodies = new Map<string, { batchId: string; hashes: string; more: ListedMore[] }>();
  for (const { serial, hash, more } of await rows.orderBy("serial").execute()) {
    const key = `${batchId}.${Math.floor(serial / listedCodesPerRow)}`;
    const body = bodies.get(key) ?? { batchId, hashes: "", more: [] };
    bodies.set(key, body);
    body.hashes += hash;
    if (Object.keys(more).length > 0) body.more.push({ ...more, at: serial % listedCodesPerRow });
  }
  return bodies;
}
