/** The payer's whole number, where any source of the same money has it. */

import type { PhoneSha256 } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { factsOfReceipt, opened } from "../evidence/evidence-rows.ts";
import type { Payer } from "../evidence/inflow.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";
import { readInflow } from "./read-inflow.ts";

type Shown = Pick<PurchaseParts, "channels" | "envelope">;

/** @returns an MSISDN; null: no source shows it */
export async function payerShown(parts: Shown, tx: Tx, row: ReceiptRow): Promise<string | null> {
  const payer = await firstPayer(parts, tx, row, ({ kind }) => kind === "phone");
  return payer?.kind === "phone" ? payer.phone : null;
}

/** The SHA-256 of the number, where a source shows that and none the number itself. */
export async function payerHashShown(parts: Shown, tx: Tx, row: ReceiptRow): Promise<PhoneSha256 | null> {
  const payer = await firstPayer(parts, tx, row, (one) => one.kind === "hash" && one.hash.length === 64);
  return payer?.kind === "hash" ? payer.hash : null;
}

async function firstPayer(
  { channels: { kinds }, envelope }: Shown,
  tx: Tx,
  row: ReceiptRow,
  isIt: (payer: Payer) => boolean,
): Promise<Payer | null> {
  const { kind } = await readChannel(tx, row.providerId, row.channelId);
  const { readers } = kinds.definitionOf(kind);
  for (const stored of await factsOfReceipt(tx, row.providerId, row.receipt)) {
    const { source, body } = opened(envelope, stored);
    const read = readInflow(readers, source, body);
    if ("message" in read && isIt(read.message.payer)) return read.message.payer;
  }
  return null;
}
