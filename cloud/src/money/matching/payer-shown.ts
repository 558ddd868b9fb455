/** The payer's whole number, where any source of the same money has it. */
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { readChannel } from "../channels/channel-rows.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";
import { readInflow } from "./read-inflow.ts";

/** @returns 12 digits; null: no source shows it */
export async function payerShown(kinds: ChannelKinds, tx: Tx, row: ReceiptRow): Promise<string | null> {
  const { kind } = await readChannel(tx, row.provider_id, row.channel_id);
  const { readers } = kinds.definitionOf(kind);
  const stored = await tx
    .selectFrom("evidence")
    .select(["source", "body"])
    .where("provider_id", "=", row.provider_id)
    .where("receipt", "=", row.receipt)
    .where("body", "!=", "")
    .orderBy("evidence_id")
    .execute();
  for (const { source, body } of stored) {
    const read = readInflow(readers, source, body);
    if ("message" in read && read.message.payer.kind === "phone") return read.message.payer.phone;
  }
  return null;
}
