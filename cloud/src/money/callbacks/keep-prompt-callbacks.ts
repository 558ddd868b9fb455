/**
 * Keeps callbacks of prompts raw, in the caller's transaction: finds whose each is, stores it as evidence, and holds the job that judges it where
 * nobody does before. A prompt was sent for a purchase or for an invoice, and its secret says for which.
 */
import type { Tx } from "../../ground/db/database.ts";
import { holdJobs } from "../../ground/jobs/outbox.ts";
import { hashOf } from "../channels/channels.ts";
import { type FoundChannel, findByTokens, noteReceived } from "../channels/hook-tokens.ts";
import { absorbJob } from "../evidence/absorb-job.ts";
import { type RawEvidence, storeAllEvidence, storeEvidence } from "../evidence/evidence-rows.ts";
import { promptSecrets } from "../matching/invoice-prompts.ts";
import { purchasesOfSecrets } from "../purchases/requests-sent.ts";
import { type HeldPurchase, heldMs } from "./booker.ts";
import { type HeldFact, holdFact } from "./facts-at-once.ts";
import type { IntakeParts, RawCallback, Told } from "./raw-callback.ts";

export interface KeptCallbacks {
  /** For each callback: whether its channel is known, and it was kept therefore. */
  readonly known: readonly boolean[];
  readonly told: Told;
}

/** @param isDue has nobody noted lately that the channel's address is in use? */
export async function keepPromptCallbacks(
  parts: IntakeParts,
  tx: Tx,
  callbacks: readonly RawCallback[],
  isDue: (channel: FoundChannel) => boolean = () => true,
): Promise<KeptCallbacks> {
  const nowMs = parts.world.clock.wall().atMs;
  const channels = await findChannels(tx, callbacks, nowMs);
  const known = channels.map((channel) => channel !== undefined);
  const addressed = callbacks.flatMap((callback, index): Addressed[] => {
    const channel = channels[index];
    return channel === undefined ? [] : [{ callback, channel, secretHash: hashOf(callback.secret) }];
  });
  if (addressed.length === 0) return { known, told: { purchases: [], facts: [] } };
  await noteReceived(tx, "push", addressed.map(({ channel }) => channel).filter(isDue), nowMs);
  const { ofInvoices, others } = await sortByPayable(tx, addressed);
  const facts = await keepOfInvoices(parts, tx, ofInvoices);
  return { known, told: { purchases: await keepOfPurchases(parts, tx, others), facts } };
}

/** It came to the address of a channel. */
interface Addressed {
  readonly callback: RawCallback;
  readonly channel: FoundChannel;
  readonly secretHash: string;
}

/** For each callback its channel; undefined: its address is nobody's. */
async function findChannels(
  tx: Tx,
  callbacks: readonly RawCallback[],
  nowMs: number,
): Promise<readonly (FoundChannel | undefined)[]> {
  const tokens = callbacks.map(({ channelToken }) => hashOf(channelToken));
  // What waited in the spool was sent to an address that was good then.
  const sinceMs = Math.min(nowMs, ...callbacks.map(({ receivedAtMs = nowMs }) => receivedAtMs));
  const found = await findByTokens(tx, "push", tokens, sinceMs);
  const byToken = new Map(found.map((channel) => [channel.tokenHash, channel]));
  return tokens.map((token) => byToken.get(token));
}

/** Null: its secret is of no purchase. */
type OfPurchase = Addressed & { readonly purchaseId: string | null };

/** Most are of purchases: only of the rest is it asked whether they are of an invoice. What is of neither stays with the purchases'. */
async function sortByPayable(
  tx: Tx,
  addressed: readonly Addressed[],
): Promise<{ readonly ofInvoices: readonly Addressed[]; readonly others: readonly OfPurchase[] }> {
  const named = (providerId: string, channelId: string, secretHash: string) =>
    `${providerId} ${channelId} ${secretHash}`;
  const rows = await purchasesOfSecrets(
    tx,
    addressed.map(({ channel: { providerId }, secretHash }) => ({ providerId, secretHash })),
  );
  const bySecret = new Map(rows.map((row) => [named(row.providerId, row.channelId, row.secretHash), row.purchaseId]));
  const all = addressed.map((each): OfPurchase => {
    const { providerId, channelId } = each.channel;
    return { ...each, purchaseId: bySecret.get(named(providerId, channelId, each.secretHash)) ?? null };
  });
  const rest = all.filter(({ purchaseId }) => purchaseId === null);
  const invoiceSecrets = await promptSecrets(
    tx,
    rest.map(({ channel, secretHash }) => ({ ...channel, secretHash })),
  );
  const isOfInvoice = ({ purchaseId, secretHash }: OfPurchase) => purchaseId === null && invoiceSecrets.has(secretHash);
  return { ofInvoices: all.filter(isOfInvoice), others: all.filter((each) => !isOfInvoice(each)) };
}

/** One by one: they are few. */
async function keepOfInvoices(parts: IntakeParts, tx: Tx, callbacks: readonly Addressed[]): Promise<HeldFact[]> {
  const facts: HeldFact[] = [];
  for (const each of callbacks) {
    const { providerId } = each.channel;
    const evidenceId = await storeEvidence(tx, parts, evidenceOf(each, { purchaseId: null, unmatchedReason: null }));
    if (evidenceId !== null) facts.push(await holdFact(parts, tx, { providerId, evidenceId, callId: null }));
  }
  return facts;
}

/** What is stored already is held by nobody anew; nor is what is of no purchase. */
async function keepOfPurchases(
  parts: IntakeParts,
  tx: Tx,
  callbacks: readonly OfPurchase[],
): Promise<readonly HeldPurchase[]> {
  const raw = callbacks.map((each) => {
    const { purchaseId } = each;
    return evidenceOf(each, { purchaseId, unmatchedReason: purchaseId === null ? "unknown purchase token" : null });
  });
  const stored = await storeAllEvidence(tx, parts, raw);
  const purchases = stored.flatMap(({ providerId, purchaseId }) =>
    purchaseId === null ? [] : [{ providerId, purchaseId }],
  );
  const jobIds = await holdJobs(parts.world, tx, absorbJob, purchases, heldMs);
  return purchases.map((each, index) => ({ ...each, jobId: jobIds[index] as string }));
}

const evidenceOf = (
  { callback, channel: { providerId, channelId }, secretHash }: Addressed,
  matched: Pick<RawEvidence, "purchaseId" | "unmatchedReason">,
): RawEvidence => ({
  providerId,
  channelId,
  source: "stk-callback",
  naturalKey: secretHash,
  body: callback.body,
  remoteAddress: callback.remoteAddress,
  receivedAtMs: callback.receivedAtMs,
  ...matched,
});
