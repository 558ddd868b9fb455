import type { Schema } from "../../ground/db/schema.ts";

/** What the list says of an entry, known to who posts it: the database then asks nobody, which costs more than the booking. */
export type ReceivedRow = Omit<Schema["money_received"], "providerId" | "entryId" | "atMs">;

/** Cash that a person took, as that person said. */
export const cashTaken = ({
  kind,
  takenBy,
  siteId,
  amountCents,
  currency,
}: {
  readonly kind: "purchase" | "voucher";
  /** The seller; null: nobody knows who. */
  readonly takenBy: string | null;
  readonly siteId: string;
  readonly amountCents: number;
  readonly currency: string;
}): ReceivedRow => ({
  currency,
  amountCents,
  channelId: "cash",
  takenBy,
  kind,
  movement: "received",
  state: "entered",
  siteId,
  purchaseId: null,
  rail: null,
  receipt: null,
});
