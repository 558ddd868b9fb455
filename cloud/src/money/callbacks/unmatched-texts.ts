/** Texts of callbacks that name no channel: sealed, for they may name payers as well as any. */
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";

const contextOf = (strayId: string) => `stray/${strayId}`;

export const sealStray = (envelope: Envelope, strayId: string, body: string): Buffer =>
  envelope.seal(Buffer.from(body), contextOf(strayId));

/** Empty when the hub has no longer the key under which it was sealed. */
export function openStray(
  envelope: Envelope,
  row: { readonly stray_id: string; readonly body: string; readonly body_sealed: Buffer | null },
): string {
  const { body_sealed: sealed, body, stray_id: id } = row;
  return sealed === null ? body : ifReadable(() => envelope.open(sealed, contextOf(id)).toString("utf8"), "");
}

/** Of before texts were sealed. It may stop and be repeated. @returns how many */
export async function sealOldStrays(envelope: Envelope, tx: Tx): Promise<number> {
  const rows = await tx
    .selectFrom("stray_callbacks")
    .select(["stray_id", "body"])
    .where("body", "!=", "")
    .limit(500)
    .execute();
  for (const { stray_id: id, body } of rows)
    await tx
      .updateTable("stray_callbacks")
      .set({ body: "", body_sealed: sealStray(envelope, id, body) })
      .where("stray_id", "=", id)
      .execute();
  return rows.length;
}
