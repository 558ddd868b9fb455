/** Money of ours that a statement saw come back before anybody knew that it had gone out. */
import type { Tx } from "../../ground/db/database.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { DifferenceKind } from "./difference-kinds.ts";

/** The line of the return, as a statement had it that could not read whose it was. Undefined: none has. @param receipt of what went out */
export const unreadReturnOf = (
  tx: Tx,
  { providerId, channelId }: { readonly providerId: string; readonly channelId: string },
  receipt: string,
): Promise<Pick<StatementLine, "receipt" | "amountCents"> | undefined> =>
  tx
    .selectFrom("statement_differences as unread")
    .innerJoin("statement_lines as line", (join) =>
      join.onRef("line.providerId", "=", "unread.providerId").onRef("line.receipt", "=", "unread.receipt"),
    )
    .select(["line.receipt", "line.amountCents"])
    .where("unread.providerId", "=", providerId)
    .where("unread.channelId", "=", channelId)
    .where("unread.what", "=", "payout-returned-unread" satisfies DifferenceKind)
    .where("line.kind", "=", "returned")
    .where("line.linkedReceipt", "=", receipt)
    .executeTakeFirst();
