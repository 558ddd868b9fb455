/** Writes an imported statement down, with all that it says: what differs is compared with it later. */

import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import { maskPhonesIn } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { chunksOf } from "../../ground/lists/chunks.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
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

/** The statement with all of its lines. The same file again is the same statement. */
export async function keepStatement(
  { world }: WitnessParts,
  tx: Tx,
  channel: ChannelRow,
  made: KeptStatement,
): Promise<string> {
  const { provider_id: providerId, channel_id: channelId } = channel;
  const fileHash = sha256Hex(made.bytes);
  const same = await tx
    .selectFrom("statements")
    .select("statement_id")
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("file_hash", "=", fileHash)
    .executeTakeFirst();
  if (same !== undefined) return same.statement_id;
  const statementId = newId(world);
  const { balance, outsideCents } = made.followed;
  await tx
    .insertInto("statements")
    .values({
      provider_id: providerId,
      statement_id: statementId,
      channel_id: channelId,
      layout: made.layout,
      is_of_other_account: made.isOfOtherAccount,
      from_ms: made.fromMs,
      to_ms: made.toMs,
      inflow_rows: made.inflows.length,
      inflow_cents: sum(made.inflows),
      balance: balance.state,
      opening_cents: balance.state === "agrees" ? balance.openingCents : null,
      closing_cents: balance.state === "agrees" ? balance.closingCents : null,
      file_hash: fileHash,
      imported_by: made.userId,
      imported_at_ms: world.clock.wall().atMs,
    })
    .execute();
  for (const chunk of chunksOf(made.lines, 1000)) {
    await tx
      .insertInto("statement_lines")
      .values(
        chunk.map((line) => ({
          provider_id: providerId,
          statement_id: statementId,
          line: line.line,
          receipt: line.receipt,
          kind: line.kind,
          amount_cents: line.amountCents,
          completed_at_ms: line.completedAtMs,
          account_text: line.accountText,
          payer: line.payer && maskPhonesIn(line.payer, safaricomCode),
          linked_receipt: line.linkedReceipt,
          outside_cents: outsideCents.get(line) ?? 0,
          is_to_customer: line.isToCustomer === true,
        })),
      )
      .execute();
  }
  return statementId;
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
