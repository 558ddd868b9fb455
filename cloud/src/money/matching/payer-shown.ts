/** The payer's whole number, where any source of the same money has it. */
import type { Tx } from "../../ground/db/database.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { factsOfReceipt, opened } from "../evidence/evidence-rows.ts";
import type { PurchaseParts } from "../purchases/intent-rows.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";
import { readInflow } from "./read-inflow.ts";

/** @returns 12 digits; null: no source shows it */
export async function payerShown(
  { channels: { kinds }, envelope }: Pick<PurchaseParts, "channels" | "envelope">,
  tx: Tx,
  row: ReceiptRow,
): Promise<string | null> {
  const { kind } = await readChannel(tx, row.provider_id, row.channel_id);
  const { readers } = kinds.definitionOf(kind);
  for (const stored of await factsOfReceipt(tx, row.provider_id, row.receipt)) {
    const { source, body } = opened(envelope, stored);
    const read = readInflow(readers, source, body);
    if ("message" in read && read.message.payer.kind === "phone") return read.message.payer.phone;
  }
  return null;
}
