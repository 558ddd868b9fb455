/**
 * Usual text messages, sent with others: a receipt or a code, by SMS, which nobody judges anew and which fits into its provider's day. What is written
 * before a gateway is asked, and after it has answered, is shared by all that wait, of any providers: some six statements and a commit each for up to 64
 * messages, where one by itself takes fourteen and two. All else is left to `deliver-message.ts`, whose promises hold here too: sent once, sent at all,
 * in turns.
 */

import { sleep } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../ground/db/database.ts";
import { recordsetInColumns } from "../ground/db/recordset.ts";
import { eventNotice } from "../ground/events/record.ts";
import { together } from "../ground/jobs/together.ts";
import type { Turns } from "../ground/jobs/turns.ts";
import { takeOfDays } from "../ground/quotas/quotas.ts";
import { readProviderTerms } from "../tenancy/providers/providers.ts";
import { eventsOf, type MessageId, type MessageParts, type MessageRow } from "./message-rows.ts";
import { readPartPrices } from "./message-rules.ts";
import { type Accepted, acceptedOf, type Begun, correctMonths, takeOfMonths } from "./month-cost.ts";
import type { SenderRow } from "./senders.ts";
import { monthOf, staleAfterMs } from "./sending-policy.ts";

/** One that is marked as being sent: its gateway is asked next. */
export interface Marked {
  readonly message: MessageRow;
  readonly sender: SenderRow;
  readonly begun: Begun;
}

export interface SendTogether {
  /** Marks it as being sent. Null: it is no usual one, or was not written; nothing was done. It has its turn until `endTurn`. */
  begin(id: MessageId): Promise<Marked | null>;
  /** @param askedMs how long its gateway was waited for: what was waited for us is not its fault */
  endTurn(providerId: string, askedMs: number): void;
  /** Writes that the gateway took it: with others, or else alone. */
  accepted(marked: Marked, outcome: Accepted): Promise<void>;
}

interface Sent {
  readonly marked: Marked;
  readonly outcome: Accepted;
}

const most = 64;
/** Of one provider so many are under way at once (`deliver-message.ts`); who waits for a place for longer goes the single way, which sends it back. */
const turnMsMax = 2000;
const keptPlans = { prepared: true, byKeys: true } as const;

/**
 * @param isJudged does a template have judges?
 * @param letPass what is more urgent goes before each batch
 */
export function createSendTogether(
  parts: MessageParts,
  turns: Turns,
  isJudged: (template: string) => boolean,
  letPass: () => Promise<void>,
): SendTogether {
  const { world, database, senders, quietEmitMany, announce } = parts;
  const { clock } = world;
  /** Resolves when one of its provider's has ended. */
  const ends = new Map<string, PromiseWithResolvers<void>>();

  function endTurn(providerId: string, askedMs: number): void {
    turns.done(providerId, askedMs);
    ends.get(providerId)?.resolve();
    ends.delete(providerId);
  }

  async function takeTurn(providerId: string): Promise<boolean> {
    const untilMs = clock.monotonicMs() + turnMsMax;
    for (;;) {
      const turn = turns.take(providerId, "usual", true);
      if (turn.kind === "go") return true;
      if (turn.kind === "slow-lane" || clock.monotonicMs() >= untilMs) return false;
      const end = ends.get(providerId) ?? Promise.withResolvers<void>();
      ends.set(providerId, end);
      await Promise.race([end.promise, sleep(clock, turn.ms)]);
    }
  }

  function isUsual({ state, class: kind, channel, template, isHash, createdAtMs: atMs }: MessageRow): boolean {
    const isPlain = kind === "receipt" && channel === "sms" && !isHash && !isJudged(template);
    return state === "waiting" && isPlain && clock.wall().atMs - atMs <= staleAfterMs.receipt;
  }

  const mark = together<MessageId, Marked | null>(most, async (ids) => {
    await letPass();
    const marked = await database.asPlatform("send-messages", (tx) => markAll(tx, ids), keptPlans);
    const byId = new Map(marked.map((each) => [each.message.messageId, each]));
    return ids.map(({ messageId }) => byId.get(messageId) ?? null);
  });

  async function markAll(tx: Tx, ids: readonly MessageId[]): Promise<readonly Marked[]> {
    const nowMs = clock.wall().atMs;
    const usual = (await lockFree(tx, ids)).filter(isUsual);
    if (usual.length === 0) return [];
    const providerIds = [...new Set(usual.map(({ providerId }) => providerId))].sort();
    const terms = await readProviderTerms(tx, providerIds);
    const prices = await readPartPrices(tx, providerIds);
    const accounts = await senders.activeOf(tx, providerIds);
    const ready = usual.flatMap((message): Marked[] => {
      const { providerId, parts: count } = message;
      const term = terms.get(providerId);
      const { texts = null, hasWhatsapp = false } = accounts.get(providerId) ?? {};
      if (term === undefined || texts === null || hasWhatsapp) return [];
      const millicents = (count ?? 1) * (prices.get(providerId) ?? 0);
      const month = monthOf(nowMs, term.utcOffsetMinutes);
      return [{ message, sender: texts, begun: { month, millicents, currency: term.currency } }];
    });
    const ofProvider = Map.groupBy(ready, ({ message }) => message.providerId);
    const wanted = [...ofProvider].map(([providerId, { length: more }]) => ({ providerId, more }));
    const fitting = await takeOfDays(tx, { kind: "messages", nowMs }, wanted);
    const marked = ready.filter(({ message }) => fitting.has(message.providerId));
    await takeOfMonths(tx, marked.map(costOf));
    await markSending(tx, marked, nowMs);
    return marked;
  }

  async function write(all: readonly Sent[]): Promise<void> {
    const providerIds = await database.asPlatform("messages-sent", (tx) => writeAll(tx, all), keptPlans);
    announce(providerIds.map(eventNotice));
  }

  const writeTogether = together<Sent, null>(most, async (all) => {
    await write(all);
    return all.map(() => null);
  });

  /** Of those that are still open: what seemed not to be written may stand there after all, and its cost counts once. */
  async function writeAll(tx: Tx, all: readonly Sent[]): Promise<readonly string[]> {
    const settled = all.map(({ marked, outcome }) => ({ marked, ...acceptedOf(marked.begun, outcome) }));
    const rows = settled.map(({ marked: { message }, changes }) => ({
      providerId: message.providerId,
      messageId: message.messageId,
      createdAtMs: message.createdAtMs,
      ...changes,
    }));
    const { rows: written } = await sql<{ messageId: string }>`
      update messages set state = 'accepted', changed_at_ms = ${clock.wall().atMs}::bigint, remote_id = sent.remote_id, problem = null,
        cost_millicents = sent.cost_millicents, cost_currency = sent.cost_currency, cost_told = sent.cost_told
      from ${recordsetInColumns("sent", rows, {
        providerId: "text",
        messageId: "text",
        createdAtMs: "bigint",
        remoteId: "text",
        costMillicents: "bigint",
        costCurrency: "text",
        costTold: "boolean",
      })}
      where messages.provider_id = sent.provider_id and messages.message_id = sent.message_id
        and messages.created_at_ms = sent.created_at_ms and messages.state = 'sending'
      returning messages.message_id`.execute(tx);
    const ids = new Set(written.map(({ messageId }) => messageId));
    const open = settled.filter(({ marked }) => ids.has(marked.message.messageId));
    await correctMonths(
      tx,
      open.map(({ marked, correctionMillicents: millicents }) => ({ ...costOf(marked), millicents })),
    );
    const events = open.flatMap(({ marked: { message } }) =>
      eventsOf(message, "accepted").map((event) => ({ providerId: message.providerId, ...event })),
    );
    await quietEmitMany(tx, events);
    return [...new Set(events.map(({ providerId }) => providerId))];
  }

  return {
    async begin(id) {
      if (!(await takeTurn(id.providerId))) return null;
      const marked = await mark(id).catch((error: unknown) => {
        world.log.warn("messages-not-marked", { error: String(error) });
        return null;
      });
      if (marked === null) endTurn(id.providerId, 0);
      return marked;
    },
    endTurn,
    async accepted(marked, outcome) {
      const sent = { marked, outcome };
      try {
        await writeTogether(sent);
      } catch (error) {
        world.log.warn("messages-not-written", { error: String(error) });
        await write([sent]);
      }
    },
  };
}

const costOf = ({ message, begun: { month, millicents } }: Marked) => ({
  providerId: message.providerId,
  month,
  millicents,
});

/** Those of them that nobody holds, locked. */
async function lockFree(tx: Tx, ids: readonly MessageId[]): Promise<MessageRow[]> {
  const [providerIds, messageIds] = [ids.map(({ providerId }) => providerId), ids.map(({ messageId }) => messageId)];
  return tx
    .selectFrom("messages")
    .selectAll()
    .where(
      sql<boolean>`(provider_id, message_id) in (
        select provider_id, message_id from unnest(${providerIds}::text[], ${messageIds}::text[]) as asked (provider_id, message_id))`,
    )
    .forUpdate()
    .skipLocked()
    .execute();
}

/** They are locked, so all of them are still waiting. */
async function markSending(tx: Tx, marked: readonly Marked[], nowMs: number): Promise<void> {
  if (marked.length === 0) return;
  const rows = marked.map(({ message, sender }) => ({
    providerId: message.providerId,
    messageId: message.messageId,
    createdAtMs: message.createdAtMs,
    senderId: sender.senderId,
  }));
  await sql`
    update messages set state = 'sending', changed_at_ms = ${nowMs}::bigint, sender_id = marked.sender_id, tries = messages.tries + 1
    from ${recordsetInColumns("marked", rows, { providerId: "text", messageId: "text", createdAtMs: "bigint", senderId: "text" })}
    where messages.provider_id = marked.provider_id and messages.message_id = marked.message_id
      and messages.created_at_ms = marked.created_at_ms`.execute(tx);
}
