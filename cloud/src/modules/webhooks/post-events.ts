/**
 * Tells webhooks what happens in the business: a few seconds after live events were written it turns those that count into
 * deliveries, and leaves the sending to the one sender (`webhooks.ts`). The cursor and the deliveries are one transaction, and a delivery of one
 * thing is there once, so that a crash tells nothing twice and forgets nothing.
 *
 * Attackers and what stops them. Who fills a provider's events: two hundred a look, in transactions of so many deliveries that nobody waits long for
 * their end, however many addresses listen; and one provider does not hold up the next. Who may not see
 * money chooses it for an address of theirs: the routes ask for the permission of each event. Bodies name things by id with the facts that one
 * decides by; no phone number, no name and no code of a customer is in them.
 */
import type { Timer, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { eventsChannel } from "../../ground/events/record.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import { type BusinessEvent, type BusinessFact, factOf, readRedemption } from "./business-events.ts";
import type { Webhooks } from "./webhooks.ts";

export interface PostEventsParts {
  readonly world: World;
  readonly database: Database;
  readonly webhooks: Pick<Webhooks, "post">;
  readonly sweeps: Pick<Sweeps, "add">;
}

export interface PostEvents {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Looks now; for tests and the simulation. @returns how many deliveries were written */
  look(): Promise<number>;
}

/** What came meanwhile is one look. */
const lookAfterMs = 5_000;
/** Events and noted facts wake it: this finds lost wake-ups. */
const sweepEveryMs = 20_000;
/** NOTIFY channel: something was noted for webhooks that no live event tells (`karibu_note_redemptions`). */
const factsChannel = "karibu_webhook_facts";
/** Events that one look takes of a provider. */
const rowsMax = 200;
/** Deliveries of one transaction; those of one event are never parted. */
const deliveriesMax = 100;

/** From now on, not from whenever somebody listened last. In the transaction that lets the first webhook of a provider hear. */
export async function beginEvents(tx: Tx, providerId: string): Promise<void> {
  const nobodyHears = sql`not exists (select from webhooks where provider_id = ${providerId} and active and events <> '[]'::jsonb)`;
  await sql`delete from webhook_facts where provider_id = ${providerId} and ${nobodyHears}`.execute(tx);
  await sql`
    insert into webhook_cursors (provider_id, seq)
    select ${providerId}::text, coalesce((select last_seq from event_counters where provider_id = ${providerId}), 0)
    where ${nobodyHears}
    on conflict (provider_id) do update set seq = excluded.seq`.execute(tx);
}

/** Of providers that have webhooks for events: those of which something was not told. */
const waitingOnes = sql`webhooks w
  left join event_counters c on c.provider_id = w.provider_id
  left join webhook_cursors k on k.provider_id = w.provider_id
  where w.active and w.events <> '[]'::jsonb and (coalesce(c.last_seq, 0) <> coalesce(k.seq, -1)
    or exists (select 1 from webhook_facts f where f.provider_id = w.provider_id))`;

export function createPostEvents({ world, database, webhooks, sweeps }: PostEventsParts): PostEvents {
  let timer: Timer | null = null;
  let isStopped = true;
  let looking: Promise<unknown> = Promise.resolve();
  let stopListening: (() => Promise<unknown>) | null = null;
  let stopSweep = () => {};

  async function look(): Promise<number> {
    const { rows } = await database.asPlatform("webhook-events", (tx) =>
      sql<{ providerId: string }>`select distinct w.provider_id from ${waitingOnes}`.execute(tx),
    );
    let count = 0;
    for (const { providerId } of rows)
      count += await postOf(providerId).catch((error: Error) => {
        world.log.error("webhook-events-not-posted", { providerId, message: error.message });
        soon();
        return 0;
      });
    return count;
  }

  async function postOf(providerId: string): Promise<number> {
    let [count, left] = [0, rowsMax];
    while (left > 0) {
      const piece = await postPiece(providerId, left);
      count += piece.count;
      if (piece.isAll) break;
      left -= piece.rows;
    }
    // The rest of one that has many, when the others had their turn.
    if (left <= 0) soon();
    return count;
  }

  /** @param rowsLeft of its events, at most */
  function postPiece(
    providerId: string,
    rowsLeft: number,
  ): Promise<{ readonly count: number; readonly rows: number; readonly isAll: boolean }> {
    return database.asProvider(providerId, async (tx) => {
      // Another process that is at it has the row: this one leaves it the work.
      const { rows: held } = await sql<{ seq: number }>`select seq from webhook_cursors
        where provider_id = ${providerId} for update skip locked`.execute(tx);
      const [cursor] = held;
      if (cursor === undefined) return { count: 0, rows: 0, isAll: true };
      const listeners = (
        await tx.selectFrom("webhooks").select(["webhookId", "events"]).where("active", "=", true).execute()
      ).filter(({ events }) => events.length > 0);
      const rows = Math.min(rowsLeft, Math.max(1, Math.floor(deliveriesMax / Math.max(1, listeners.length))));
      const live = await newFacts(tx, providerId, { seq: cursor.seq, rows });
      const noted = live.isAll ? await takeNoted(tx, providerId, rows) : [];
      const facts = [...live.facts, ...noted];
      let count = 0;
      for (const fact of facts) {
        const wanting = listeners.filter(({ events }) => events.includes(fact.event));
        if (wanting.length === 0) continue;
        const data = await dataOf(tx, providerId, fact);
        if (data === null) continue;
        for (const { webhookId } of wanting) {
          const posted = await webhooks.post(tx, providerId, webhookId, { event: fact.event, data, key: fact.key });
          if (posted !== null) count++;
        }
      }
      return { count, rows, isAll: live.isAll && noted.length < rows };
    });
  }

  /** The first wake-up sets the time: those that follow do not put it off. */
  function soon(): void {
    if (isStopped || timer !== null) return;
    timer = world.clock.after(lookAfterMs, () => {
      timer = null;
      looking = looking.then(look).catch((error: Error) => {
        world.log.error("webhook-events-not-looked-at", { message: error.message });
        soon();
      });
    });
  }

  return {
    look,
    async start() {
      isStopped = false;
      stopSweep = sweeps.add({
        name: "webhook-events",
        everyMs: sweepEveryMs,
        hasWork: () => sql<boolean>`exists (select from ${waitingOnes})`,
        run: async () => soon(),
      });
      const ends = [await database.listen(eventsChannel, soon), await database.listen(factsChannel, soon)];
      stopListening = () => Promise.all(ends.map((end) => end()));
      soon();
    },
    async stop() {
      isStopped = true;
      stopSweep();
      timer?.cancel();
      await stopListening?.();
      await looking;
    },
  };
}

/** What live events say since the cursor, which moves on. A database that was restored counts from where it is. */
async function newFacts(
  tx: Tx,
  providerId: string,
  { seq, rows: rowsWanted }: { readonly seq: number; readonly rows: number },
): Promise<{ readonly facts: readonly BusinessFact[]; readonly isAll: boolean }> {
  const counter = await tx
    .selectFrom("event_counters")
    .select("lastSeq")
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  const last = counter?.lastSeq ?? 0;
  const rows =
    seq > last
      ? []
      : await tx
          .selectFrom("events")
          .select(["seq", "topic", "id", "action"])
          .where("providerId", "=", providerId)
          .where("seq", ">", seq)
          .orderBy("seq")
          .limit(rowsWanted)
          .execute();
  const isAll = rows.length < rowsWanted;
  const next = isAll ? last : (rows.at(-1)?.seq ?? last);
  await tx.updateTable("webhook_cursors").set({ seq: next }).where("providerId", "=", providerId).execute();
  return { facts: rows.map(factOf).filter((fact) => fact !== null), isAll };
}

/** Vouchers that began, as the journal's transaction noted them. */
async function takeNoted(tx: Tx, providerId: string, rowsWanted: number): Promise<readonly BusinessFact[]> {
  const { rows } = await sql<{ event: BusinessEvent; thing: string }>`
    delete from webhook_facts where provider_id = ${providerId} and (event, thing) in
      (select event, thing from webhook_facts where provider_id = ${providerId} order by event, thing limit ${rowsWanted})
    returning event, thing`.execute(tx);
  return rows.map(({ event, thing }) => ({ event, id: thing, key: `${event}:${thing}` }));
}

/** Null: the thing is gone, or is not so any more. */
async function dataOf(tx: Tx, providerId: string, { event, id }: BusinessFact): Promise<object | null> {
  switch (event) {
    case "payment.received":
    case "payment.failed":
    case "payment.reversed":
      return paymentOf(tx, providerId, id);
    case "grant.made":
      return grantOf(tx, providerId, id);
    case "voucher.used":
      return redemptionOf(tx, providerId, id);
    case "customer.made":
    case "subscription.suspended":
    case "subscription.reconnected":
      return { customerId: id };
    case "session.started":
    case "session.ended":
      return sessionOf(tx, providerId, id);
    case "ticket.opened":
    case "ticket.answered":
    case "ticket.closed":
      return { ticketId: id };
    case "message.delivered":
    case "message.failed":
    case "credentials.sent":
      return messageOf(tx, providerId, id);
    case "alarm.raised":
      return alarmOf(tx, providerId, id);
    case "alarm.acknowledged":
      return { alarmId: id };
    case "site.online":
    case "site.offline":
      return siteOf(tx, providerId, id);
  }
}

/** `site/session`. */
async function sessionOf(tx: Tx, providerId: string, thing: string): Promise<object | null> {
  const at = thing.indexOf("/");
  const [siteId, sessionKey] = [thing.slice(0, at), thing.slice(at + 1)];
  const row = await tx
    .selectFrom("sessions")
    .select(["grantId", "startedAtMs", "stoppedAtMs", "cause", "why", "inputBytes", "outputBytes", "onlineSeconds"])
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("sessionKey", "=", sessionKey)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    siteId,
    sessionKey,
    grantId: row.grantId,
    startedAtMs: row.startedAtMs,
    stoppedAtMs: row.stoppedAtMs,
    cause: row.cause,
    why: row.why,
    inputBytes: row.inputBytes,
    outputBytes: row.outputBytes,
    onlineSeconds: row.onlineSeconds,
  };
}

async function messageOf(tx: Tx, providerId: string, messageId: string): Promise<object | null> {
  const row = await tx
    .selectFrom("messages")
    .select(["template", "channel", "state", "problem", "customerId"])
    .where("providerId", "=", providerId)
    .where("messageId", "=", messageId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { template, channel, state, problem } = row;
  return { messageId, template, channel, state, problem, customerId: row.customerId };
}

/** `epoch.seq@site`. */
async function alarmOf(tx: Tx, providerId: string, thing: string): Promise<object | null> {
  const [, epoch, seq, siteId] = /^(.+)\.(\d+)@(.+)$/.exec(thing) ?? [];
  if (epoch === undefined || siteId === undefined) return null;
  const row = await tx
    .selectFrom("alarms")
    .select(["name", "atMs"])
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("epoch", "=", epoch)
    .where("seq", "=", Number(seq))
    .executeTakeFirst();
  return row === undefined ? null : { siteId, kind: row.name, atMs: row.atMs };
}

async function paymentOf(tx: Tx, providerId: string, purchaseId: string): Promise<object | null> {
  const row = await tx
    .selectFrom("purchases")
    .select(["purchaseId", "siteId", "planId", "planName", "amountCents", "currency", "state", "corroborated"])
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    paymentId: row.purchaseId,
    state: row.state,
    /** The channel itself said so; else a callback alone did, and it may still prove false. */
    verified: row.corroborated,
    amountCents: row.amountCents,
    currency: row.currency,
    planId: row.planId,
    planName: row.planName,
    siteId: row.siteId,
  };
}

async function grantOf(tx: Tx, providerId: string, grantId: string): Promise<object | null> {
  const row = await tx
    .selectFrom("grants")
    .select(["grantId", "siteId", "planName", "purchaseId", "isTest", "createdAtMs"])
    .where("providerId", "=", providerId)
    .where("grantId", "=", grantId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    grantId: row.grantId,
    siteId: row.siteId,
    planName: row.planName,
    paymentId: row.purchaseId,
    isTest: row.isTest,
    madeAtMs: row.createdAtMs,
  };
}

async function redemptionOf(tx: Tx, providerId: string, thing: string): Promise<object | null> {
  const redemption = readRedemption(thing);
  if (redemption === null) return null;
  const { batchId, serial, siteId } = redemption;
  const batch = await tx
    .selectFrom("voucher_batches")
    .select(["planName", "priceCents", "currency"])
    .where("providerId", "=", providerId)
    .where("batchId", "=", batchId)
    .executeTakeFirst();
  if (batch === undefined) return null;
  return {
    voucherId: `${batchId}.${serial}`,
    batchId,
    siteId,
    planName: batch.planName,
    priceCents: batch.priceCents,
    currency: batch.currency,
  };
}

async function siteOf(tx: Tx, providerId: string, siteId: string): Promise<object | null> {
  const row = await tx
    .selectFrom("sites")
    .select(["siteId", "name"])
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : { siteId: row.siteId, name: row.name };
}
