/**
 * The rows of prompts for invoices, and what a callback about one says. Such money is an inflow at the invoice's account number, like
 * money that somebody pays there by hand: told until the channel proves it. Those that are on a page of the channel's own: `payment-pages.ts`.
 */

import { cents } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { type Insertable, type Selectable, sql, type Updateable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { noteAnswer } from "../channel-health/note-answer.ts";
import type { ChannelReaders } from "../channels/channel-messages.ts";
import { type EvidenceRow, settleEvidence } from "../evidence/evidence-rows.ts";
import type { Inflow } from "../evidence/inflow.ts";
import { unproveByAnswer } from "../receipts/unapplied.ts";

export type InvoicePromptRow = Selectable<Schema["invoice_prompts"]>;

/** What a customer, or who has a link, was asked for a line is said, or was found, to be paid, by phone or on a page: `customer-page/paying/renew-when-paid.ts` renews it. */
export const promptPaidJob = "reconnection.prompt-paid";

/** Can it be paid on its page now? Whose card was declined may try another one on the same page. */
export const isPageUsable = ({ state, reason, redirectUrl: url }: InvoicePromptRow): boolean =>
  url !== null && (state === "prompted" || (state === "failed" && reason !== "expired"));

/** Of these secrets, those that are of prompts for invoices. As the platform: the secret says whose they are. */
export async function promptSecrets(
  tx: Tx,
  asked: readonly { readonly providerId: string; readonly channelId: string; readonly secretHash: string }[],
): Promise<ReadonlySet<string>> {
  if (asked.length === 0) return new Set();
  const { rows } = await sql<{ providerId: string; channelId: string; secretHash: string }>`
    select p.provider_id, p.channel_id, p.secret_hash from invoice_prompts p
    join unnest(${asked.map((one) => one.providerId)}::text[], ${asked.map((one) => one.secretHash)}::text[])
      as asked (provider_id, secret_hash) using (provider_id, secret_hash)`.execute(tx);
  const known = new Set(rows.map((row) => `${row.providerId} ${row.channelId} ${row.secretHash}`));
  return new Set(
    asked
      .filter((one) => known.has(`${one.providerId} ${one.channelId} ${one.secretHash}`))
      .map(({ secretHash }) => secretHash),
  );
}

/** Written before anything is sent. */
export function insertPrompt(tx: Tx, row: Insertable<Schema["invoice_prompts"]>): Promise<InvoicePromptRow> {
  return tx.insertInto("invoice_prompts").values(row).returningAll().executeTakeFirstOrThrow();
}

export async function setPrompt(
  world: World,
  tx: Tx,
  { providerId, promptId }: Pick<InvoicePromptRow, "providerId" | "promptId">,
  changes: Updateable<Schema["invoice_prompts"]>,
): Promise<InvoicePromptRow> {
  return tx
    .updateTable("invoice_prompts")
    .set({ ...changes, changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", providerId)
    .where("promptId", "=", promptId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * What a callback to a prompt's own address says. Null: it brings no money, which is noted with it; a failure ends the prompt.
 * @param row stored under the hash of the secret
 */
export async function readPromptCallback(
  parts: { readonly world: World; readonly emit: Emit; readonly jobs: Pick<JobQueue, "send"> },
  tx: Tx,
  { readers: { readCallback }, rail }: { readonly readers: ChannelReaders; readonly rail: string },
  row: EvidenceRow,
): Promise<Inflow | null> {
  const { world } = parts;
  const prompt = await tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("providerId", "=", row.providerId)
    .where("channelId", "=", row.channelId)
    .where("secretHash", "=", row.naturalKey)
    .forUpdate()
    .executeTakeFirst();
  const refuse = async (why: string) => {
    await settleEvidence(tx, row, "unmatched", why);
    return null;
  };
  if (prompt === undefined) return refuse("unknown purchase token");
  const read = readCallback?.(row.body) ?? { refused: "this channel sends no such callbacks" };
  if ("refused" in read) return refuse(`not a genuine message: ${read.refused}`);
  const { evidence } = read.message;
  const requestId = "requestId" in evidence ? evidence.requestId : null;
  if (prompt.requestId !== null && requestId !== null && requestId !== prompt.requestId)
    return refuse("another request id than the prompt's");
  if (evidence.kind === "failure") {
    if (prompt.state !== "paid") await setPrompt(world, tx, prompt, { state: "failed", reason: evidence.reason });
    await settleEvidence(tx, row, "done", `failed: ${evidence.reason}`);
    return null;
  }
  if (evidence.kind !== "success" || evidence.receipt === null || evidence.amountCents === null) {
    await settleEvidence(tx, row, "done", "nothing new");
    return null;
  }
  if (evidence.amountCents !== prompt.amountCents) return refuse("another amount than the prompt asked for");
  const { receipt } = evidence;
  const isOther = prompt.receipt !== null && prompt.receipt !== receipt;
  const isDoubtful = prompt.isDoubtful || (isOther && !prompt.isFound);
  if (isDoubtful && prompt.receipt !== null)
    await unproveByAnswer(tx, { providerId: row.providerId, rail, receipt: prompt.receipt });
  await setPrompt(world, tx, prompt, {
    state: "paid",
    reason: null,
    receipt,
    isDoubtful,
    isFound: false,
  });
  await releaseFound(world, tx, prompt, receipt);
  // Also after a failure, or hours later: nobody else looks for it.
  if (prompt.state !== "paid" && prompt.renewsFromMs !== null)
    await parts.jobs.send(tx, promptPaidJob, { providerId: prompt.providerId, promptId: prompt.promptId });
  await noteAnswer(
    parts,
    tx,
    { ...prompt, madeAtMs: prompt.createdAtMs, requestAcceptedAtMs: null, channelFails: true },
    evidence,
    null,
  );
  return {
    source: "stk-callback",
    trust: "pushed",
    receipt,
    amountCents: cents(prompt.amountCents),
    accountText: prompt.accountNumber,
    payer: { kind: "party", party: prompt.phoneHash },
    payerName: null,
    paidAtMs: evidence.paidAtMs ?? null,
    shortcode: null,
  };
}

/** The money that was found for another prompt at this account number is this one's: that one waits again. */
async function releaseFound(world: World, tx: Tx, prompt: InvoicePromptRow, receipt: string): Promise<void> {
  const others = await tx
    .selectFrom("invoice_prompts")
    .select(["providerId", "promptId"])
    .where("providerId", "=", prompt.providerId)
    .where("accountNumber", "=", prompt.accountNumber)
    .where("reference", "is", null)
    .where("promptId", "!=", prompt.promptId)
    .where("receipt", "=", receipt)
    .where("isFound", "=", true)
    .execute();
  for (const other of others) await setPrompt(world, tx, other, { state: "unknown", receipt: null, isFound: false });
}
