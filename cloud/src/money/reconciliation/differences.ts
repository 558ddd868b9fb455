/** What a statement and the books say differently: kept, by receipt, until a later statement agrees or a person has explained it. */

import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordsetInColumns } from "../../ground/db/recordset.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import type { DifferenceKind } from "./difference-kinds.ts";
import { centsByReceipt } from "./keep-statement.ts";
import { isAmong, paidByHand } from "./paid-by-hand.ts";
import { receiptsOfSpan } from "./receipts-of-span.ts";
import { withdrawalsInBooks } from "./withdrawals.ts";

export interface Difference {
  readonly receipt: string;
  readonly what: DifferenceKind;
  readonly statementCents: number;
  readonly bookedCents: number;
}

export type Reversal = Pick<StatementLine, "receipt" | "amountCents" | "linkedReceipt">;

type ChannelPlace = Pick<ReceiptPlace, "providerId" | "channelId">;

/**
 * @param compared the receipts that this statement could speak of: those without a difference agree now
 * One that a person has explained stays explained as long as it is the same difference; that of a balance as long as it is as large.
 */
export async function keepDifferences(
  tx: Tx,
  { providerId, channelId }: ChannelPlace,
  found: readonly Difference[],
  from: { readonly statementId: string; readonly compared: ReadonlySet<string>; readonly nowMs: number },
): Promise<void> {
  const { statementId, compared, nowMs } = from;
  // One row of each receipt: the statement below could not write a second one.
  const differing = new Map(found.toReversed().map((one) => [one.receipt, one]));
  const rows = [...differing.values()].map(({ receipt, what, statementCents, bookedCents }) => ({
    receipt,
    what,
    statementCents,
    bookedCents,
  }));
  await sql`
    insert into statement_differences as known (provider_id, channel_id, receipt, what, statement_cents, booked_cents,
      statement_id, found_at_ms)
    select ${providerId}::text, ${channelId}::text, receipt, what, statement_cents, booked_cents, ${statementId}::text, ${nowMs}::bigint
    from ${recordsetInColumns("found", rows, { receipt: "text", what: "text", statementCents: "bigint", bookedCents: "bigint" })}
    on conflict (provider_id, channel_id, receipt) do update set
      what = excluded.what, statement_cents = excluded.statement_cents, booked_cents = excluded.booked_cents,
      statement_id = excluded.statement_id, found_at_ms = excluded.found_at_ms,
      resolved_at_ms = null, resolved_by = null, note = null
    where known.resolved_by is null or known.what <> excluded.what or case excluded.what
      when 'balance-differs' then known.statement_cents - known.booked_cents <> excluded.statement_cents - excluded.booked_cents
      else (known.statement_cents, known.booked_cents) is distinct from (excluded.statement_cents, excluded.booked_cents) end`.execute(
    tx,
  );
  const agreed = [...compared].filter((receipt) => !differing.has(receipt));
  await sql`
    update statement_differences set resolved_at_ms = ${nowMs}
    where provider_id = ${providerId} and channel_id = ${channelId} and resolved_at_ms is null
      and receipt in (select jsonb_array_elements_text(${JSON.stringify(agreed)}::jsonb))`.execute(tx);
}

/** A person has explained it. Throws a Problem 404 or 409. */
export async function resolveDifference(
  tx: Tx,
  { providerId, channelId }: ChannelPlace,
  receipt: string,
  said: { readonly userId: string; readonly note: string; readonly nowMs: number },
): Promise<void> {
  const row = await tx
    .selectFrom("statement_differences")
    .select("resolvedAtMs")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("receipt", "=", receipt)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("difference");
  if (row.resolvedAtMs !== null) throw refusal("resolved");
  await tx
    .updateTable("statement_differences")
    .set({ resolvedAtMs: said.nowMs, resolvedBy: said.userId, note: said.note })
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("receipt", "=", receipt)
    .execute();
}

/** Receipts booked near the ends of the span may stand on the next statement: they are compared by the channel's time where we know it. */
export async function differencesOf(
  tx: Tx,
  place: ReceiptPlace,
  inflows: readonly StatementLine[],
  reversals: readonly Reversal[],
  span: { readonly fromMs: number; readonly toMs: number; readonly isOfOtherAccount: boolean },
): Promise<{ readonly found: readonly Difference[]; readonly compared: ReadonlySet<string> }> {
  const listed = new Set(inflows.map((line) => line.receipt));
  const { rows } = await receiptsOfSpan(place, {
    ...{ fromMs: span.fromMs, untilMs: span.toMs + 1, listed: [...listed] },
    bookedFromMs: span.fromMs - 3 * 86_400_000,
  }).execute(tx);
  const booked = new Map(rows.map((row) => [row.receipt, row]));
  const turned = turnedOf(reversals);
  const differences: Difference[] = [];
  const compared = new Set(listed);
  const unlinked = await withoutInflow(tx, place, reversals);
  for (const { receipt, amountCents } of reversals) {
    if (compared.has(receipt)) continue;
    compared.add(receipt);
    if (!unlinked.has(receipt)) continue;
    differences.push({ receipt, what: "reversal-unmatched", statementCents: amountCents, bookedCents: 0 });
  }
  for (const { receipt, amountCents } of inflows) {
    const row = booked.get(receipt);
    const difference = (what: Difference["what"]) =>
      differences.push({ receipt, what, statementCents: amountCents, bookedCents: row?.amountCents ?? 0 });
    if (row === undefined) difference("not-in-books");
    else if (row.amountCents !== amountCents) difference("amount-differs");
    else if (row.state === "reversed" && !turned.has(receipt)) difference("reversed-in-books");
    else if (row.state !== "reversed" && row.returnedCents < (turned.get(receipt) ?? 0))
      difference("reversed-at-channel");
  }
  for (const row of rows) {
    if (span.isOfOtherAccount) break; // what it lacks arrived elsewhere
    if (listed.has(row.receipt)) continue;
    compared.add(row.receipt);
    if (row.state === "disproved") continue;
    differences.push({
      receipt: row.receipt,
      what: "not-on-statement",
      statementCents: 0,
      bookedCents: row.amountCents,
    });
  }
  return { found: differences, compared };
}

/** What a statement says was sent to customers: known is what a refund of ours sent, under the receipt that its result named, and what a person recorded as paid. */
export async function payoutsByHand(
  tx: Tx,
  place: ReceiptPlace,
  lines: readonly StatementLine[],
): Promise<{ readonly found: readonly Difference[]; readonly compared: readonly string[] }> {
  const sent = centsByReceipt(lines.filter((line) => line.kind === "outflow" && line.isToCustomer === true));
  if (sent.size === 0) return { found: [], compared: [] };
  const compared = [...sent.keys()];
  const rows = await tx
    .selectFrom("refunds")
    .select(["resultReceipt", "amountCents"])
    .where("providerId", "=", place.providerId)
    .where("channelId", "=", place.channelId)
    .where(isAmong("resultReceipt", compared))
    .execute();
  const ours = new Map(rows.map((row) => [row.resultReceipt, row.amountCents]));
  const byHand = await paidByHand(tx, place, compared);
  const found = [...sent]
    .filter(([receipt, cents]) => (ours.get(receipt) ?? byHand.get(receipt)) !== cents)
    .map(([receipt, statementCents]) => {
      // A person may have settled a refund by the receipt of another one.
      const what = ours.has(receipt) ? "amount-differs" : "payout-not-in-books";
      return { receipt, what, statementCents, bookedCents: ours.get(receipt) ?? byHand.get(receipt) ?? 0 } as const;
    });
  return { found, compared };
}

/**
 * Rows that moved money and that the books do not read: to the bank or to another business, and money sent out that came back and is
 * no refund of ours. A sweep moves money between the organisation's own accounts at M-Pesa, so it is none.
 */
export async function unreadRows(
  tx: Tx,
  place: ReceiptPlace,
  lines: readonly StatementLine[],
): Promise<{ readonly found: readonly Difference[]; readonly compared: readonly string[] }> {
  const back = centsByReceipt(lines.filter(({ kind }) => kind === "returned"));
  const known = await tx
    .selectFrom("refunds")
    .select("returnedReceipt")
    .where("providerId", "=", place.providerId)
    .where("channelId", "=", place.channelId)
    .where(isAmong("returnedReceipt", [...back.keys()]))
    .execute();
  const booked = new Set(known.map((row) => row.returnedReceipt));
  const out = centsByReceipt(lines.filter(({ kind, isToCustomer }) => kind === "outflow" && isToCustomer !== true));
  const atBank = await withdrawalsInBooks(tx, place, [...out.keys()]);
  const byHand = await paidByHand(tx, place, [...out.keys()]);
  const left = new Map([...out].filter(([receipt, cents]) => byHand.get(receipt) !== cents));
  const differences = (what: DifferenceKind, cents: ReadonlyMap<string, number>, inBooks: ReadonlySet<string | null>) =>
    [...cents]
      .filter(([receipt]) => !inBooks.has(receipt))
      .map(([receipt, statementCents]) => {
        return { receipt, what, statementCents, bookedCents: byHand.get(receipt) ?? 0 } as const;
      });
  return {
    found: [...differences("withdrawn-unread", left, atBank), ...differences("payout-returned-unread", back, booked)],
    compared: [...out.keys(), ...back.keys()],
  };
}

/** How much of each receipt went back: a payment may be reversed in parts, each under its own receipt. */
function turnedOf(reversals: readonly Reversal[]): Map<string, number> {
  const own = new Map(reversals.map((line) => [line.receipt, line]));
  const turned = new Map<string, number>();
  for (const { linkedReceipt, amountCents } of own.values()) {
    if (linkedReceipt !== null) turned.set(linkedReceipt, (turned.get(linkedReceipt) ?? 0) + amountCents);
  }
  return turned;
}

/** Of these, the ones whose money is in no book of this channel, or that do not say which money it was. By their own receipts. */
async function withoutInflow(tx: Tx, place: ReceiptPlace, reversals: readonly Reversal[]): Promise<Set<string>> {
  const linked = reversals.flatMap(({ linkedReceipt }) => linkedReceipt ?? []);
  const { rows } = await sql<{ receipt: string }>`
    select receipt from receipts where provider_id = ${place.providerId} and rail = ${place.rail}
      and channel_id = ${place.channelId}
      and receipt in (select jsonb_array_elements_text(${JSON.stringify(linked)}::jsonb))`.execute(tx);
  const booked = new Set(rows.map(({ receipt }) => receipt));
  const unmatched = reversals.filter(({ linkedReceipt }) => linkedReceipt === null || !booked.has(linkedReceipt));
  return new Set(unmatched.map(({ receipt }) => receipt));
}
