/**
 * Whose many lines of a list are, or confirmations, by sets: what `route-inflow.ts` finds for one. It matches the usual ones, which are nearly all: a receipt in the books
 * that a callback told of, or a receipt in no book whose account is a purchase's reference. In any doubt a line is left to the single way.
 */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { EvidenceSource } from "../evidence/evidence.ts";
import type { EvidenceRow } from "../evidence/evidence-rows.ts";
import { type Inflow, payerParty, withSoundTime } from "../evidence/inflow.ts";
import { lockNamesInTurn } from "../evidence/money-locks.ts";
import type { ListedFact } from "../purchases/book-together.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { lockFreeReceipts, onlyEnteredAmong, type ReceiptRow, receiptName } from "../receipts/receipt-rows.ts";
import { spellings } from "../receipts/spellings.ts";
import { accountKey } from "./account-text.ts";
import { readInflow } from "./read-inflow.ts";
import { detailsWith } from "./receipt-details.ts";

/** What a line says, of this channel. */
export interface Line {
  readonly row: EvidenceRow;
  readonly inflow: Inflow;
  /** Null: the channel does not say who paid, so far as the books know people. */
  readonly payer: Party | null;
}

/** What can be read, is about this channel, and names a receipt that no other line names. */
export function readLines(
  { channels, parties }: Pick<PurchaseParts, "channels" | "parties">,
  channel: ChannelRow,
  rows: readonly EvidenceRow[],
): Line[] {
  const { readers } = channels.kinds.definitionOf(channel.kind);
  const ownNumbers = [null, channel.shortcode, channel.storeNumber];
  const lines = rows.flatMap((row): Line[] => {
    const read = readInflow(readers, row.source, row.body);
    if (!("message" in read) || !ownNumbers.includes(read.message.shortcode)) return [];
    const inflow = withSoundTime(read.message, row.receivedAtMs);
    return [{ row, inflow, payer: payerParty(parties, channel.providerId, inflow.payer) }];
  });
  return [...Map.groupBy(lines, ({ inflow }) => inflow.receipt).values()].flatMap((same) =>
    same.length === 1 ? same : [],
  );
}

/** Locks the receipts of the lines that it matches. It waits for nobody. @returns at most one line for each purchase */
export async function matchListed(
  parts: PurchaseParts,
  tx: Tx,
  channel: ChannelRow,
  lines: readonly Line[],
): Promise<ListedFact[]> {
  const { providerId, channelId } = channel;
  const { rail } = parts.channels.placeOf(channel);
  const idOf = ({ inflow: { receipt } }: Line) => ({ providerId, rail, receipt });
  const free = await lockNamesInTurn(
    tx,
    "receipt",
    lines.map((line) => receiptName(idOf(line))),
    { noWait: true },
  );
  const ours = lines.filter((line) => free.has(receiptName(idOf(line))));
  const { rows, held } = await lockFreeReceipts(tx, ours.map(idOf));
  const booked = new Map(rows.map((row) => [row.receipt, row]));
  const told = ours.flatMap((line) => {
    const receipt = booked.get(line.inflow.receipt);
    return receipt === undefined || receipt.isSpent ? [] : provenBy(channel, line, receipt);
  });
  const fresh = ours.filter((line) => !booked.has(line.inflow.receipt) && !held.has(receiptName(idOf(line))));
  const alike = await onlyEnteredAmong(
    tx,
    { providerId, channelId },
    fresh.flatMap(({ inflow }) => spellings(inflow.receipt)),
  );
  const found = await withReference(
    parts,
    tx,
    channel,
    fresh.filter(({ inflow }) => !spellings(inflow.receipt).some((each) => alike.has(each))),
  );
  return onePerPurchase([...told, ...found]);
}

const toldSources: ReadonlySet<EvidenceSource> = new Set(["stk-callback", "c2b-confirmation"]);

/** A receipt that a callback told of and that paid its whole purchase, once another source tells of the same money. */
function provenBy(channel: ChannelRow, { row, inflow, payer }: Line, booked: ReceiptRow): ListedFact[] {
  const { purchaseId, providerId } = booked;
  const isTold = booked.state === "booked" && toldSources.has(booked.source) && !booked.corroborated;
  const isWhole = booked.planCents === booked.amountCents && booked.amountCents === inflow.amountCents;
  if (purchaseId === null || !isTold || !isWhole || booked.channelId !== channel.channelId) return [];
  const details = detailsWith(booked, inflow, payer);
  const { source, trust, receipt } = inflow;
  return [{ providerId, purchaseId, row, source, trust, receipt, booked: { ...booked, details } }];
}

/** A reference decides by itself; who paid must be who was asked, for another payer is told as well. */
async function withReference(
  { parties }: PurchaseParts,
  tx: Tx,
  { providerId, channelId }: ChannelRow,
  lines: readonly Line[],
): Promise<ListedFact[]> {
  const keyed = lines.flatMap((line) => {
    const key = accountKey(line.inflow.accountText ?? "");
    return key === "" ? [] : [{ ...line, key }];
  });
  if (keyed.length === 0) return [];
  const { rows } = await sql<{ purchaseId: string; reference: string; phoneHash: string | null }>`
    select purchase_id, reference, phone_hash from purchases
    where provider_id = ${providerId} and channel_id = ${channelId} and reference = any(${keyed.map(({ key }) => key)}::text[])`.execute(
    tx,
  );
  const byReference = Map.groupBy(rows, ({ reference }) => reference);
  return keyed.flatMap(({ row, inflow, key }) => {
    const [purchase, ...others] = byReference.get(key) ?? [];
    if (purchase === undefined || others.length > 0 || purchase.phoneHash === null) return [];
    const { payer, receipt, source, trust } = inflow;
    const isOther = payer.kind === "phone" && parties.ofPhone(providerId, payer.phone) !== purchase.phoneHash;
    return isOther ? [] : [{ providerId, purchaseId: purchase.purchaseId, row, source, trust, receipt, booked: null }];
  });
}

const onePerPurchase = (facts: readonly ListedFact[]): ListedFact[] =>
  [...Map.groupBy(facts, ({ purchaseId }) => purchaseId).values()].flatMap((own) => (own.length === 1 ? own : []));
