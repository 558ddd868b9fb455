/** A channel, and the way in of what it reports, for tests that report it. */
import type { Tx } from "../../ground/db/database.ts";
import { hashOf } from "./channels.ts";

/** The secret in the channel's addresses is its id from now on. */
export const makeSecretItsId = (tx: Tx, channelId: string) =>
  tx
    .updateTable("channels")
    .set({ hookTokenHash: hashOf(channelId), noticeTokenHash: hashOf(channelId) })
    .where("channelId", "=", channelId)
    .execute();

/** What a provider enters of a paybill in M-Pesa's sandbox. */
export const sandboxPaybill = {
  ...{ kind: "mpesa-paybill", environment: "sandbox", shortcode: "600100" },
  ...{ passkey: "pass", consumerKey: "key", consumerSecret: "secret" },
} as const;
