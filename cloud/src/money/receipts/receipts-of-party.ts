import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { ofChannel } from "../channels/of-channel.ts";

/** What a customer paid to channels, the newest first, with the kind of each channel. @param beforeMs null: to now */
export const receiptsOfParty = (
  tx: Tx,
  {
    providerId,
    party,
    beforeMs,
    rowsMax,
  }: {
    readonly providerId: string;
    readonly party: Party;
    readonly beforeMs: number | null;
    readonly rowsMax: number;
  },
) =>
  tx
    .selectFrom("receipts")
    .select(["receipt", "amountCents", "currency", "bookedAtMs", "state", "returnedCents"])
    .select(ofChannel("receipts", "kind").as("kind"))
    .where("receipts.providerId", "=", providerId)
    .where("party", "=", party)
    .$if(beforeMs !== null, (is) => is.where("bookedAtMs", "<", beforeMs ?? 0))
    .orderBy("bookedAtMs", "desc")
    .limit(rowsMax)
    .execute();

/** The payment that money waits for. Null: it waits for none. */
export async function purchaseHeldFor(
  tx: Tx,
  { providerId, rail, receipt }: { readonly providerId: string; readonly rail: string; readonly receipt: string },
): Promise<string | null> {
  const row = await tx
    .selectFrom("receipts")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "=", receipt)
    .executeTakeFirst();
  return row?.purchaseId ?? null;
}

/** What is known of these receipts, on whatever rail. */
export const receiptsNumbered = (tx: Tx, providerId: string, receipts: readonly string[]) =>
  tx
    .selectFrom("receipts")
    .select(["rail", "receipt", "state", "note", "accountText", "payerHash", "payerMasked"])
    .where("providerId", "=", providerId)
    .where("receipt", "in", receipts)
    .execute();
