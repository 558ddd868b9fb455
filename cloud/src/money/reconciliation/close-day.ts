/** The closing of a channel's day: every inflow of the statement is booked with its amount, and nothing else is. */
import { plainAmount } from "@karibu/protocol/money-text";
import type { Clock } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { type ComparedAccount, compareAccount, isExplained } from "./account-balance.ts";
import { centsByReceipt, lastSentAtMs } from "./keep-statement.ts";
import { receiptsOfSpan } from "./receipts-of-span.ts";

const dayMs = 86_400_000;

export interface DayOfChannel {
  readonly providerId: string;
  readonly channelId: string;
  readonly rail: string;
  /** Of the channel. */
  readonly currency: string;
  /** `2026-11-20`, in the provider's time zone. */
  readonly day: string;
}

type Channel = Omit<DayOfChannel, "day">;

export interface ClosedDay {
  readonly bookedCents: number;
  readonly statementCents: number;
  /** The closing balance against the books; null: the statement has none. */
  readonly account: ComparedAccount | null;
}

/** Throws Problems that name the field. A day that is closed stays as it was closed. */
export async function closeDay(
  tx: Tx,
  of: DayOfChannel,
  by: { readonly userId: string; readonly clock: Pick<Clock, "wall"> },
): Promise<ClosedDay> {
  const { providerId, channelId, day } = of;
  const offset = await offsetOfProvider(tx, providerId);
  const fromMs = Date.parse(`${day}T00:00:00Z`) - offset * 60_000;
  if (by.clock.wall().atMs < fromMs + dayMs) throw refusal("day-not-over", { field: "day" });
  const before = await tx
    .selectFrom("closed_days")
    .select(["bookedCents", "statementCents", "closingCents", "accountCents", "comparedUntilMs"])
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("day", "=", sql<Date>`${day}::date`)
    .executeTakeFirst();
  if (before !== undefined) {
    const { bookedCents, statementCents } = before;
    const { closingCents: heldCents, accountCents, comparedUntilMs: untilMs } = before;
    const account =
      heldCents === null || accountCents === null || untilMs === null
        ? null
        : { heldCents, bookedCents: accountCents, untilMs };
    return { bookedCents, statementCents, account };
  }
  // Before the books are read: what is booked from here on is late, and not what was counted.
  const closedAtMs = by.clock.wall().atMs;
  const sums = await reconcile(tx, of, { fromMs, toMs: fromMs + dayMs });
  await tx
    .insertInto("closed_days")
    .values({
      providerId,
      channelId,
      day,
      closedBy: by.userId,
      closedAtMs,
      bookedCents: sums.bookedCents,
      statementCents: sums.statementCents,
      closingCents: sums.account?.heldCents ?? null,
      accountCents: sums.account?.bookedCents ?? null,
      comparedUntilMs: sums.account?.untilMs ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return sums;
}

async function reconcile(
  tx: Tx,
  of: DayOfChannel,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<ClosedDay> {
  const { providerId, channelId, day } = of;
  const lines = await tx
    .selectFrom("statement_lines")
    .innerJoin("statements", (join) =>
      join
        .onRef("statements.providerId", "=", "statement_lines.providerId")
        .onRef("statements.statementId", "=", "statement_lines.statementId"),
    )
    .select(["statement_lines.statementId", "statement_lines.receipt", "statement_lines.amountCents"])
    .distinct()
    .where("statement_lines.providerId", "=", providerId)
    .where("statements.channelId", "=", channelId)
    .where("statement_lines.kind", "=", "inflow")
    .where("completedAtMs", ">=", fromMs)
    .where("completedAtMs", "<", toMs)
    .execute();
  const listed = sumsByReceipt(lines);
  // What was booked before the day is of an earlier one, whatever time the channel gave it.
  const span = { fromMs, untilMs: toMs, bookedFromMs: fromMs, listed: [...listed.keys()] };
  const { rows: receipts } = await receiptsOfSpan(of, span).execute(tx);
  const ofDay = receipts.filter(({ state }) => state !== "disproved");
  const booked = new Set(ofDay.map(({ receipt }) => receipt));
  const wrong = ofDay.filter((row) => !listed.get(row.receipt)?.has(row.amountCents)).map(({ receipt }) => receipt);
  const missing = [...listed.keys()].filter((receipt) => !booked.has(receipt));
  const differing = [...new Set([...wrong, ...missing, ...(await unexplained(tx, of, { fromMs, toMs }))])];
  const gapMs = firstGap(await importedSpans(tx, of, { fromMs, toMs }), {
    fromMs,
    toMs,
  });
  if (differing.length > 0 || gapMs !== null) {
    const from = gapMs === null ? "" : new Date(gapMs + (Date.parse(`${day}T00:00:00Z`) - fromMs)).toISOString();
    throw gapMs === null
      ? refusal("not-reconciled", { field: "day", rule: "receipts-differ", value: named(differing) })
      : refusal("not-reconciled", { field: "day", rule: "statement-gap", value: from.slice(11, 19) });
  }
  const account = await refuseWrongBalance(tx, of, { fromMs, toMs });
  const bookedCents = ofDay.reduce((sum, row) => sum + row.amountCents, 0);
  // Each of them is listed with what is booked, and nothing else is listed.
  return { bookedCents, statementCents: bookedCents, account };
}

interface ListedLine {
  readonly statementId: string;
  readonly receipt: string;
  readonly amountCents: number;
}

/**
 * What each statement says of each receipt: two sums of one statement are both of it, and not what is booked. Of several statements one that agrees is
 * enough. Where the last one did not, an open difference says so: a file that was mangled keeps a day open until it was sent again whole.
 */
function sumsByReceipt(lines: readonly ListedLine[]): ReadonlyMap<string, ReadonlySet<number>> {
  const sums = new Map<string, Set<number>>();
  for (const ofOne of Map.groupBy(lines, (line) => line.statementId).values())
    for (const [receipt, amountCents] of centsByReceipt(
      ofOne.map(({ receipt, amountCents }) => ({ receipt, amountCents })),
    ))
      sums.set(receipt, (sums.get(receipt) ?? new Set()).add(amountCents));
  return sums;
}

/**
 * Rows of the day that moved money beside what came in, or whose sum the last statement tells differently, and that are differences nobody has explained.
 * By their receipts.
 */
async function unexplained(tx: Tx, { providerId, channelId }: Channel, { fromMs, toMs }: Span) {
  const { rows } = await sql<{ receipt: string }>`
    select distinct line.receipt from statement_lines line
      join statements of on of.provider_id = line.provider_id and of.statement_id = line.statement_id
      join statement_differences open on open.provider_id = line.provider_id and open.channel_id = of.channel_id
        and open.receipt = line.receipt and open.resolved_at_ms is null
    where line.provider_id = ${providerId} and of.channel_id = ${channelId}
      and (line.kind in ('outflow', 'returned', 'reversal') or (line.kind = 'inflow' and open.what = 'amount-differs'))
      and line.completed_at_ms >= ${fromMs} and line.completed_at_ms < ${toMs} order by line.receipt`.execute(tx);
  return rows.map(({ receipt }) => receipt);
}

const namedMax = 5;

/** Which receipts are in the way: the day's list of differences says why. */
function named(receipts: readonly string[]): string {
  const more = receipts.length > namedMax ? ` + ${receipts.length - namedMax}` : "";
  return `${receipts.slice(0, namedMax).join(", ")}${more}`;
}

/** The statement of the day that was sent last is the one that counts. Throws Problems. */
async function refuseWrongBalance(tx: Tx, of: Channel, { fromMs, toMs }: Span): Promise<ComparedAccount | null> {
  const newest = await tx
    .selectFrom("statements")
    .select(["balance", "closingCents", "toMs"])
    .where("providerId", "=", of.providerId)
    .where("channelId", "=", of.channelId)
    .where("fromMs", "<", toMs)
    .where("toMs", ">=", fromMs)
    // One without a balance takes nothing back of what another one says.
    .where("balance", "<>", "absent")
    .orderBy(lastSentAtMs, "desc")
    .orderBy("statementId", "desc")
    .executeTakeFirst();
  if (newest === undefined) return null;
  if (newest.balance === "differs") throw refusal("not-reconciled", { field: "day", rule: "balance-differs" });
  if (newest.balance === "unreadable" || newest.closingCents === null)
    throw refusal("not-reconciled", { field: "day", rule: "balance-unreadable" });
  const compared = await compareAccount(tx, of, { closingCents: newest.closingCents, toMs: newest.toMs });
  const { heldCents, bookedCents } = compared;
  if (heldCents === bookedCents || (await isExplained(tx, of, compared))) return compared;
  const [held, booked] = [plainAmount(heldCents, of.currency), plainAmount(bookedCents, of.currency)];
  throw refusal("not-reconciled", {
    field: "day",
    rule: "account-differs",
    value: `${held} / ${booked}`,
  });
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** By their beginnings. */
async function importedSpans(tx: Tx, of: Channel, within: Span): Promise<Span[]> {
  const rows = await tx
    .selectFrom("statements")
    .select(["fromMs", "toMs"])
    .where("providerId", "=", of.providerId)
    .where("channelId", "=", of.channelId)
    .where("fromMs", "<", within.toMs)
    .where("toMs", ">=", within.fromMs)
    .where("isOfOtherAccount", "=", false)
    .orderBy("fromMs")
    .execute();
  return rows.map((row) => ({ fromMs: row.fromMs, toMs: row.toMs }));
}

/** The first moment that no span covers; null: all is covered. Statements count whole seconds: 23:59:59 lasts until midnight. */
function firstGap(spans: readonly Span[], { fromMs, toMs }: Span): number | null {
  let coveredMs = fromMs;
  for (const span of spans) {
    if (span.fromMs <= coveredMs) coveredMs = Math.max(coveredMs, span.toMs + 1000);
  }
  return coveredMs >= toMs ? null : coveredMs;
}

/** A booking has its time before it is in the books: so long before, at most. */
const overlapMs = 600_000;

/**
 * Is this receipt late for that closed day? Of the day by the channel's clock, and in the books after it was closed: not among those that were counted,
 * which stood on a statement by then. For a query that has `closed_days` as `day`, `providers` as `provider` and `receipts` as `receipt`.
 */
export const isLate: RawBuilder<boolean> = sql<boolean>`
  receipt.provider_id = day.provider_id and receipt.channel_id = day.channel_id
  and receipt.paid_at_ms >= extract(epoch from day.day)::bigint * 1000 - provider.utc_offset_minutes * 60000
  and receipt.paid_at_ms < extract(epoch from day.day)::bigint * 1000 - provider.utc_offset_minutes * 60000 + ${dayMs}::bigint
  and receipt.booked_at_ms > day.closed_at_ms - ${overlapMs}::bigint and receipt.state <> 'disproved'
  and not exists (
    select from statement_lines counted join statements imported using (provider_id, statement_id)
    where counted.provider_id = day.provider_id and counted.receipt = receipt.receipt and counted.kind = 'inflow'
      and imported.channel_id = day.channel_id and imported.imported_at_ms <= day.closed_at_ms)`;
