/**
 * Questions about receipts that nobody could be asked, because M-Pesa refused the initiator or there was none: they wait, and
 * are put as soon as there is one that may ask. What waits: claims whose receipt is not in the books, and money that a
 * callback alone vouches for.
 */
import { type ExpressionBuilder, sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { asyncCallProblem } from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { lookUpChannel } from "../channels/channel-rows.ts";
import { queriesAtOnce } from "../channels/initiator-policy.ts";
import { noteAsked, selectOpenClaims } from "../claims/claim-log.ts";
import { isBooked, newestKnown, selectUnproved } from "../receipts/known-receipts.ts";
import { tooMuchUnverified } from "../receipts/receipt-rows.ts";
import { answeredWithinMs, askAbout, askStatus, disproveAfterMs, type WitnessParts } from "./witnesses.ts";

/** Asks what waits at a channel. */
export const resumeJob = "payments.resume";

export const resumeSchema = z.object({ providerId: z.string(), channelId: z.string(), fromMs: z.number() });
export const lookUpSchema = z.object({ providerId: z.string(), channelId: z.string(), receipt: z.string() });

/** Younger money may still be vouched for by another source. */
const corroborateAfterMs = 15 * 60_000;
/** What is older by itself is left to the statement. */
export const corroborateWithinMs = 3 * 86_400_000;
export const statusAtOnce = 20;

/** Money that is to be asked about by now. What waits in suspense for its proof waits no longer than it has to. */
function isDueForProof(where: ExpressionBuilder<Schema, "receipts">, nowMs: number) {
  return where.or([where("bookedAtMs", "<", nowMs - corroborateAfterMs), where("note", "=", tooMuchUnverified)]);
}

const nextAfterMs = 5_000;

/** Since when questions wait here: those that could not be put while the initiator was refused or missing count as young. */
const waitsFromMs = (channel: ChannelRow, nowMs: number): number =>
  Math.min(channel.initiatorStoppedAtMs ?? nowMs, nowMs) - corroborateWithinMs;

/** In the transaction that gives the channel an initiator, or learns that it works. */
export function sendResume(jobs: JobQueue, tx: Tx, channel: ChannelRow, nowMs: number): Promise<void> {
  const { providerId, channelId, initiatorVersion: version } = channel;
  const which = channel.initiatorProvedAtMs === null ? "new" : "works";
  const job = { providerId, channelId, fromMs: waitsFromMs(channel, nowMs) };
  return jobs.send(tx, resumeJob, job, { singletonKey: `${channelId}/${version}/${which}` });
}

/**
 * The job: puts what waits, a few at a time. Of an initiator that nothing has proved yet one question; its result brings the
 * others. Where nothing waits, such an initiator is tried with a receipt that M-Pesa must know.
 */
export async function resumeQuestions(
  parts: WitnessParts,
  job: z.output<typeof resumeSchema>,
  how: { readonly tries: boolean } = { tries: true },
): Promise<void> {
  const { database, jobs, world } = parts;
  const channel = await lookUpChannel(database, job.providerId, job.channelId);
  if (channel === undefined) return;
  if (asyncCallProblem(parts.channels, channel, "status") !== null) return;
  const isUnproved = channel.initiatorProvedAtMs === null;
  const most = queriesAtOnce(channel.initiatorProvedAtMs, statusAtOnce);
  const span = { fromMs: job.fromMs, nowMs: world.clock.wall().atMs };
  const { claimed, all } = await database.asProvider(job.providerId, async (tx) => {
    const claimed = (await waitingClaims(tx, channel, span).limit(most).execute()).map(({ receipt }) => receipt ?? "");
    const booked = await waitingReceipts(tx, channel, span)
      .limit(most - claimed.length)
      .execute();
    const all = [...claimed, ...booked.map(({ receipt }) => receipt)];
    const known = isUnproved && how.tries && all.length === 0 ? await newestKnown(tx, channel) : null;
    return { claimed, all: known === null ? all : [known] };
  });
  for (const receipt of all) {
    const { isAsked, circuit } = await askAbout(parts, channel, receipt);
    if (circuit !== "closed") return;
    if (isAsked && claimed.includes(receipt))
      await database.asProvider(job.providerId, (tx) => noteAsked(tx, world, job.providerId, receipt));
  }
  if (isUnproved || all.length < most) return;
  await database.asProvider(job.providerId, (tx) =>
    jobs.send(tx, resumeJob, job, { startAfterMs: nextAfterMs, singletonKey: `${job.channelId}/more` }),
  );
}

/** The job: one receipt, whatever waits. */
export async function lookUp(parts: WitnessParts, job: z.output<typeof lookUpSchema>): Promise<void> {
  const channel = await lookUpChannel(parts.database, job.providerId, job.channelId);
  if (channel !== undefined) await askStatus(parts, channel, job.receipt);
}

/** Looks again at each sweep: a question that was lost on its way is put once more. */
export function resumeAtSweep(parts: WitnessParts, channel: ChannelRow): Promise<void> {
  const { providerId, channelId } = channel;
  const fromMs = waitsFromMs(channel, parts.world.clock.wall().atMs);
  return resumeQuestions(parts, { providerId, channelId, fromMs }, { tries: false });
}

/** How many claims and payments wait for this channel's word now. */
export async function countWaiting(tx: Tx, channel: ChannelRow, nowMs: number): Promise<number> {
  const span = { fromMs: waitsFromMs(channel, nowMs), nowMs };
  const claims = await openClaims(tx, channel, span).execute();
  const receipts = await unprovedReceipts(tx, channel, span).execute();
  return new Set([...claims, ...receipts].map(({ receipt }) => receipt)).size;
}

interface Span {
  readonly fromMs: number;
  readonly nowMs: number;
}

const waitingClaims = (tx: Tx, channel: ChannelRow, span: Span) =>
  openClaims(tx, channel, span).where(
    sql<boolean>`not exists (select ${questionsAbout(channel, sql.ref("payment_claims.receipt"))}
      and (asked.state = 'done' or ${isOnItsWay(span)}))`,
  );

/** Those without an answer. One that came when the receipt was too young to be disproved is asked for again once it is not. */
const waitingReceipts = (tx: Tx, channel: ChannelRow, span: Span) =>
  inTurn(unprovedReceipts(tx, channel, span), channel).where(
    sql<boolean>`not exists (select ${questionsAbout(channel, sql.ref("receipts.receipt"))}
      and (${isOnItsWay(span)} or (asked.state = 'done'
        and (asked.asked_at_ms >= receipts.booked_at_ms + ${disproveAfterMs}::bigint
          or receipts.booked_at_ms > ${span.nowMs - disproveAfterMs}))))`,
  );

/** Whatever the answers were so far: the next to be asked about at a sweep. */
export const receiptsToAsk = (tx: Tx, channel: ChannelRow, span: Span) =>
  inTurn(unprovedReceipts(tx, channel, span), channel).where(
    sql<boolean>`not exists (select ${questionsAbout(channel, sql.ref("receipts.receipt"))}
      and ${wasPut} and ${isOnItsWay(span)})`,
  );

type UnprovedReceipts = ReturnType<typeof unprovedReceipts>;

/** First those that nobody was asked about, then those asked about longest ago: what stays unproved passes nobody over. */
function inTurn(receipts: UnprovedReceipts, channel: ChannelRow): UnprovedReceipts {
  const askedAtMs = sql`(select max(asked.asked_at_ms) ${questionsAbout(channel, sql.ref("receipts.receipt"))} and ${wasPut})`;
  return receipts.orderBy(sql`coalesce(${askedAtMs}, 0)`).orderBy("bookedAtMs").orderBy("receipt");
}

/** The newest first: they may stand at the phone. */
function openClaims(tx: Tx, { providerId }: ChannelRow, { fromMs }: Span) {
  return selectOpenClaims(tx, providerId, fromMs)
    .select("receipt")
    .where(sql<boolean>`not ${isBooked("payment_claims")}`)
    .groupBy("receipt")
    .orderBy(sql`max(created_at_ms)`, "desc");
}

/** Money of the span that a callback alone vouches for, in no order. */
export function unprovedReceipts(tx: Tx, channel: ChannelRow, { fromMs, nowMs }: Span) {
  return selectUnproved(tx, channel, fromMs).where((where) => isDueForProof(where, nowMs));
}

/** Those of this initiator about a receipt. */
function questionsAbout(channel: ChannelRow, receipt: ReturnType<typeof sql.ref>) {
  return sql`from channel_calls asked where asked.provider_id = ${channel.providerId}
    and asked.channel_id = ${channel.channelId} and asked.kind = 'status' and asked.subject = ${receipt}
    and asked.initiator_version = ${channel.initiatorVersion}`;
}

/** What the channel refused to take was not put. */
const wasPut = sql`asked.state != 'refused'`;

const isOnItsWay = ({ nowMs }: Span) =>
  sql`(asked.state != 'done' and asked.asked_at_ms > ${nowMs - answeredWithinMs})`;
