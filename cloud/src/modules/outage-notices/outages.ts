/**
 * Outages and planned work in the database. Who is told stands in a row before anything is sent, with the outage, the customer and the phase as
 * its key, and is marked sent in the transaction that queues the message: a hub that dies tells nobody twice and forgets nobody.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { isCustomerAt } from "../../catalogue/accounts/customers-at.ts";
import { type CustomerRow, phoneOf, readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { readAllowed } from "../../messaging/consents.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { readMessageRules } from "../../messaging/message-rules.ts";
import { readMonth } from "../../messaging/month-cost.ts";
import { monthOf } from "../../messaging/sending-policy.ts";
import { writeText } from "../../messaging/template-rows.ts";
import type { OutageRow, OutageState } from "./outage.ts";
import {
  backNewsMs,
  isBack,
  isOutage,
  isQuiet,
  newsMs,
  type OutageRules,
  outageText,
  toldByItselfMax,
  toldByItselfWithinMs,
  usualRules,
} from "./outage-policy.ts";

export interface OutageParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly messaging: Pick<Messaging, "send">;
}

export async function readOutageRules(tx: Tx): Promise<OutageRules> {
  const row = await tx.selectFrom("outage_rules").selectAll().executeTakeFirst();
  if (row === undefined) return usualRules;
  return {
    mode: row.mode,
    afterMinutes: row.afterMinutes,
    tellsBack: row.tellsBack,
    perMinute: row.perMinute,
    quietFromMinute: row.quietFromMinute,
    quietUntilMinute: row.quietUntilMinute,
  };
}

/** Whether a customer wishes to be told. For their own page too: then `how` is `customer`. */
export async function readOutageWish(tx: Tx, customerId: string) {
  const row = await tx.selectFrom("outage_wishes").selectAll().where("customerId", "=", customerId).executeTakeFirst();
  return { wished: row?.wished ?? false, how: row?.how ?? null, sinceMs: row?.sinceMs ?? null };
}

export async function setOutageWish(
  { world }: Pick<OutageParts, "world">,
  tx: Tx,
  { providerId, customerId, wished, how }: { providerId: string; customerId: string; wished: boolean; how: string },
): Promise<void> {
  await readCustomer(tx, customerId);
  const row = { wished, how, sinceMs: world.clock.wall().atMs };
  await tx
    .insertInto("outage_wishes")
    .values({ providerId, customerId, ...row })
    .onConflict((conflict) => conflict.columns(["providerId", "customerId"]).doUpdateSet(row))
    .execute();
}

/** Locked until the transaction ends. */
export async function readOutage(tx: Tx, outageId: string): Promise<OutageRow> {
  const row = await tx
    .selectFrom("outages")
    .selectAll()
    .where("outageId", "=", outageId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("outage");
  return row;
}

/** Customers of a site: with an account that is on there, or who belong there. `wishing`: who wish to be told and have a phone. */
export async function countCustomers(tx: Tx, siteIds: readonly string[]): Promise<{ all: number; wishing: number }> {
  const { rows } = await sql<{ all: number; wishing: number }>`select count(*) as all,
      count(*) filter (where c.phone_sealed is not null and exists (select from outage_wishes w
        where w.provider_id = c.provider_id and w.customer_id = c.customer_id and w.wished)) as wishing
    from customers c where ${isAt(siteIds)}`.execute(tx);
  return { all: Number(rows[0]?.all ?? 0), wishing: Number(rows[0]?.wishing ?? 0) };
}

const isAt = (siteIds: readonly string[]) =>
  sql`c.active and c.deleted_at_ms is null and ${isCustomerAt("c", siteIds)}`;

/** Planned work at a site. Who wishes it is told as soon as it is no quiet hour. */
export async function planWork(
  parts: OutageParts,
  tx: Tx,
  of: { providerId: string; siteId: string; fromMs: number; untilMs: number; words: string | null; by: string },
): Promise<OutageRow> {
  const nowMs = parts.world.clock.wall().atMs;
  const row = await tx
    .insertInto("outages")
    .values({
      providerId: of.providerId,
      outageId: newId(parts.world),
      siteId: of.siteId,
      kind: "maintenance",
      state: "told",
      sinceMs: of.fromMs,
      untilMs: of.untilMs,
      words: of.words,
      decidedBy: of.by,
      madeAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await addNotices(parts, tx, row);
  return row;
}

/** A person decides. Throws a Problem 409 "outage-decided" */
export async function decide(
  parts: OutageParts,
  tx: Tx,
  before: OutageRow,
  tells: boolean,
  by: string,
): Promise<OutageRow> {
  if (before.state !== "found" && !(before.state === "dismissed" && tells && before.untilMs === null))
    throw refusal("outage-decided");
  const row = await setState(parts, tx, before, { state: tells ? "told" : "dismissed", decidedBy: by });
  if (tells) await addNotices(parts, tx, row);
  return row;
}

/** Who was told hears that planned work does not take place; of an outage nobody else is told. Throws a Problem 409 "outage-decided" */
export async function callOff(parts: OutageParts, tx: Tx, before: OutageRow, by: string): Promise<OutageRow> {
  if (before.state !== "told") throw refusal("outage-decided");
  if (before.kind === "maintenance") {
    if ((before.untilMs ?? 0) < parts.world.clock.wall().atMs) throw refusal("outage-decided");
    await addBack(parts, tx, before);
  }
  await skipWaiting(parts, tx, before.outageId, "down");
  const state = before.kind === "maintenance" ? "cancelled" : "dismissed";
  return setState(parts, tx, before, { state, decidedBy: by });
}

/** What the minute brings for one provider. @param hubUpMs since when this hub runs @returns how many messages were queued */
export async function lookAtOutages(parts: OutageParts, tx: Tx, providerId: string, hubUpMs: number): Promise<number> {
  const nowMs = parts.world.clock.wall().atMs;
  const rules = await readOutageRules(tx);
  const links = await readLinks(tx);
  const open = await tx
    .selectFrom("outages")
    .selectAll()
    .where("kind", "=", "outage")
    .where("untilMs", "is", null)
    // A person may decide at this moment: what ends here is told to nobody, and what they called off stays so.
    .orderBy("outageId")
    .forUpdate()
    .execute();
  for (const row of open) {
    const link = links.find((one) => one.siteId === row.siteId);
    // A site that was deleted comes back to nobody; and who switched this off tells nobody, also not when it is on again, of what is long past.
    if (link === undefined || rules.mode === "off") await end(parts, tx, row, nowMs, false);
    else if (isBack(link, nowMs)) await end(parts, tx, row, Math.min(link.sinceMs ?? nowMs, nowMs), rules.tellsBack);
  }
  if (rules.mode === "off") await skipOutages(parts, tx);
  else {
    const planned = await plannedNow(tx, nowMs);
    for (const link of links) {
      if (!isOutage(link, rules, nowMs, hubUpMs) || planned.has(link.siteId)) continue;
      if (open.some((row) => row.siteId === link.siteId)) continue;
      const row = await tx
        .insertInto("outages")
        .values({
          providerId,
          outageId: newId(parts.world),
          siteId: link.siteId,
          kind: "outage",
          state: rules.mode === "auto" && (await mayTellByItself(tx, link.siteId, nowMs)) ? "told" : "found",
          sinceMs: Math.min(link.sinceMs ?? nowMs, nowMs),
          untilMs: null,
          words: null,
          decidedBy: null,
          madeAtMs: nowMs,
          changedAtMs: nowMs,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row?.state === "told") await addNotices(parts, tx, row);
    }
  }
  return sendWaiting(parts, tx, rules);
}

/** Only what costs counts: an outage that somebody was told of, or will be, without a person's word. */
async function mayTellByItself(tx: Tx, siteId: string, nowMs: number): Promise<boolean> {
  const { rows } = await sql<{ told: number }>`select count(*)::int as told from outages o
    where o.site_id = ${siteId} and o.kind = 'outage' and o.decided_by is null and o.made_at_ms > ${nowMs - toldByItselfWithinMs}
      and o.made_at_ms <= ${nowMs + processClockSlackMs} -- what a clock that was ahead dated would count until that time has come
      and exists (select from outage_notices n where n.provider_id = o.provider_id and n.outage_id = o.outage_id
        and n.phase = 'down' and n.state <> 'skipped')`.execute(tx);
  return (rows[0]?.told ?? 0) < toldByItselfMax;
}

async function readLinks(tx: Tx): Promise<{ siteId: string; isUp: boolean; sinceMs: number | null }[]> {
  const { rows } = await sql<{ siteId: string; isUp: boolean; sinceMs: number | null }>`
    select l.site_id, l.process_id is not null as "isUp",
      case when l.process_id is null then l.disconnected_at_ms else l.connected_at_ms end as "sinceMs"
    from site_links l
    join sites s on s.provider_id = l.provider_id and s.site_id = l.site_id and s.deleted_at_ms is null
    join agents a on a.provider_id = l.provider_id and a.site_id = l.site_id and a.revoked_at_ms is null`.execute(tx);
  return rows;
}

async function plannedNow(tx: Tx, nowMs: number): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom("outages")
    .select("siteId")
    .where("kind", "=", "maintenance")
    .where("state", "=", "told")
    .where("sinceMs", "<=", nowMs)
    .where("untilMs", ">=", nowMs)
    .execute();
  return new Set(rows.map((row) => row.siteId));
}

async function end(parts: OutageParts, tx: Tx, row: OutageRow, atMs: number, tells: boolean): Promise<void> {
  if (row.state === "told" && tells) await addBack(parts, tx, row);
  await skipWaiting(parts, tx, row.outageId, "down");
  await setState(parts, tx, row, {
    state: row.state === "dismissed" ? "dismissed" : "over",
    untilMs: Math.max(atMs, row.sinceMs),
  });
}

/** Also to whom it was not told before, because somebody had called it off meanwhile: whether they want it is asked as it goes out. */
async function addNotices({ world }: OutageParts, tx: Tx, row: OutageRow): Promise<void> {
  await sql`insert into outage_notices (provider_id, outage_id, customer_id, phase, state, at_ms)
    select c.provider_id, ${row.outageId}, c.customer_id, 'down', 'waiting', ${world.clock.wall().atMs}::bigint
    from customers c join outage_wishes w on w.provider_id = c.provider_id and w.customer_id = c.customer_id and w.wished
    where c.phone_sealed is not null and ${isAt([row.siteId])}
    on conflict (provider_id, outage_id, customer_id, phase) do update set state = 'waiting', at_ms = excluded.at_ms
      where outage_notices.state = 'skipped'`.execute(tx);
}

/** Only who heard of the outage hears of its end; of an end that may be long past nobody does. */
async function addBack({ world }: OutageParts, tx: Tx, row: OutageRow): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const heardAfterMs = row.kind === "outage" ? nowMs - backNewsMs : 0;
  await sql`insert into outage_notices (provider_id, outage_id, customer_id, phase, state, at_ms)
    select provider_id, outage_id, customer_id, 'back', 'waiting', ${nowMs}::bigint
    from outage_notices where outage_id = ${row.outageId} and phase = 'down' and state = 'sent' and at_ms > ${heardAfterMs}::bigint
    on conflict do nothing`.execute(tx);
}

async function skipWaiting({ world }: OutageParts, tx: Tx, outageId: string, phase: "down" | "back"): Promise<void> {
  await tx
    .updateTable("outage_notices")
    .set({ state: "skipped", atMs: world.clock.wall().atMs })
    .where("outageId", "=", outageId)
    .where("phase", "=", phase)
    .where("state", "=", "waiting")
    .execute();
}

/** What waits to be told of outages; of planned work it is told as before. */
async function skipOutages({ world }: OutageParts, tx: Tx): Promise<void> {
  await tx
    .updateTable("outage_notices")
    .set({ state: "skipped", atMs: world.clock.wall().atMs })
    .where("state", "=", "waiting")
    .where("outageId", "in", (of) => of.selectFrom("outages").select("outageId").where("kind", "=", "outage"))
    .execute();
}

async function sendWaiting(parts: OutageParts, tx: Tx, rules: OutageRules): Promise<number> {
  const nowMs = parts.world.clock.wall().atMs;
  const provider = await tx
    .selectFrom("providers")
    .select(["utcOffsetMinutes", "providerId"])
    .executeTakeFirstOrThrow();
  if (isQuiet(rules, nowMs, provider.utcOffsetMinutes)) return 0;
  const waiting = await tx
    .selectFrom("outage_notices as notice")
    .innerJoin("outages as outage", (on) =>
      on.onRef("outage.providerId", "=", "notice.providerId").onRef("outage.outageId", "=", "notice.outageId"),
    )
    .leftJoin("sites as site", (on) =>
      on.onRef("site.providerId", "=", "outage.providerId").onRef("site.siteId", "=", "outage.siteId"),
    )
    .select(["notice.outageId", "notice.customerId", "notice.phase", "notice.atMs", "site.name as site"])
    .select(["outage.kind", "outage.sinceMs", "outage.untilMs", "outage.words"])
    .where("notice.state", "=", "waiting")
    .orderBy("notice.atMs")
    .orderBy("notice.customerId")
    .limit(rules.perMinute)
    .execute();
  if (waiting.length === 0) return 0;
  const isCapped = await isMonthSpent(tx, provider.providerId, monthOf(nowMs, provider.utcOffsetMinutes));
  let sent = 0;
  for (const one of waiting) {
    const customer = await tx
      .selectFrom("customers")
      .selectAll()
      .where("customerId", "=", one.customerId)
      .where("deletedAtMs", "is", null)
      .executeTakeFirst();
    const phone = customer === undefined ? null : phoneOf(parts.envelope, customer);
    const { wished } = await readOutageWish(tx, one.customerId);
    // Planned work that is over is no news, nor an outage of yesterday; and who changed their mind meanwhile is left alone.
    const isStale = one.kind === "maintenance" ? (one.untilMs ?? 0) < nowMs : one.atMs < nowMs - newsMs;
    const isSent =
      phone !== null && wished && !isStale && !isCapped && (await mayGet(tx, provider.providerId, customer));
    if (isSent) {
      const { template, values: told } = outageText(one.phase, {
        site: one.site ?? "",
        kind: one.kind,
        words: one.words,
        sinceMs: one.sinceMs,
        untilMs: one.untilMs,
        utcOffsetMinutes: provider.utcOffsetMinutes,
      });
      const event = `outage/${one.outageId}/${one.phase}`;
      const customerId = one.customerId;
      const providerId = provider.providerId;
      const { text, values } = await writeText(tx, providerId, template, () => [told]);
      await parts.messaging.send(tx, { providerId, event, template, phone, text, values, customerId });
      sent++;
    }
    await tx
      .updateTable("outage_notices")
      .set({ state: isSent ? "sent" : "skipped", atMs: nowMs })
      .where("outageId", "=", one.outageId)
      .where("customerId", "=", one.customerId)
      .where("phase", "=", one.phase)
      .execute();
  }
  return sent;
}

/** Who answered STOP meant these too, whatever they wished before. */
async function mayGet(tx: Tx, providerId: string, customer: CustomerRow | undefined): Promise<boolean> {
  if (customer?.phoneHash == null) return false;
  const asked = { providerId, to: customer.phoneHash, channel: "sms", class: "service" } as const;
  return (await readAllowed(tx, asked)) !== false;
}

/** They go out at once, as receipts do, but no customer pays for them: the month's cap holds. */
async function isMonthSpent(tx: Tx, providerId: string, month: string): Promise<boolean> {
  const { monthCapCents } = await readMessageRules(tx, providerId);
  return monthCapCents !== null && (await readMonth(tx, providerId, month)) >= monthCapCents * 1000;
}

async function setState(
  { world }: OutageParts,
  tx: Tx,
  before: OutageRow,
  change: { readonly state: OutageState; readonly decidedBy?: string; readonly untilMs?: number },
): Promise<OutageRow> {
  return tx
    .updateTable("outages")
    .set({ ...change, changedAtMs: world.clock.wall().atMs })
    .where("outageId", "=", before.outageId)
    .returningAll()
    .executeTakeFirstOrThrow();
}
