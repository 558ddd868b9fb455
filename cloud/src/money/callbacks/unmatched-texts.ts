/** Texts of callbacks that name no channel: sealed, for they may name payers as well as any. */
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";

const contextOf = (unmatchedId: string) => `unmatched/${unmatchedId}`;

export const sealUnmatched = (envelope: Envelope, unmatchedId: string, body: string): Buffer =>
  envelope.seal(Buffer.from(body), contextOf(unmatchedId));

/** Empty when the hub has no longer the key under which it was sealed. */
export function openUnmatched(
  envelope: Envelope,
  row: { readonly unmatched_id: string; readonly body: string; readonly body_sealed: Buffer | null },
): string {
  const { body_sealed: sealed, body, unmatched_id: id } = row;
  return sealed === null ? body : ifReadable(() => envelope.open(sealed, contextOf(id)).toString("utf8"), "");
}

/** Of before texts were sealed. It may stop and be repeated. @returns how many */
export async function sealOldUnmatched(envelope: Envelope, tx: Tx): Promise<number> {
  const rows = await tx
    .selectFrom("unmatched_callbacks")
    .select(["unmatched_id", "body"])
    .where("body", "!=", "")
    .limit(500)
    .execute();
  for (const { unmatched_id: id, body } of rows)
    await tx
      .updateTable("unmatched_callbacks")
      .set({ body: "", body_sealed: sealUnmatched(envelope, id, body) })
      .where("unmatched_id", "=", id)
      .execute();
  return rows.length;
}
