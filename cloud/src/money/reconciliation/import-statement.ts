/**
 * A statement against the books: the last word on what came in. What the books lack is booked, what was reversed is turned
 * round, what agrees is proved; what is left is a difference, listed by receipt.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { Problem } from "../../ground/http/problem.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import type { ChannelRow } from "../channels/tables.ts";
import { takeInflow } from "../claims/take-inflow.ts";
import { keepEvidence } from "../evidence/failed-evidence.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
import { fillPaidTimes, isInBooks } from "../receipts/receipt-rows.ts";
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
import { chunksOf, keepStatement, sum } from "./keep-statement.ts";
import { takeReversal } from "./partial-reversal.ts";
import { followBalance, type StatementBalance } from "./statement-balance.ts";
import { readStatementFile, type StatementFile } from "./statement-file.ts";
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

export interface FailedRow {
  readonly receipt: string;
  readonly why: string;
}

const rowsMax = 50_000;

export type StatementParts = WitnessParts & { readonly readFile: ReadFile };

export async function importStatement(
  parts: StatementParts,
  channel: ChannelRow,
  file: StatementFile,
  userId: string,
): Promise<Reconciliation> {
  const { statementReader: reader } = parts.channels.kinds.definitionOf(channel.kind);
  if (reader === null) {
    throw new Problem(422, "no-statements", "channelId: these are statements of M-Pesa; this channel is none of its.", {
      field: "channelId",
    });
  }
  const { field } = file;
  const read = await readStatementFile(parts.readFile, { providerId: channel.provider_id, reader }, file);
  const { lines, layout, period, isOfOtherAccount } = read;
  // A quiet time has a statement too, as long as it says which time it is about.
  if ((lines.length === 0 && period === null) || lines.length > rowsMax) {
    throw new Problem(422, "not-a-statement", `${field}: 1 to ${rowsMax} rows, please.`, { field });
  }
  const { provider_id: providerId, channel_id: channelId } = channel;
  const place = parts.channels.placeOf(channel);
  const inflows = firstOfEach(lines.filter((line) => line.kind === "inflow"));
  await refuseOthers(parts, channel, place.rail, { shortcode: read.shortcode, inflows, field });
  const foundReceipts: string[] = [];
  let reversed = 0;
  const failures: FailedRow[] = [];
  /** One row, by itself: what is wrong with it is noted, and no other row hears of it. */
  const alone = async <Result>(receipt: string, work: () => Promise<Result>): Promise<Result | null> => {
    try {
      return await work();
    } catch (error) {
      parts.world.log.error("statement-row-failed", { channelId, receipt, error: (error as Error).message });
      failures.push({ receipt, why: (error as Error).message });
      return null;
    }
  };
  const transact = <Result>(work: (tx: Tx) => Promise<Result>) => parts.database.asProvider(providerId, work);
  for (const chunk of chunksOf(inflows, 500)) {
    const proved = await transact((tx) => provedAmong(tx, place, chunk));
    // All at once; where that fails, one row after the other.
    await transact((tx) => fillPaidTimes(tx, place, chunk.map(toPaidTime))).catch(async () => {
      for (const line of chunk)
        await alone(line.receipt, () => transact((tx) => fillPaidTimes(tx, place, [toPaidTime(line)])));
    });
    for (const line of chunk) {
      if (proved.has(line.receipt)) continue;
      const taken = await alone(line.receipt, () => takeLine(parts, channel, line));
      if (taken?.isFound) foundReceipts.push(line.receipt);
      if (taken?.why != null) failures.push({ receipt: line.receipt, why: taken.why });
    }
  }
  const reversals = [
    ...lines.filter((line) => line.kind === "reversal"),
    ...(await parts.database.asProvider(providerId, (tx) => keptReversals(tx, channel, inflows))),
  ];
  for (const reversal of reversals) {
    const { receipt, linkedReceipt } = reversal;
    const turned = await alone(linkedReceipt ?? receipt, () =>
      transact((tx) => takeReversal(parts, tx, place, reversal)),
    );
    if (turned) reversed++;
  }
  let returned = 0;
  for (const line of lines.filter(({ kind }) => kind === "returned")) {
    if (await alone(line.receipt, () => transact((tx) => takeReturnedPayout(parts, tx, channel, line)))) returned++;
  }
  const followed = followBalance(lines);
  const { balance } = followed;
  const { fromMs, toMs } = spanOf(read, parts.world.clock.wall().atMs);
  const feesBookedCents = await bookCharges(parts, place, lines, { transact, alone });
  const toBankCents = await bookWithdrawals(parts, place, lines, { transact, alone });
  // A statement stands with what differs from it, or not at all: a day closes by the differences that stand.
  const { statementId, account, differences } = await transact(async (tx) => {
    const kept = { bytes: file.bytes, lines, followed, inflows, layout, isOfOtherAccount, fromMs, toMs, userId };
    const statementId = await keepStatement(parts, tx, channel, kept);
    const { found, compared: received } = await differencesOf(tx, place, inflows, reversals, {
      ...{ fromMs, toMs, isOfOtherAccount },
    });
    const sent = await payoutsByHand(tx, place, lines);
    const unread = await unreadRows(tx, place, lines);
    const differing = [...found, ...sent.found, ...unread.found];
    const compared = new Set([...received, ...sent.compared, ...unread.compared]);
    const from = { statementId, compared, nowMs: parts.world.clock.wall().atMs };
    await keepDifferences(tx, { providerId, channelId }, differing, from);
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
  const late = await parts.database.asProvider(providerId, (tx) => countLate(tx, channel, inflows));
  parts.world.log.info("statement-imported", {
    channelId,
    inflows: inflows.length,
    found: foundReceipts.length,
    differences: differences.length,
    failures: failures.length,
  });
  return {
    statementId,
    layout,
    fromMs,
    toMs,
    inflows: inflows.length,
    found: foundReceipts.length,
    foundReceipts: await transact((tx) => paymentsOf(tx, place, foundReceipts.slice(0, 500))),
    reversed,
    returned,
    toBankCents,
    balance,
    account,
    differences,
    failures,
    inflowCents: sum(inflows),
    chargeCents: sum(lines.filter((line) => line.kind === "charge")),
    feesBookedCents,
    late,
  };
}

/** Each receipt with the payment that it paid by now. */
async function paymentsOf(
  tx: Tx,
  { providerId, rail }: { readonly providerId: string; readonly rail: string },
  receipts: readonly string[],
) {
  const rows = await tx
    .selectFrom("receipts")
    .select(["receipt", "purchase_id"])
    .where("provider_id", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "in", [...receipts, ""])
    .execute();
  const paid = new Map(rows.map((row) => [row.receipt, row.purchase_id]));
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

/** Another channel's money would be booked twice, under this one too. Throws Problems 422. */
async function refuseOthers(
  { database }: WitnessParts,
  channel: ChannelRow,
  rail: string,
  about: { readonly shortcode: string | null; readonly inflows: readonly StatementLine[]; readonly field: string },
): Promise<void> {
  const { shortcode, inflows, field } = about;
  const own = [channel.shortcode, channel.store_number];
  const other = (code: string) =>
    new Problem(422, "another-channel", `${field}: this is the statement of ${code}, not of this channel.`, { field });
  if (shortcode !== null) {
    if (!own.includes(shortcode)) throw other(shortcode);
    return;
  }
  for (const chunk of chunksOf(inflows, 1000)) {
    const elsewhere = await database.asProvider(channel.provider_id, (tx) =>
      tx
        .selectFrom("receipts")
        .innerJoin("channels", (join) =>
          join
            .onRef("channels.provider_id", "=", "receipts.provider_id")
            .onRef("channels.channel_id", "=", "receipts.channel_id"),
        )
        .select("channels.shortcode")
        .where("receipts.provider_id", "=", channel.provider_id)
        .where("receipts.rail", "=", rail)
        .where(
          "receipts.receipt",
          "in",
          chunk.map((line) => line.receipt),
        )
        // The same short code may stand in two channels: one was added again with other keys.
        .where("channels.shortcode", "!=", channel.shortcode)
        .limit(1)
        .executeTakeFirst(),
    );
    if (elsewhere !== undefined) throw other(elsewhere.shortcode);
  }
}

/** Reversals that came with an earlier file, of money that is booked only now. */
async function keptReversals(
  tx: Tx,
  { provider_id: providerId, channel_id: channelId }: ChannelRow,
  inflows: readonly StatementLine[],
): Promise<Reversal[]> {
  const found: Reversal[] = [];
  for (const chunk of chunksOf(inflows, 1000)) {
    const rows = await tx
      .selectFrom("statement_lines as line")
      .innerJoin("statements", (join) =>
        join
          .onRef("statements.provider_id", "=", "line.provider_id")
          .onRef("statements.statement_id", "=", "line.statement_id"),
      )
      .select(["line.receipt", "line.amount_cents", "line.linked_receipt"])
      .distinct()
      .where("line.provider_id", "=", providerId)
      .where("statements.channel_id", "=", channelId)
      .where("line.kind", "=", "reversal")
      .where(
        "line.linked_receipt",
        "in",
        chunk.map((line) => line.receipt),
      )
      .execute();
    for (const row of rows) {
      found.push({ receipt: row.receipt, amountCents: row.amount_cents, linkedReceipt: row.linked_receipt });
    }
  }
  return found;
}

const toPaidTime = ({ receipt, completedAtMs }: StatementLine) => ({ receipt, paidAtMs: completedAtMs });

/** `isFound`: no other source had reported it. `why`: it is in no book yet. */
async function takeLine(
  parts: WitnessParts,
  channel: ChannelRow,
  line: StatementLine,
): Promise<{ readonly isFound: boolean; readonly why: string | null }> {
  const { provider_id: providerId, channel_id: channelId } = channel;
  const { receipt } = line;
  const fact = {
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
  let isNew = false;
  const { kind, why } = await takeInflow(parts, providerId, async (tx) => {
    isNew = !(await isInBooks(tx, providerId, receipt));
    return keepEvidence(tx, parts, fact);
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
    .where("provider_id", "=", providerId)
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

async function countLate(tx: Tx, channel: ChannelRow, inflows: readonly StatementLine[]): Promise<number> {
  const { rows } = await sql<{ count: number | string }>`
    select count(*) as count from closed_days day join providers provider on provider.provider_id = day.provider_id
    join receipts receipt on ${isLate}
    where day.provider_id = ${channel.provider_id} and day.channel_id = ${channel.channel_id}
      and receipt.receipt in (select jsonb_array_elements_text(${JSON.stringify(inflows.map((line) => line.receipt))}::jsonb))`.execute(
    tx,
  );
  return Number(rows[0]?.count ?? 0);
}

function firstOfEach(lines: readonly StatementLine[]): StatementLine[] {
  return [...new Map(lines.toReversed().map((line) => [line.receipt, line])).values()].reverse();
}
