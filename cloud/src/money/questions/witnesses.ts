/**
 * Evidence that we fetch: the channel's list of transactions (Pull) and the status of one receipt. It finds money that no
 * callback reported, verifies what callbacks claimed, and shows what was never there.
 */
import type { Tx } from "../../ground/db/database.ts";
import { isClockSure } from "../../ground/db/hub-clock.ts";
import { noteFailure, noteSuccess } from "../channel-health/circuit.ts";
import type { CircuitState } from "../channel-health/circuit-policy.ts";
import { endTrouble, noteTrouble } from "../channel-health/troubles.ts";
import {
  type AsyncParts,
  asyncCallProblem,
  type CallRow,
  type CallWithResult,
  callAsync,
} from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ListedRow, ListPage } from "../channels/channel-contract.ts";
import { lockClaims } from "../claims/claim-log.ts";
import { keepClaimsOpen, refuseClaims, settleClaims } from "../claims/claims.ts";
import { takeInflow } from "../claims/take-inflow.ts";
import { takeListed } from "../claims/take-listed.ts";
import type { Evidence, EvidenceSource } from "../evidence/evidence.ts";
import { type RawEvidence, storeEvidence } from "../evidence/evidence-rows.ts";
import { keepEvidence } from "../evidence/failed-evidence.ts";
import { noteUnknownCode } from "../evidence/unknown-codes.ts";
import { isProvedAnswer, noteProvedAnswer } from "../proofs/proved-answers.ts";
import type { ProvingSource } from "../proofs/proving-source.ts";
import { absorbEvidence } from "../purchases/absorb-evidence.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { spellings } from "../receipts/spellings.ts";
import { isUndone, undoUnapplied } from "../receipts/unapplied.ts";

export type WitnessParts = PurchaseParts & AsyncParts;

const pagesMax = 100;
const notProvedYet = "such answers are not proved for this short code yet";
/** Right after a payment nobody knows its receipt yet: an answer that came sooner after its booking is no word against it. */
export const disproveAfterMs = 3_600_000;
/** A question without an answer for so long is put again. */
export const answeredWithinMs = 10 * 60_000;

/** Reads the channel's list for a span of time, and books what is new in it. @returns rows seen; null: it could not be read to its end */
export async function pullSpan(
  parts: WitnessParts,
  channel: ChannelRow,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<number | null> {
  const { list } = parts.channels.open(channel);
  if (list === null) return null;
  const { providerId, channelId } = channel;
  // What comes in from now on is in no list that is read now, however far ahead its end is.
  const readAtMs = parts.world.clock.wall().atMs;
  let offset = 0;
  let lost: unknown = null;
  for (let page = 0, isRead = false; !isRead; page++) {
    // What was read is booked; but a list without its end does not show what was never there.
    if (page === pagesMax) {
      parts.world.log.warn("pull-too-long", { channelId, rows: offset });
      return null;
    }
    const answer = await list.page({ ...span, offset });
    if (answer.kind === "refused") parts.world.log.warn("pull-refused", { channelId, code: answer.code });
    // What the first page shows of the channel's health, a further one shows again.
    if (page === 0 || answer.kind !== "rows") await noteHealth(parts, channel, answer);
    if (answer.kind !== "rows") return null;
    const facts = answer.rows.map((row) => toFact(channel, row));
    const { left } = await takeListed(parts, channel, facts);
    for (const fact of left) {
      await takeInflow(parts, providerId, (tx) => keepEvidence(tx, parts, fact)).catch((error: unknown) => {
        lost = error;
      });
    }
    offset += answer.rows.length;
    isRead = answer.rows.length === 0;
  }
  // A row that could not even be kept: the list is read again, and until then shows nothing of what was never there.
  if (lost !== null) throw lost;
  await parts.database.asProvider(providerId, (tx) =>
    tx
      .insertInto("pull_spans")
      .values({
        providerId,
        channelId,
        fromMs: span.fromMs,
        toMs: Math.min(span.toMs, readAtMs),
        rows: offset,
        readAtMs,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  return offset;
}

async function noteHealth(parts: WitnessParts, channel: ChannelRow, answer: ListPage): Promise<void> {
  // A refusal without a code is a gateway's page: the channel is not there.
  if (answer.kind === "lost" || (answer.kind === "refused" && answer.code === ""))
    await noteFailure(parts, channel, "its list could not be read");
  else await noteSuccess(parts, channel);
  await noteListTrouble(parts, channel, answer);
}

/** A list that we may not read is no outage: somebody has to give the app the right to it. */
async function noteListTrouble(parts: WitnessParts, channel: ChannelRow, answer: ListPage): Promise<void> {
  if (answer.kind === "lost" || (answer.kind === "refused" && answer.trouble === null)) return;
  await parts.database.asProvider(channel.providerId, async (tx) => {
    if (answer.kind === "rows") await endTrouble(parts, tx, channel, "list-refused");
    else if (answer.trouble !== null) await noteTrouble(parts, tx, channel, "list-refused", answer.trouble);
  });
}

function toFact(channel: ChannelRow, { receipt, body }: ListedRow): RawEvidence {
  return {
    providerId: channel.providerId,
    channelId: channel.channelId,
    purchaseId: null,
    source: "pull",
    naturalKey: receipt ?? "",
    body,
    remoteAddress: null,
    unmatchedReason: receipt === null ? "no receipt in it" : null,
  };
}

/** Asks this channel about a receipt, once at a time; another one may know it. @returns false when this channel can't be asked so */
export async function askStatus(parts: WitnessParts, channel: ChannelRow, receipt: string): Promise<boolean> {
  return (await askAbout(parts, channel, receipt)).isAsked;
}

interface Question {
  readonly isAsked: boolean;
  /** The call got no answer, or could not be made. */
  readonly hasFailed: boolean;
  /** Whether the hub may go on calling this channel by itself. */
  readonly circuit: CircuitState;
}

/** The same, and what it says of the channel's health. */
export async function askAbout(parts: WitnessParts, channel: ChannelRow, receipt: string): Promise<Question> {
  const nothing = { isAsked: false, hasFailed: false, circuit: "closed" } as const;
  if (asyncCallProblem(parts.channels, channel, "status") !== null) return nothing;
  const open = await parts.database.asProvider(channel.providerId, (tx) =>
    openQuestions(parts, tx, channel.providerId, receipt)
      .where("channelId", "=", channel.channelId)
      .where("initiatorVersion", "=", channel.initiatorVersion)
      .executeTakeFirst(),
  );
  if (open !== undefined) return { ...nothing, isAsked: true };
  const sent = await callAsync(parts, {
    kind: "status",
    channel,
    subject: receipt,
    receipt,
    remarks: "Karibu: status",
  });
  const isRefused = sent.kind === "refused";
  if (isRefused ? sent.isAnswered : sent.kind !== "lost") {
    await noteSuccess(parts, channel);
    return { ...nothing, isAsked: !isRefused };
  }
  const problem = isRefused ? sent.why : "no answer to a question about a receipt";
  return { isAsked: !isRefused, hasFailed: true, circuit: await noteFailure(parts, channel, problem) };
}

/** Questions about a receipt that may still be answered. */
function openQuestions({ world }: WitnessParts, tx: Tx, providerId: string, receipt: string) {
  return tx
    .selectFrom("channel_calls")
    .select("callId")
    .where("providerId", "=", providerId)
    .where("subject", "=", receipt)
    .where("kind", "=", "status")
    .where("state", "in", ["sending", "accepted", "late"])
    .where("askedAtMs", ">", world.clock.wall().atMs - answeredWithinMs);
}

/** Does another channel still have to say whether it knows the receipt? */
async function isAskedElsewhere(parts: WitnessParts, tx: Tx, { providerId, subject, channelId }: CallRow) {
  const other = await openQuestions(parts, tx, providerId, subject)
    .where("channelId", "!=", channelId)
    .executeTakeFirst();
  return other !== undefined;
}

/**
 * What a status result says of its receipt. @returns evidence that was stored with it, for `takeInflow`; null: it reports no
 * money, and what follows is done
 */
export async function takeStatus(
  parts: WitnessParts,
  tx: Tx,
  { call, channel, result }: CallWithResult,
): Promise<string | null> {
  const providerId = channel.providerId;
  const receipt = call.subject;
  const shortcodes = [channel.shortcode, ...(channel.storeNumber === null ? [] : [channel.storeNumber])];
  const readers = parts.channels.kinds.definitionOf(channel.kind).results;
  if (readers === null) return null;
  const verdict = readers.readStatus(result, { receipt, shortcodes });
  // What it says may settle or refuse claims: they are locked before the receipt and its purchase.
  await lockClaims(tx, { providerId, receipts: spellings(receipt), paid: null });
  switch (verdict.kind) {
    case "completed": {
      await noteProvedAnswer(tx, parts.world, channel, "transaction-status", receipt);
      const evidenceId = await keepEvidence(tx, parts, {
        providerId,
        channelId: channel.channelId,
        purchaseId: null,
        source: "transaction-status",
        naturalKey: receipt,
        body: JSON.stringify(verdict.inflow),
        remoteAddress: null,
        unmatchedReason: null,
      });
      if (evidenceId === null) await settleClaims(parts, tx, providerId, receipt);
      return evidenceId;
    }
    case "no-such-receipt":
      await disprove(parts, tx, channel, receipt, {
        source: "transaction-status",
        why: "the channel does not know the receipt",
        bookedBeforeMs: isClockSure(parts.world) ? call.askedAtMs - disproveAfterMs : Number.NEGATIVE_INFINITY,
      });
      if (!(await isAskedElsewhere(parts, tx, call))) await refuseClaims(parts, tx, providerId, receipt, null);
      return null;
    case "not-ours":
    case "failed": {
      const { why } = verdict;
      const said = { source: "transaction-status", why, bookedBeforeMs: Number.POSITIVE_INFINITY } as const;
      await disprove(parts, tx, channel, receipt, said);
      // The channel that got it is asked as well, or hears of it by itself: the claim waits for that.
      if (verdict.kind === "not-ours" && (await isOurs(tx, providerId, verdict.creditedTo))) return null;
      if (await isProvedAnswer(tx, channel, said.source)) await refuseClaims(parts, tx, providerId, receipt, why);
      else await keepClaimsOpen(parts, tx, providerId, receipt, `${why}; ${notProvedYet}`);
      return null;
    }
    case "config-error":
      // What it says of the initiator is noted by `initiator.ts`. What an earlier initiator asked is asked again.
      if (call.initiatorVersion === channel.initiatorVersion && !(await isAskedElsewhere(parts, tx, call))) {
        await keepClaimsOpen(parts, tx, providerId, receipt, `M-Pesa refuses the question: ${verdict.why}`);
      }
      return null;
    case "unknown":
      return null;
  }
}

/** Is this the short code of a channel of theirs? */
async function isOurs(tx: Tx, providerId: string, shortcode: string): Promise<boolean> {
  const channel = await tx
    .selectFrom("channels")
    .select("channelId")
    .where("providerId", "=", providerId)
    .where((where) => where.or([where("shortcode", "=", shortcode), where("storeNumber", "=", shortcode)]))
    .executeTakeFirst();
  return channel !== undefined && shortcode !== "";
}

/** What speaks against a receipt. */
export interface Against {
  readonly source: ProvingSource;
  readonly why: string;
  /** Younger receipts are left alone: the channel may be slow. */
  readonly bookedBeforeMs: number;
}

/**
 * A booked receipt that was never there. Only the channel that it was booked for can know: of money at another one it speaks
 * as of somebody else's. And only a kind of answer that was right before: else nothing changes, and a person hears of it.
 * @returns false: the receipt stands as it stood
 */
export async function disprove(
  parts: WitnessParts,
  tx: Tx,
  channel: ChannelRow,
  receipt: string,
  { source, why, bookedBeforeMs }: Against,
): Promise<boolean> {
  const row = await readReceipt(tx, channel.providerId, receipt);
  if (row === null || row.channelId !== channel.channelId || isUndone(row)) return false;
  if (row.corroborated || row.bookedAtMs > bookedBeforeMs) return false;
  if (!(await isProvedAnswer(tx, channel, source))) {
    // A list is read every few minutes; what it never names is pending for long, which raises an alarm.
    const about = { providerId: channel.providerId, evidenceId: null, source };
    if (source !== "pull") await noteUnknownCode(tx, parts.world, about, `${receipt}: ${why}; ${notProvedYet}`);
    return false;
  }
  await takeOut(parts, tx, row, { source: "transaction-status", why });
  return true;
}

/** Money that was never there leaves the books; with a purchase, its machine decides what becomes of that. The receipt is not proved. */
export async function takeOut(
  parts: PurchaseParts,
  tx: Tx,
  row: ReceiptRow,
  { source, why }: { readonly source: EvidenceSource; readonly why: string },
): Promise<void> {
  const { providerId, purchaseId, receipt } = row;
  if (purchaseId === null) return undoUnapplied(parts, tx, row, "disproved");
  const evidence: Evidence = { kind: "disproof", source, receipt, why };
  await storeEvidence(tx, parts, {
    providerId,
    channelId: row.channelId,
    purchaseId,
    source: "silence",
    naturalKey: `${purchaseId}/disproof`,
    body: JSON.stringify(evidence),
    remoteAddress: null,
    unmatchedReason: null,
  });
  await absorbEvidence(parts, tx, providerId, purchaseId);
}
