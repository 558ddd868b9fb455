/** Whose statement is it? */
import { sql } from "kysely";
import { refusal } from "../../ground/http/problem.ts";
import { chunksOf } from "../../ground/lists/chunks.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import { ofChannel } from "../channels/of-channel.ts";
import type { WitnessParts } from "../questions/witnesses.ts";

/** Another channel's money would be booked twice, under this one too. Throws Problems 422. */
export async function refuseOthers(
  { database }: WitnessParts,
  channel: ChannelRow,
  rail: string,
  about: { readonly shortcode: string | null; readonly inflows: readonly StatementLine[]; readonly field: string },
): Promise<void> {
  const { shortcode, inflows, field } = about;
  const own = [channel.shortcode, channel.storeNumber];
  const other = (code: string) => refusal("another-channel", { field, value: code });
  if (shortcode !== null) {
    if (!own.includes(shortcode)) throw other(shortcode);
    return;
  }
  for (const chunk of chunksOf(inflows, 1000)) {
    const elsewhere = await database.asProvider(channel.providerId, (tx) =>
      tx
        .selectFrom("receipts")
        .select(ofChannel("receipts", "shortcode").as("shortcode"))
        .where("receipts.providerId", "=", channel.providerId)
        .where("receipts.rail", "=", rail)
        .where(
          "receipts.receipt",
          "in",
          chunk.map((line) => line.receipt),
        )
        // What the other channel has denied, or only people have reported there, may be this one's.
        .where("receipts.state", "!=", "disproved")
        .where(sql<boolean>`(receipts.corroborated or receipts.source not in ('entered', 'forwarded-message'))`)
        // The same short code may stand in two channels: one was added again with other keys.
        .where(ofChannel("receipts", "shortcode"), "!=", channel.shortcode)
        .limit(1)
        .executeTakeFirst(),
    );
    if (elsewhere !== undefined) throw other(elsewhere.shortcode);
  }
}
