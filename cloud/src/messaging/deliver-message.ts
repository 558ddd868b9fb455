/**
 * The sending of one message that waits: is it still wanted, may it go out now, by which sender, what does it cost; then the gateway is asked
 * once, and its answer is written.
 *
 * Sent once   it is marked `sending` before the gateway is asked. A job that finds this mark asks no gateway: after a minute the message is
 *             `unknown`, and a person decides. So a customer gets no text twice because the hub stopped, or could not write the answer.
 * Sent at all a gateway that says "later", or is not there, is tried again for a day. One that was asked and said nothing may have taken it: it is
 *             asked five times in some two hours (so one that answers too late sends it so often, and bills it), then the message is `unknown`. What
 *             breaks on our side ends in `failed` after three tries.
 * Together    receipts and codes share what is written with others (`send-together.ts`); all else is written by itself, here.
 * In turns    a gateway is waited for up to 20 s by one of few workers, which all providers share: whose gateway is slow waits alone
 *             (`ground/jobs/turns.ts`), and what somebody waits for has other turns than what goes to many.
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { Tx } from "../ground/db/database.ts";
import { createTurns, type Lane, sentBack, type Turns } from "../ground/jobs/turns.ts";
import { giveBackOfDay, noteReached, takeOfDay } from "../ground/quotas/quotas.ts";
import { readProviderRow } from "../tenancy/providers/providers.ts";
import { readAllowed } from "./consents.ts";
import {
  change,
  contextOf,
  type Judge,
  type MessageId,
  type MessageParts,
  type MessageRow,
  messageJob,
  slowMessageJob,
} from "./message-rows.ts";
import { readMessageRules } from "./message-rules.ts";
import { acceptedOf, type Begun, correctMonth, takeOfMonth } from "./month-cost.ts";
import { createSendTogether } from "./send-together.ts";
import { type ApprovedTemplate, type SmsOutcome, smsTimeoutMs } from "./sender-contract.ts";
import type { SenderRow } from "./senders.ts";
import { decideSending, monthOf, staleAfterMs } from "./sending-policy.ts";
import { approvedTemplate } from "./template-rows.ts";
import { customersLocale, type Locale } from "./texts/every-language.ts";
import { isWindowOpen } from "./whatsapp-windows.ts";

/** What became of a try: what the gateway said, or that nobody knows whether it was asked, or that it was not asked, because we failed. */
type TryOutcome =
  | SmsOutcome
  | { readonly kind: "unknown"; readonly why: string }
  | { readonly kind: "broken"; readonly why: string };

/** Its texts are few and find rows by keys, and there are as many as sales. */
const prepared = { prepared: true };

interface Way {
  readonly sender: SenderRow;
  readonly channel: "sms" | "whatsapp";
  readonly template: ApprovedTemplate | null;
}

/** Longer than a gateway is waited for: whoever asked it has stopped. */
export const sendingMsMax = smsTimeoutMs * 3;
/** Of one provider, while its gateway answers soon: what somebody waits for, and what goes to many. Together they leave workers for others. */
const atOnce = { awaited: 4, many: 2 } as const;
/** Of the day's quota, for receipts and codes: a message to a large group takes no code from who has paid. */
const leftPermille = 250;
/** Somebody waits for a receipt or a code: thousands that go to a group are not before it. */
const isAwaited = (message: MessageRow): boolean => message.class === "receipt";
/** Tries that broke on our side (keys that can't be opened): the next one breaks too. */
const brokenTriesMax = 3;

const stoppedWhileSending = "the hub stopped before it could write what the gateway said: it may have been sent";

/**
 * How long a message waits whose gateway does not answer: 15 s, 30 s, 1 min… at most half an hour. The message plans this itself:
 * a gateway that is away for an hour is no job that fails.
 */
function nextTryMs(tries: number): number {
  return Math.min(30 * 60_000, 15_000 * 2 ** (tries - 1));
}

/** So often a gateway is asked that may have taken it each time. */
const doubtsMax = 5;
/** 15 s, 2 min, 16 min, 2 h: one that only was slow for a while is not asked in that while alone. */
const doubtTryMs = (doubts: number): number => 15_000 * 8 ** (doubts - 1);

export interface Delivery {
  /** Of one that somebody waits for: with others. @returns false: it is no usual one, or has no turn now, and is left */
  deliverSoon(id: MessageId): Promise<boolean>;
  deliver(id: MessageId, lane: Lane): Promise<void>;
}

/**
 * @param judges of templates that may be no longer wanted when their turn comes
 * @param letPass before any is sent: what is more urgent goes first
 */
export function createDelivery(
  parts: MessageParts,
  judges: ReadonlyMap<string, readonly Judge[]>,
  letPass: () => Promise<void>,
): Delivery {
  const { world, database, envelope, jobs, senders, measure } = parts;
  const now = () => world.clock.wall().atMs;

  const turns = {
    awaited: createTurns(world.clock.monotonicMs, atOnce.awaited),
    many: createTurns(world.clock.monotonicMs, atOnce.many),
  };

  const usual = createSendTogether(parts, turns.awaited, (template) => judges.has(template), letPass);

  async function deliverSoon(id: MessageId): Promise<boolean> {
    const marked = await usual.begin(id);
    if (marked === null) return false;
    const { message, sender, begun } = marked;
    const way = { sender, channel: "sms", template: null } as const;
    const askedAtMs = world.clock.monotonicMs();
    let outcome: TryOutcome;
    try {
      outcome = await tryOnce(message, way);
    } finally {
      usual.endTurn(id.providerId, world.clock.monotonicMs() - askedAtMs);
    }
    await (outcome.kind === "accepted" ? usual.accepted(marked, outcome) : settled(message, way, begun, outcome));
    return true;
  }

  async function settled(message: MessageRow, way: Way, begun: Begun, outcome: TryOutcome): Promise<void> {
    await database.asProvider(message.providerId, (tx) => settle(tx, message, way, begun, outcome), prepared);
    if (outcome.kind === "config-error")
      world.log.error("sms-sender-refused", { senderId: way.sender.senderId, why: outcome.why });
  }

  async function deliver({ providerId, messageId }: MessageId, lane: Lane): Promise<void> {
    await letPass();
    /** Among which it is sent now; null: it has no turn. */
    let among: Turns | null = null;
    const endTurn = () => {
      among?.done(providerId);
      among = null;
    };
    try {
      const ready = await database.asProvider(
        providerId,
        async (tx) => {
          endTurn(); // of this transaction, where it is tried again
          const message = await tx
            .selectFrom("messages")
            .selectAll()
            .where("providerId", "=", providerId)
            .where("messageId", "=", messageId)
            .executeTakeFirst();
          if (message?.state === "sending") await judgeUnanswered(tx, message);
          if (message === undefined || message.state !== "waiting" || message.channel === "email") return null;
          const those = isAwaited(message) ? turns.awaited : turns.many;
          const turn = those.take(providerId, lane);
          if (turn.kind !== "go") {
            const back = sentBack(turn, lane);
            const job = back.lane === "slow" ? slowMessageJob : messageJob;
            await jobs.send(tx, job, { providerId, messageId }, { startAfterMs: back.startAfterMs });
            return null;
          }
          among = those;
          const begun = await begin(tx, message);
          return begun === null ? null : { message, ...begun };
        },
        prepared,
      );
      if (ready === null) return;
      const { message, way, begun } = ready;
      const outcome = await tryOnce(message, way);
      endTurn();
      await settled(message, way, begun, outcome);
    } finally {
      endTurn();
    }
  }

  /** Marks it `sending` and takes what it will cost; null: it is not sent now, and its row says why. */
  async function begin(tx: Tx, message: MessageRow): Promise<{ way: Way; begun: Begun } | null> {
    const { providerId, messageId } = message;
    const end = async (state: "failed" | "skipped", problem: string) => {
      await change(parts, tx, message, { state, problem });
      return null;
    };
    const nowMs = now();
    if (nowMs - message.createdAtMs > staleAfterMs[message.class])
      return end("failed", "it could not be sent for a day");
    for (const judge of judges.get(message.template) ?? []) {
      const unwanted = await judge(tx, eventOf(message));
      if (unwanted !== null) return end("skipped", unwanted);
    }
    const rules = await readMessageRules(tx, providerId);
    const provider = await readProviderRow(tx, providerId);
    const asked = { providerId, to: message.toHash, channel: "sms" } as const;
    const decision = decideSending({
      class: message.class,
      nowMs,
      utcOffsetMinutes: provider.utcOffsetMinutes,
      rules,
      allowed: message.class === "receipt" ? null : await readAllowed(tx, { ...asked, class: message.class }),
    });
    if (decision.kind === "skip") return end("skipped", decision.reason);
    if (decision.kind === "later") {
      await jobs.send(tx, messageJob, { providerId, messageId }, { startAfterMs: decision.atMs - nowMs });
      return null;
    }
    const way = await wayOf(tx, message, customersLocale(provider));
    if (way === null)
      return end(
        "failed",
        message.isHash ? "hidden-number: no active sender takes hashed numbers" : "there is no active sender",
      );
    // Counted here and not where a message is written: no payment waits at this row, and none is refused.
    const ofToday = { providerId, kind: "messages", nowMs } as const;
    const tried = { senderId: way.sender.senderId, tries: message.tries + 1, channel: way.channel };
    const awaited = isAwaited(message);
    if (!(await takeOfDay(tx, { ...ofToday, more: 1, leavesPermille: awaited ? 0 : leftPermille }))) {
      if (!awaited) return end("failed", "quota-reached: what is left of the day's quota is for receipts and codes");
      await noteReached(tx, ofToday);
      return end("failed", "quota-reached: the day's quota of text messages is used up");
    }
    const month = monthOf(nowMs, provider.utcOffsetMinutes);
    const millicents =
      way.channel === "whatsapp"
        ? senders.priceMillicents(way.sender)
        : (message.parts ?? 1) * rules.partPriceMillicents;
    const cap = message.class === "receipt" || rules.monthCapCents === null ? null : rules.monthCapCents * 1000;
    if (!(await takeOfMonth(tx, { providerId, month, millicents }, cap))) {
      await giveBackOfDay(tx, ofToday);
      return end("skipped", "month-cap: the month's cap on what messages cost is reached");
    }
    const { numUpdatedRows } = await tx
      .updateTable("messages")
      .set({ state: "sending", changedAtMs: nowMs, ...tried })
      .where("providerId", "=", providerId)
      .where("messageId", "=", messageId)
      .where("createdAtMs", "=", message.createdAtMs)
      .where("state", "=", "waiting")
      .executeTakeFirst();
    if (numUpdatedRows === 1n) return { way, begun: { month, millicents, currency: provider.currency } };
    // Another job has it.
    await giveBackOfDay(tx, ofToday);
    await correctMonth(tx, { providerId, month, millicents: -millicents });
    return null;
  }

  /**
   * By WhatsApp where the customer has agreed to it and its template is approved, or they wrote in the last day; else by SMS. What WhatsApp refused goes by
   * SMS. Null: no active sender can.
   */
  async function wayOf(tx: Tx, message: MessageRow, locale: Locale): Promise<Way | null> {
    const { providerId, toHash: to, valuesSealed: sealed } = message;
    const isRefused = message.tries > 0 && message.channel !== "whatsapp";
    const sender = message.isHash || isRefused ? null : await senders.newestActive(tx, providerId, "whatsapp");
    const agreed =
      sender !== null && (await readAllowed(tx, { providerId, to, channel: "whatsapp", class: "service" })) === true;
    if (sender !== null && agreed) {
      const values =
        sealed === null ? null : JSON.parse(envelope.open(sealed, `${contextOf(message)}/values`).toString("utf8"));
      const template =
        values === null ? null : await approvedTemplate(tx, { providerId, template: message.template, locale }, values);
      const mayGo =
        template !== null || (message.class !== "marketing" && (await isWindowOpen(world, tx, { providerId, to })));
      if (mayGo) return { sender, channel: "whatsapp", template };
    }
    const texts = await senders.newestActive(tx, providerId, message.isHash ? "hashes" : "sms");
    return texts === null ? null : { sender: texts, channel: "sms", template: null };
  }

  async function settle(tx: Tx, message: MessageRow, way: Way, begun: Begun, outcome: TryOutcome): Promise<void> {
    const { providerId, messageId } = message;
    const problem = "why" in outcome ? cutText(outcome.why, 300) : null;
    const { month, millicents } = begun;
    if (outcome.kind === "accepted") {
      const { correctionMillicents, changes } = acceptedOf(begun, outcome);
      await correctMonth(tx, { providerId, month, millicents: correctionMillicents });
      return change(parts, tx, message, { state: "accepted", problem: null, ...changes });
    }
    const isDoubt = outcome.kind === "later" && outcome.mayBeSent === true;
    const doubts = message.doubts + (isDoubt ? 1 : 0);
    if (outcome.kind === "unknown" || (isDoubt && doubts >= doubtsMax))
      return change(parts, tx, message, { state: "unknown", problem, doubts });
    await giveBackOfDay(tx, { providerId, kind: "messages", nowMs: now() });
    await correctMonth(tx, { providerId, month, millicents: -millicents });
    const tries = message.tries + 1;
    const bySms = way.channel === "whatsapp" && (outcome.kind === "failed" || outcome.kind === "config-error");
    const isAgain = bySms || outcome.kind === "later" || (outcome.kind === "broken" && tries < brokenTriesMax);
    // Who is not to be reached by WhatsApp gets the SMS at once.
    const again = bySms ? { channel: "sms" as const, valuesSealed: null } : {};
    await change(parts, tx, message, { state: isAgain ? "waiting" : "failed", problem, doubts, ...again });
    if (!isAgain) return;
    const afterMs = outcome.kind === "later" ? outcome.afterMs : undefined;
    const startAfterMs = bySms ? 0 : (afterMs ?? (isDoubt ? doubtTryMs(doubts) : nextTryMs(tries)));
    await jobs.send(tx, messageJob, { providerId, messageId }, { startAfterMs });
  }

  async function tryOnce(message: MessageRow, { sender, template }: Way): Promise<TryOutcome> {
    const context = contextOf(message);
    let isAsked = false;
    try {
      const send = measure(sender.kind, senders.open(sender));
      const order = {
        phone: envelope.open(message.toSealed, `${context}/to`).toString("utf8"),
        ...(message.isHash ? { isHash: true } : {}),
        text: envelope.open(message.textSealed, `${context}/text`).toString("utf8"),
        reportUrl: sender.kind === "twilio" ? senders.reportUrl(sender) : null,
        template,
      };
      isAsked = true;
      return await send(order);
    } catch (error) {
      const { name, code = name } = error as Error & { readonly code?: string };
      world.log.error("sms-broken", { senderId: sender.senderId, isAsked, error: (error as Error).message });
      return isAsked
        ? { kind: "unknown", why: `the gateway's answer could not be read: ${code}` }
        : { kind: "broken", why: `it could not be sent: ${code}` };
    }
  }

  /** Another job asks the gateway now, or one did and stopped before it could write what it heard. */
  async function judgeUnanswered(tx: Tx, message: MessageRow): Promise<void> {
    const { providerId, messageId } = message;
    if (now() - message.changedAtMs < sendingMsMax)
      return jobs.send(tx, messageJob, { providerId, messageId }, { startAfterMs: sendingMsMax });
    const { numUpdatedRows } = await tx
      .updateTable("messages")
      .set({ state: "unknown", problem: stoppedWhileSending, changedAtMs: now() })
      .where("providerId", "=", providerId)
      .where("messageId", "=", messageId)
      .where("createdAtMs", "=", message.createdAtMs)
      .where("state", "=", "sending")
      .executeTakeFirst();
    if (numUpdatedRows === 1n) world.log.warn("sms-unknown", { messageId });
  }

  return { deliverSoon, deliver };
}

/** The cause that it was written for: its key without template and receiver. */
const eventOf = ({ eventKey: key, template, toHash: to }: MessageRow): string =>
  key.slice(0, key.length - `/${template}/${to}`.length);
