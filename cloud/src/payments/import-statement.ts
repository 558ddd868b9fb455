/**
 * A statement against the books: the last word on what came in. What the books lack is booked, what was reversed is turned
 * round, what agrees is proved; what is left is a difference, listed by receipt.
 */
import { createHash } from "node:crypto";
import { newId } from "@karibu/protocol/identifiers";
import { sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { Problem } from "../http/problem.ts";
import { bookCharges } from "./book-charges.ts";
import { channelKinds, railOf } from "./channel-kinds.ts";
import { settleClaims } from "./claims.ts";
import { isLate } from "./close-day.ts";
import { type Difference, keepDifferences } from "./differences.ts";
import { readStatement, type StatementLine } from "./read-statement.ts";
import { readReceipt } from "./receipt-rows.ts";
import { routeInflow } from "./route-inflow.ts";
import { storeEvidence } from "./store-evidence.ts";
import { isUndone, reverseReceipt } from "./suspense.ts";
import type { ChannelRow } from "./tables.ts";
import type { WitnessParts } from "./witnesses.ts";

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
  /** Booked from this statement: no other source had told of them. */
  readonly found: number;
  readonly reversed: number;
  readonly differences: readonly Difference[];
}

type Reversal = Pick<StatementLine, "receipt" | "amountCents" | "linkedReceipt">;

const rowsMax = 50_000;

export async function importStatement(
  parts: WitnessParts,
  channel: ChannelRow,
  csv: string,
  userId: string,
): Promise<Reconciliation> {
  const read = readStatement(csv);
  if ("complaint" in read) throw new Problem(422, "not-a-statement", `csv: ${read.complaint}.`, { field: "csv" });
  const { lines, layout, period } = read;
  // A quiet time has a statement too, as long as it says which time it is about.
  if ((lines.length === 0 && period === null) || lines.length > rowsMax) {
    throw new Problem(422, "not-a-statement", `csv: 1 to ${rowsMax} rows, please.`, { field: "csv" });
  }
  const { provider_id: providerId, channel_id: channelId } = channel;
  const inflows = firstOfEach(lines.filter((line) => line.kind === "inflow"));
  await refuseOthers(parts, channel, read.shortcode, inflows);
  let found = 0;
  let reversed = 0;
  for (const chunk of chunksOf(inflows, 500)) {
    const proved = await parts.database.asProvider(providerId, async (tx) => {
      const already = await provedAmong(tx, channel, chunk);
      await keepPaidTimes(tx, channel, chunk);
      return already;
    });
    for (const line of chunk) {
      if (proved.has(line.receipt)) continue;
      if (await parts.database.asProvider(providerId, (tx) => takeLine(parts, tx, channel, line))) found++;
    }
  }
  const reversals = [
    ...lines.filter((line) => line.kind === "reversal"),
    ...(await parts.database.asProvider(providerId, (tx) => keptReversals(tx, channel, inflows))),
  ];
  for (const { linkedReceipt } of reversals) {
    if (linkedReceipt === null) continue;
    const turned = await parts.database.asProvider(providerId, async (tx) => {
      const row = await readReceipt(tx, providerId, linkedReceipt);
      if (row === null || isUndone(row)) return false;
      await reverseReceipt(parts, tx, row, "statement");
      return true;
    });
    if (turned) reversed++;
  }
  const { fromMs, toMs } = spanOf(read, parts.world.clock.wall().atMs);
  const statementId = await parts.database.asProvider(providerId, (tx) =>
    keep(parts, tx, channel, { csv, lines, inflows, layout, fromMs, toMs, userId }),
  );
  const feesBookedCents = await parts.database.asProvider(providerId, (tx) => bookCharges(parts, tx, channel, lines));
  const differences = await parts.database.asProvider(providerId, async (tx) => {
    const { found: differing, compared } = await differencesOf(tx, channel, inflows, reversals, { fromMs, toMs });
    const from = { statementId, compared, nowMs: parts.world.clock.wall().atMs };
    await keepDifferences(tx, { providerId, channelId }, differing, from);
    return differing;
  });
  const late = await parts.database.asProvider(providerId, (tx) => countLate(tx, channel, inflows));
  parts.world.log.info("statement-imported", {
    channelId,
    inflows: inflows.length,
    found,
    differences: differences.length,
  });
  return {
    ...{ statementId, layout, fromMs, toMs, inflows: inflows.length, found, reversed, differences },
    inflowCents: sum(inflows),
    ...{ chargeCents: sum(lines.filter((line) => line.kind === "charge")), feesBookedCents, late },
  };
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
  shortcode: string | null,
  inflows: readonly StatementLine[],
): Promise<void> {
  if (!channelKinds[channel.kind].isDaraja) {
    throw new Problem(422, "no-statements", "channelId: these are statements of M-Pesa; this channel is none of its.", {
      field: "channelId",
    });
  }
  const own = [channel.shortcode, channel.store_number];
  const other = (code: string) =>
    new Problem(422, "another-channel", `csv: this is the statement of ${code}, not of this channel.`, {
      field: "csv",
    });
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
        .where("receipts.rail", "=", railOf(channel.kind))
        .where(
          "receipts.receipt",
          "in",
          chunk.map((line) => line.receipt),
        )
        // The same short code may stand in two channels: one was made anew with other keys.
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

/** The channel's own time of what was proved before without one: days are compared by it. */
async function keepPaidTimes(tx: Tx, channel: ChannelRow, lines: readonly StatementLine[]): Promise<void> {
  const times = lines.map(({ receipt, completedAtMs }) => ({ receipt, paid_at_ms: completedAtMs }));
  await sql`
    update receipts set paid_at_ms = line.paid_at_ms
    from jsonb_to_recordset(${JSON.stringify(times)}::jsonb) as line (receipt text, paid_at_ms bigint)
    where receipts.provider_id = ${channel.provider_id} and receipts.rail = ${railOf(channel.kind)}
      and receipts.receipt = line.receipt and receipts.paid_at_ms is null`.execute(tx);
}

/** @returns whether nothing else had told of it */
async function takeLine(parts: WitnessParts, tx: Tx, channel: ChannelRow, line: StatementLine): Promise<boolean> {
  const { provider_id: providerId } = channel;
  const before = await readReceipt(tx, providerId, line.receipt);
  const evidenceId = await storeEvidence(tx, parts.world, {
    providerId,
    channelId: channel.channel_id,
    intentId: null,
    source: "statement",
    naturalKey: line.receipt,
    body: JSON.stringify({
      ...{ source: "statement", trust: "fetched", receipt: line.receipt, amountCents: line.amountCents },
      ...{ accountText: line.accountText, payer: line.payer ?? "", payerName: null, paidAtMs: line.completedAtMs },
      shortcode: null,
    }),
    remoteAddress: null,
    strayBecause: null,
  });
  if (evidenceId !== null) await routeInflow(parts, tx, providerId, evidenceId);
  await settleClaims(parts, tx, providerId, line.receipt);
  return before === null;
}

async function provedAmong(tx: Tx, channel: ChannelRow, lines: readonly StatementLine[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("provider_id", "=", channel.provider_id)
    .where("rail", "=", railOf(channel.kind))
    .where(
      "receipt",
      "in",
      lines.map((line) => line.receipt),
    )
    .where("corroborated", "=", true)
    .execute();
  return new Set(rows.map((row) => row.receipt));
}

async function keep(
  { world }: WitnessParts,
  tx: Tx,
  channel: ChannelRow,
  made: {
    csv: string;
    lines: readonly StatementLine[];
    inflows: readonly StatementLine[];
    layout: string;
    fromMs: number;
    toMs: number;
    userId: string;
  },
): Promise<string> {
  const { provider_id: providerId, channel_id: channelId } = channel;
  const fileHash = createHash("sha256").update(made.csv).digest("hex");
  const same = await tx
    .selectFrom("statements")
    .select("statement_id")
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("file_hash", "=", fileHash)
    .executeTakeFirst();
  if (same !== undefined) return same.statement_id;
  const statementId = newId(world);
  await tx
    .insertInto("statements")
    .values({
      ...{ provider_id: providerId, statement_id: statementId, channel_id: channelId, layout: made.layout },
      ...{ from_ms: made.fromMs, to_ms: made.toMs, inflow_rows: made.inflows.length, inflow_cents: sum(made.inflows) },
      ...{ file_hash: fileHash, imported_by: made.userId, imported_at_ms: world.clock.wall().atMs },
    })
    .execute();
  for (const chunk of chunksOf(made.lines, 1000)) {
    await tx
      .insertInto("statement_lines")
      .values(
        chunk.map((line) => ({
          ...{
            provider_id: providerId,
            statement_id: statementId,
            line: line.line,
            receipt: line.receipt,
            kind: line.kind,
          },
          ...{ amount_cents: line.amountCents, completed_at_ms: line.completedAtMs, account_text: line.accountText },
          ...{ payer: line.payer, linked_receipt: line.linkedReceipt },
        })),
      )
      .execute();
  }
  return statementId;
}

/** Receipts booked near the ends of the span may stand on the next statement: they are compared by the channel's time where we know it. */
async function differencesOf(
  tx: Tx,
  channel: ChannelRow,
  inflows: readonly StatementLine[],
  reversals: readonly Reversal[],
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly found: readonly Difference[]; readonly compared: ReadonlySet<string> }> {
  const rows = await tx
    .selectFrom("receipts")
    .select(["receipt", "amount_cents", "state", "booked_at_ms", "paid_at_ms"])
    .where("provider_id", "=", channel.provider_id)
    .where("rail", "=", railOf(channel.kind))
    .where("channel_id", "=", channel.channel_id)
    .where("booked_at_ms", ">=", span.fromMs - 3 * 86_400_000)
    .execute();
  const booked = new Map(rows.map((row) => [row.receipt, row]));
  const listed = new Set(inflows.map((line) => line.receipt));
  const turned = new Set(reversals.map((line) => line.linkedReceipt));
  const differences: Difference[] = [];
  const compared = new Set(listed);
  const unlinked = await withoutInflow(tx, channel, reversals);
  for (const { receipt, amountCents } of reversals) {
    if (compared.has(receipt)) continue;
    compared.add(receipt);
    if (!unlinked.has(receipt)) continue;
    differences.push({ receipt, what: "reversal-unmatched", statementCents: amountCents, bookedCents: 0 });
  }
  for (const { receipt, amountCents } of inflows) {
    const row = booked.get(receipt);
    const difference = (what: Difference["what"]) =>
      differences.push({ receipt, what, statementCents: amountCents, bookedCents: row?.amount_cents ?? 0 });
    if (row === undefined) difference("not-in-books");
    else if (row.amount_cents !== amountCents) difference("amount-differs");
    else if (row.state === "reversed" && !turned.has(receipt)) difference("reversed-in-books");
    else if (row.state !== "reversed" && turned.has(receipt)) difference("reversed-at-channel");
  }
  for (const row of rows) {
    const atMs = row.paid_at_ms ?? row.booked_at_ms;
    if (listed.has(row.receipt) || atMs < span.fromMs || atMs > span.toMs) continue;
    compared.add(row.receipt);
    if (row.state === "disproved") continue;
    differences.push({
      receipt: row.receipt,
      what: "not-on-statement",
      statementCents: 0,
      bookedCents: row.amount_cents,
    });
  }
  return { found: differences, compared };
}

/** Of these, the ones whose money is in no book of ours, or that do not say which money it was. By their own receipts. */
async function withoutInflow(tx: Tx, channel: ChannelRow, reversals: readonly Reversal[]): Promise<Set<string>> {
  const linked = reversals.flatMap(({ linkedReceipt }) => linkedReceipt ?? []);
  const { rows } = await sql<{ receipt: string }>`
    select receipt from receipts where provider_id = ${channel.provider_id} and rail = ${railOf(channel.kind)}
      and receipt in (select jsonb_array_elements_text(${JSON.stringify(linked)}::jsonb))`.execute(tx);
  const booked = new Set(rows.map(({ receipt }) => receipt));
  const unmatched = reversals.filter(({ linkedReceipt }) => linkedReceipt === null || !booked.has(linkedReceipt));
  return new Set(unmatched.map(({ receipt }) => receipt));
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

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function sum(lines: readonly StatementLine[]): number {
  return lines.reduce((total, line) => total + line.amountCents, 0);
}
