/**
 * A statement against the books: the last word on what came in. What the books lack is booked, what was reversed is turned
 * round, what agrees is proved; what is left is a difference, listed by receipt.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { refusal } from "../../ground/http/problem.ts";
import { chunksOf } from "../../ground/lists/chunks.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
import { takeReturnedPayout } from "../refunds/returned-payouts.ts";
import { accountDifference, type ComparedAccount, compareAccount, refreshAccount } from "./account-balance.ts";
import { bookCharges } from "./book-charges.ts";
import { isLate } from "./close-day.ts";
import {
  type Difference,
  differencesOf,
  keepDifferences,
  payoutsByHand,
  type Reversal,
  unreadRows,
} from "./differences.ts";
import { type KeptStatement, keepStatement, sum } from "./keep-statement.ts";
import { takeReversal } from "./partial-reversal.ts";
import { refuseOthers } from "./refuse-others.ts";
import { followBalance, type StatementBalance, withoutRepeats } from "./statement-balance.ts";
import { readStatementFile, type StatementFile } from "./statement-file.ts";
import { bookInflows, type FailedRow, firstOfEach, type ImportWay, saidOfEach } from "./statement-inflows.ts";
import { bookWithdrawals } from "./withdrawals.ts";

export interface Reconciliation {
  readonly statementId: string;
  readonly layout: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly inflows: number;
  readonly inflowCents: number;
  readonly chargeCents: number;
  readonly feesBookedCents: number;
  /** Inflows of days that were closed already. */
  readonly late: number;
  /** Booked from this statement: no other source had reported them. */
  readonly found: number;
  /** Those, and the payments that they paid (null: none); the first 500. */
  readonly foundReceipts: readonly { readonly receipt: string; readonly paymentId: string | null }[];
  readonly reversed: number;
  /** Payouts of ours that came back, and are in the books again. */
  readonly returned: number;
  /** Withdrawals to the bank that were in no book yet: booked as on their way there. */
  readonly toBankCents: number;
  /** What the statement's own Balance column says of its rows. */
  readonly balance: StatementBalance;
  /** By that column, what the channel held at the statement's end, and its account in the books then. Null: it has no balance that follows. */
  readonly account: ComparedAccount | null;
  readonly differences: readonly Difference[];
  /** Rows that could not be taken in, and why; those after them were. They stay differences until they are. */
  readonly failures: readonly FailedRow[];
}

const rowsMax = 50_000;

export type StatementParts = WitnessParts & { readonly readFile: ReadFile };

/** Books what is true by itself, row by row; then the statement stands with what differs from it, or not at all. */
export async function importStatement(
  parts: StatementParts,
  channel: ChannelRow,
  file: StatementFile,
  userId: string,
): Promise<Reconciliation> {
  const place = parts.channels.placeOf(channel);
  const read = await readForChannel(parts, channel, file);
  const { lines, inflows } = read;
  const way = openImport(parts, channel);
  const foundReceipts = await bookInflows(parts, channel, inflows, way);
  const reversals = [
    ...lines.filter(({ kind }) => kind === "reversal"),
    ...(await keptReversals(way, channel, inflows)),
  ];
  const reversed = await turnReversals(parts, place, reversals, way);
  const returned = await takeReturned(parts, channel, lines, way);
  const followed = followBalance(lines);
  const span = spanOf(read, parts.world.clock.wall().atMs);
  // Where its balance does not follow, rows may stand there twice: nothing is booked of what left, and a person decides about it.
  const left = followed.balance.state === "differs" ? [] : lines;
  const feesBookedCents = await bookCharges(parts, place, left, way);
  const toBankCents = await bookWithdrawals(parts, place, left, way);
  const kept = { bytes: file.bytes, followed, ...read, ...span, userId };
  const { statementId, account, differences } = await keepWithDifferences(parts, channel, { kept, reversals }, way);
  const late = await way.transact((tx) => countLate(tx, channel, inflows));
  parts.world.log.info("statement-imported", {
    channelId: channel.channelId,
    inflows: inflows.length,
    found: foundReceipts.length,
    differences: differences.length,
    failures: way.failures.length,
  });
  return {
    statementId,
    layout: read.layout,
    ...span,
    inflows: inflows.length,
    found: foundReceipts.length,
    foundReceipts: await way.transact((tx) => paymentsOf(tx, place, foundReceipts.slice(0, 500))),
    reversed,
    returned,
    toBankCents,
    balance: followed.balance,
    account,
    differences,
    failures: way.failures,
    inflowCents: sum(inflows),
    chargeCents: sum(lines.filter((line) => line.kind === "charge")),
    feesBookedCents,
    late,
  };
}

/** Of M-Pesa, of this channel, and not too long. Throws Problems 422. */
async function readForChannel(parts: StatementParts, channel: ChannelRow, file: StatementFile) {
  const { statementReader: reader } = parts.channels.kinds.definitionOf(channel.kind);
  if (reader === null) throw refusal("no-statements", { field: "channelId" });
  const { field } = file;
  const read = await readStatementFile(parts.readFile, { providerId: channel.providerId, reader }, file);
  const { period } = read;
  const lines = withoutRepeats(read.lines);
  // A quiet time has a statement too, as long as it says which time it is about.
  if ((lines.length === 0 && period === null) || lines.length > rowsMax) throw refusal("not-a-statement", { field });
  const inflows = firstOfEach(lines.filter((line) => line.kind === "inflow"));
  const { rail } = parts.channels.placeOf(channel);
  await refuseOthers(parts, channel, rail, { shortcode: read.shortcode, inflows, field });
  return { ...read, lines, inflows };
}

/** How this import writes: what fails by itself is noted, and no other row hears of it. */
function openImport(parts: StatementParts, { providerId, channelId }: ChannelRow): ImportWay {
  const failures: FailedRow[] = [];
  return {
    failures,
    transact: (work) => parts.database.asProvider(providerId, work),
    async alone(receipt, work) {
      try {
        return await work();
      } catch (error) {
        parts.world.log.error("statement-row-failed", { channelId, receipt, error: (error as Error).message });
        failures.push({ receipt, why: (error as Error).message });
        return null;
      }
    },
  };
}

/** @returns how many were not turned round before */
async function turnReversals(
  parts: StatementParts,
  place: ReceiptPlace,
  reversals: readonly Reversal[],
  { transact, alone }: ImportWay,
): Promise<number> {
  let reversed = 0;
  for (const reversal of reversals) {
    const { receipt, linkedReceipt } = reversal;
    const turned = await alone(linkedReceipt ?? receipt, () =>
      transact((tx) => takeReversal(parts, tx, place, reversal)),
    );
    if (turned) reversed++;
  }
  return reversed;
}

/** @returns how many payouts of ours came back, and were not in the books again before */
async function takeReturned(
  parts: StatementParts,
  channel: ChannelRow,
  lines: readonly StatementLine[],
  { transact, alone }: ImportWay,
): Promise<number> {
  let returned = 0;
  for (const line of lines.filter(({ kind }) => kind === "returned")) {
    if (await alone(line.receipt, () => transact((tx) => takeReturnedPayout(parts, tx, channel, line)))) returned++;
  }
  return returned;
}

/** A statement stands with what differs from it, or not at all: a day closes by the differences that stand. */
async function keepWithDifferences(
  parts: StatementParts,
  channel: ChannelRow,
  { kept, reversals }: { readonly kept: KeptStatement; readonly reversals: readonly Reversal[] },
  { transact }: ImportWay,
) {
  const place = parts.channels.placeOf(channel);
  const { lines, fromMs, toMs, isOfOtherAccount } = kept;
  const said = saidOfEach(lines.filter(({ kind }) => kind === "inflow"));
  const { balance } = kept.followed;
  return transact(async (tx) => {
    const statementId = await keepStatement(parts, tx, channel, kept);
    const span = { fromMs, toMs, isOfOtherAccount };
    const { found, compared: received } = await differencesOf(tx, place, said, reversals, span);
    const sent = await payoutsByHand(tx, place, lines);
    const unread = await unreadRows(tx, place, lines);
    const differing = [...found, ...sent.found, ...unread.found];
    const compared = new Set([...received, ...sent.compared, ...unread.compared]);
    const from = { statementId, compared, nowMs: parts.world.clock.wall().atMs };
    await keepDifferences(tx, place, differing, from);
    // An older statement than the newest says nothing about what the channel holds now.
    await refreshAccount(tx, place, from.nowMs);
    const account =
      balance.state === "agrees" ? await compareAccount(tx, place, { closingCents: balance.closingCents, toMs }) : null;
    return {
      statementId,
      account,
      differences: account === null ? differing : [...differing, ...accountDifference(account)],
    };
  });
}

/** Each receipt with the payment that it paid by now. */
async function paymentsOf(
  tx: Tx,
  { providerId, rail }: { readonly providerId: string; readonly rail: string },
  receipts: readonly string[],
) {
  const rows = await tx
    .selectFrom("receipts")
    .select(["receipt", "purchaseId"])
    .where("providerId", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "in", [...receipts, ""])
    .execute();
  const paid = new Map(rows.map((row) => [row.receipt, row.purchaseId]));
  return receipts.map((receipt) => ({ receipt, paymentId: paid.get(receipt) ?? null }));
}

/** What the file speaks of: the time that its head names, as far as that is over; else from its first line to its last. */
function spanOf(
  { lines, period }: { lines: readonly StatementLine[]; period: { fromMs: number; toMs: number } | null },
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  if (period !== null) return { fromMs: period.fromMs, toMs: Math.min(period.toMs, nowMs) };
  const times = lines.map((line) => line.completedAtMs);
  return {
    fromMs: times.reduce((one, other) => Math.min(one, other)),
    toMs: times.reduce((one, other) => Math.max(one, other)),
  };
}

/** Reversals that came with an earlier file, of money that is booked only now. */
async function keptReversals(
  { transact }: ImportWay,
  { providerId, channelId }: ChannelRow,
  inflows: readonly StatementLine[],
): Promise<Reversal[]> {
  return transact(async (tx) => {
    const found: Reversal[] = [];
    for (const chunk of chunksOf(inflows, 1000)) {
      const rows = await tx
        .selectFrom("statement_lines as line")
        .innerJoin("statements", (join) =>
          join
            .onRef("statements.providerId", "=", "line.providerId")
            .onRef("statements.statementId", "=", "line.statementId"),
        )
        .select(["line.receipt", "line.amountCents", "line.linkedReceipt"])
        .distinct()
        .where("line.providerId", "=", providerId)
        .where("statements.channelId", "=", channelId)
        .where("line.kind", "=", "reversal")
        .where(
          "line.linkedReceipt",
          "in",
          chunk.map((line) => line.receipt),
        )
        .execute();
      for (const row of rows) {
        found.push({ receipt: row.receipt, amountCents: row.amountCents, linkedReceipt: row.linkedReceipt });
      }
    }
    return found;
  });
}

async function countLate(tx: Tx, channel: ChannelRow, inflows: readonly StatementLine[]): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`
    select count(*) as count from closed_days day join providers provider on provider.provider_id = day.provider_id
    join receipts receipt on ${isLate}
    where day.provider_id = ${channel.providerId} and day.channel_id = ${channel.channelId}
      and receipt.receipt in (select jsonb_array_elements_text(${JSON.stringify(inflows.map((line) => line.receipt))}::jsonb))`.execute(
    tx,
  );
  return Number(rows[0]?.count ?? 0);
}
