/** The payer's whole number, where any source of the same money has it. */
import type { Tx } from "../../ground/db/database.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { opened } from "../evidence/evidence-rows.ts";
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
  const stored = await tx
    .selectFrom("evidence")
    .selectAll()
    .where("provider_id", "=", row.provider_id)
    .where("receipt", "=", row.receipt)
    .where((where) => where.or([where("body_sealed", "is not", null), where("body", "!=", "")]))
    .orderBy("evidence_id")
    .execute();
  for (const { source, body } of stored.map((each) => opened(envelope, each))) {
    const read = readInflow(readers, source, body);
    if ("message" in read && read.message.payer.kind === "phone") return read.message.payer.phone;
  }
  return null;
}
