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

/** What this customer has as credit in one currency, of proved receipts, and what was typed with each. */
export const provedCreditOf = (
  tx: Tx,
  { providerId, party, currency }: { readonly providerId: string; readonly party: Party; readonly currency: string },
) =>
  tx
    .selectFrom("receipts")
    .select(["accountText", "creditCents"])
    .where("providerId", "=", providerId)
    .where("party", "=", party)
    .where("state", "=", "credit")
    .where("corroborated", "=", true)
    .where("currency", "=", currency)
    .execute();

/** What this customer paid at a channel since then and has as credit still, but for one receipt, and what was typed with each. */
export const creditSince = (
  tx: Tx,
  but: { readonly providerId: string; readonly channelId: string; readonly party: Party; readonly receipt: string },
  sinceMs: number,
) =>
  tx
    .selectFrom("receipts")
    .select(["accountText", "creditCents", "bookedAtMs"])
    .where("providerId", "=", but.providerId)
    .where("channelId", "=", but.channelId)
    .where("party", "=", but.party)
    .where("state", "=", "credit")
    .where("bookedAtMs", ">", sinceMs)
    .where("receipt", "!=", but.receipt)
    .execute();
