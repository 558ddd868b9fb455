/** Writes an imported statement down, with all that it says: what differs is compared with it later. */

import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import { sql } from "kysely";
import { maskPhonesIn } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { chunksOf } from "../../ground/lists/chunks.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
import { movePaidTimes } from "../receipts/receipt-rows.ts";
import type { FollowedBalance } from "./statement-balance.ts";

/** Statements that are read here are Safaricom's: a number without a country is Kenyan, and is found by how it is masked. */
const safaricomCode = "254";

export interface KeptStatement {
  readonly bytes: Uint8Array;
  readonly lines: readonly StatementLine[];
  readonly followed: FollowedBalance;
  readonly inflows: readonly StatementLine[];
  readonly layout: string;
  readonly isOfOtherAccount: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly userId: string;
}

/** When a row of `statements` was sent last. When it was imported says which of its lines a day that is closed had counted. */
export const lastSentAtMs = sql<number>`coalesce(sent_again_at_ms, imported_at_ms)`;

/** The statement with all of its lines. The same file again is the same statement, and the last word from then on. */
export async function keepStatement(
  { world }: WitnessParts,
  tx: Tx,
  channel: ChannelRow,
  made: KeptStatement,
): Promise<string> {
  const { providerId, channelId } = channel;
  const fileHash = sha256Hex(made.bytes);
  const nowMs = world.clock.wall().atMs;
  const same = await tx
    .updateTable("statements")
    .set({ sentAgainAtMs: nowMs })
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("fileHash", "=", fileHash)
    .returning("statementId")
    .executeTakeFirst();
  if (same !== undefined) {
    const { statementId } = same;
    const moved = await movedLines(tx, statementId, made.lines);
    if (moved.length > 0) {
      await tx.deleteFrom("statement_lines").where("statementId", "=", statementId).execute();
      const read = { ...saidBy(made), importedAtMs: nowMs };
      await tx.updateTable("statements").set(read).where("statementId", "=", statementId).execute();
      await keepLines(tx, { providerId, statementId }, made);
      await movePaidTimes(tx, channel, moved);
    }
    return same.statementId;
  }
  const statementId = newId(world);
  await tx
    .insertInto("statements")
    .values({
      providerId,
      statementId,
      channelId,
      ...saidBy(made),
      fileHash,
      importedBy: made.userId,
      importedAtMs: nowMs,
    })
    .execute();
  await keepLines(tx, { providerId, statementId }, made);
  return statementId;
}

function saidBy({ layout, isOfOtherAccount, fromMs, toMs, inflows, followed: { balance } }: KeptStatement) {
  return {
    ...{ layout, isOfOtherAccount, fromMs, toMs },
    inflowRows: inflows.length,
    inflowCents: sum(inflows),
    balance: balance.state,
    openingCents: balance.state === "agrees" ? balance.openingCents : null,
    closingCents: balance.state === "agrees" ? balance.closingCents : null,
  };
}

/** Lines whose day and month were taken for each other before. */
async function movedLines(tx: Tx, statementId: string, lines: readonly StatementLine[]) {
  const kept = await tx
    .selectFrom("statement_lines")
    .select(["line", "completedAtMs"])
    .where("statementId", "=", statementId)
    .execute();
  const times = new Map(kept.map(({ line, completedAtMs }) => [line, completedAtMs]));
  return lines.flatMap(({ line, receipt, completedAtMs: isMs }) => {
    const wasMs = times.get(line) ?? isMs;
    return wasMs === isMs ? [] : [{ receipt, wasMs, isMs }];
  });
}

async function keepLines(
  tx: Tx,
  { providerId, statementId }: { readonly providerId: string; readonly statementId: string },
  { lines, followed: { outsideCents } }: KeptStatement,
): Promise<void> {
  for (const chunk of chunksOf(lines, 1000)) {
    await tx
      .insertInto("statement_lines")
      .values(
        chunk.map((line) => ({
          providerId,
          statementId,
          line: line.line,
          receipt: line.receipt,
          kind: line.kind,
          amountCents: line.amountCents,
          completedAtMs: line.completedAtMs,
          accountText: line.accountText,
          payer: line.payer && maskPhonesIn(line.payer, safaricomCode),
          linkedReceipt: line.linkedReceipt,
          outsideCents: outsideCents.get(line) ?? 0,
          isToCustomer: line.isToCustomer === true,
        })),
      )
      .execute();
  }
}

/** Cents. */
export function sum(lines: readonly StatementLine[]): number {
  return lines.reduce((total, line) => total + line.amountCents, 0);
}

/** A receipt may stand on several rows of a kind: they count together. */
export function centsByReceipt(lines: readonly Pick<StatementLine, "receipt" | "amountCents">[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { receipt, amountCents } of lines) sums.set(receipt, (sums.get(receipt) ?? 0) + amountCents);
  return sums;
}
