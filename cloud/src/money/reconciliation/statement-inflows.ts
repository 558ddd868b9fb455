/** What a statement says came in: what the books lack is booked, and what they have is proved. */
import type { Tx } from "../../ground/db/database.ts";
import { chunksOf } from "../../ground/lists/chunks.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { takeInflow } from "../claims/take-inflow.ts";
import { takeListed } from "../claims/take-listed.ts";
import type { RawEvidence } from "../evidence/evidence-rows.ts";
import { keepEvidence } from "../evidence/failed-evidence.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
import { fillPaidTimes, isInBooks } from "../receipts/receipt-rows.ts";
import type { BookingTransactions } from "./book-missing.ts";

/** Why a row is in no book yet. */
export interface FailedRow {
  readonly receipt: string;
  readonly why: string;
}

/** How an import writes. `failures`: what went wrong with single rows. */
export interface ImportWay extends BookingTransactions {
  readonly failures: FailedRow[];
}

/** @returns the receipts that no other source had reported */
export async function bookInflows(
  parts: WitnessParts,
  channel: ChannelRow,
  inflows: readonly StatementLine[],
  { transact, alone, failures }: ImportWay,
): Promise<string[]> {
  const place = parts.channels.placeOf(channel);
  const found: string[] = [];
  for (const chunk of chunksOf(inflows, 500)) {
    const proved = await transact((tx) => provedAmong(tx, place, chunk));
    // All at once; where that fails, one row after the other.
    await transact((tx) => fillPaidTimes(tx, place, chunk.map(toPaidTime))).catch(async () => {
      for (const line of chunk)
        await alone(line.receipt, () => transact((tx) => fillPaidTimes(tx, place, [toPaidTime(line)])));
    });
    const unproved = chunk.filter(({ receipt }) => !proved.has(receipt));
    const facts = unproved.map((line) => toFact(channel, line));
    const together = await takeListed(parts, channel, facts);
    found.push(...together.found);
    const left = new Set(together.left.map(({ naturalKey }) => naturalKey));
    for (const line of unproved) {
      if (!left.has(line.receipt)) continue;
      const taken = await alone(line.receipt, () => takeLine(parts, channel, line));
      if (taken?.isFound) found.push(line.receipt);
      if (taken?.why != null) failures.push({ receipt: line.receipt, why: taken.why });
    }
  }
  return found;
}

/** One row of each receipt, in the file's order: the first. */
export function firstOfEach(lines: readonly StatementLine[]): StatementLine[] {
  return [...new Map(lines.toReversed().map((line) => [line.receipt, line])).values()].reverse();
}

/**
 * The same rows, each with all that the file says came in under its receipt: rows of one sum are one row that came twice, others count together. What is
 * booked is the first; where that is not all, a person has to see it.
 */
export function saidOfEach(lines: readonly StatementLine[]): StatementLine[] {
  const amounts = Map.groupBy(lines, ({ receipt }) => receipt);
  const allCents = (receipt: string) =>
    [...new Set(amounts.get(receipt)?.map(({ amountCents }) => amountCents))].reduce((sum, cents) => sum + cents, 0);
  return firstOfEach(lines).map((line) => ({ ...line, amountCents: allCents(line.receipt) }));
}

const toPaidTime = ({ receipt, completedAtMs }: StatementLine) => ({ receipt, paidAtMs: completedAtMs });

function toFact({ providerId, channelId }: ChannelRow, line: StatementLine): RawEvidence {
  const { receipt } = line;
  return {
    providerId,
    channelId,
    purchaseId: null,
    source: "statement",
    naturalKey: receipt,
    body: JSON.stringify({
      source: "statement",
      trust: "fetched",
      receipt,
      amountCents: line.amountCents,
      accountText: line.accountText,
      payer: line.payer ?? "",
      payerName: null,
      paidAtMs: line.completedAtMs,
      shortcode: null,
    }),
    remoteAddress: null,
    unmatchedReason: null,
  };
}

/** `isFound`: no other source had reported it. `why`: it is in no book yet. */
async function takeLine(
  parts: WitnessParts,
  channel: ChannelRow,
  line: StatementLine,
): Promise<{ readonly isFound: boolean; readonly why: string | null }> {
  const { providerId } = channel;
  const { receipt } = line;
  let isNew = false;
  const { kind, why } = await takeInflow(parts, providerId, async (tx) => {
    isNew = !(await isInBooks(tx, providerId, receipt));
    return keepEvidence(tx, parts, toFact(channel, line));
  });
  const isBooked = kind === "taken" || kind === "aside";
  return { isFound: isNew && isBooked, why: isBooked ? null : why };
}

async function provedAmong(
  tx: Tx,
  { providerId, rail }: ReceiptPlace,
  lines: readonly StatementLine[],
): Promise<Set<string>> {
  const rows = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("providerId", "=", providerId)
    .where("rail", "=", rail)
    .where(
      "receipt",
      "in",
      lines.map((line) => line.receipt),
    )
    .where("corroborated", "=", true)
    // Other sources hid the payer of what is in suspense, or could not give it: this one may show who it was.
    .where("state", "<>", "suspense")
    .execute();
  return new Set(rows.map((row) => row.receipt));
}
