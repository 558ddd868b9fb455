/** How a router password ended, in its row. */
import type { Tx } from "../../ground/db/database.ts";
import type { PasswordEnd } from "./log-in-kinds.ts";

/** The first end counts, and one that the site was told of: what the site never took stays so. `by` null: nobody ended it by hand. */
export async function noteEnd(
  tx: Tx,
  passwordId: string,
  { how, by, nowMs }: { readonly how: PasswordEnd; readonly by: string | null; readonly nowMs: number },
): Promise<void> {
  await tx
    .updateTable("router_passwords")
    .set({ endedAtMs: nowMs, endedByName: by, endedHow: how })
    .where("passwordId", "=", passwordId)
    .where((row) => row.or([row("endedHow", "is", null), row("endedHow", "=", "away")]))
    .execute();
}
