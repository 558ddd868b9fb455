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
