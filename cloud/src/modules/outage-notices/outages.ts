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
    afterMinutes: row.after_minutes,
    tellsBack: row.tells_back,
    perMinute: row.per_minute,
    quietFromMinute: row.quiet_from_minute,
    quietUntilMinute: row.quiet_until_minute,
  };
}

/** Whether a customer wishes to be told. For their own page too: then `how` is `customer`. */
export async function readOutageWish(tx: Tx, customerId: string) {
  const row = await tx.selectFrom("outage_wishes").selectAll().where("customer_id", "=", customerId).executeTakeFirst();
  return { wished: row?.wished ?? false, how: row?.how ?? null, sinceMs: row?.since_ms ?? null };
}

export async function setOutageWish(
  { world }: Pick<OutageParts, "world">,
  tx: Tx,
  { providerId, customerId, wished, how }: { providerId: string; customerId: string; wished: boolean; how: string },
): Promise<void> {
  await readCustomer(tx, customerId);
  const row = { wished, how, since_ms: world.clock.wall().atMs };
  await tx
    .insertInto("outage_wishes")
    .values({ provider_id: providerId, customer_id: customerId, ...row })
    .onConflict((conflict) => conflict.columns(["provider_id", "customer_id"]).doUpdateSet(row))
    .execute();
}

/** Locked until the transaction ends. */
export async function readOutage(tx: Tx, outageId: string): Promise<OutageRow> {
  const row = await tx
    .selectFrom("outages")
    .selectAll()
    .where("outage_id", "=", outageId)
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
      provider_id: of.providerId,
      outage_id: newId(parts.world),
      site_id: of.siteId,
      kind: "maintenance",
      state: "told",
      since_ms: of.fromMs,
      until_ms: of.untilMs,
      words: of.words,
      decided_by: of.by,
      made_at_ms: nowMs,
      changed_at_ms: nowMs,
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
  if (before.state !== "found" && !(before.state === "dismissed" && tells && before.until_ms === null))
    throw refusal("outage-decided");
  const row = await setState(parts, tx, before, { state: tells ? "told" : "dismissed", decided_by: by });
  if (tells) await addNotices(parts, tx, row);
  return row;
}

/** Who was told hears that planned work does not take place; of an outage nobody else is told. Throws a Problem 409 "outage-decided" */
export async function callOff(parts: OutageParts, tx: Tx, before: OutageRow, by: string): Promise<OutageRow> {
  if (before.state !== "told") throw refusal("outage-decided");
  if (before.kind === "maintenance") {
    if ((before.until_ms ?? 0) < parts.world.clock.wall().atMs) throw refusal("outage-decided");
    await addBack(parts, tx, before);
  }
  await skipWaiting(parts, tx, before.outage_id, "down");
  const state = before.kind === "maintenance" ? "cancelled" : "dismissed";
  return setState(parts, tx, before, { state, decided_by: by });
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
    .where("until_ms", "is", null)
    .execute();
  for (const row of open) {
    const link = links.find((one) => one.siteId === row.site_id);
    // A site that was deleted comes back to nobody; and who switched this off tells nobody, also not when it is on again, of what is long past.
    if (link === undefined || rules.mode === "off") await end(parts, tx, row, nowMs, false);
    else if (isBack(link, nowMs)) await end(parts, tx, row, link.sinceMs ?? nowMs, rules.tellsBack);
  }
  if (rules.mode === "off") await skipOutages(parts, tx);
  else {
    const planned = await plannedNow(tx, nowMs);
    for (const link of links) {
      if (!isOutage(link, rules, nowMs, hubUpMs) || planned.has(link.siteId)) continue;
      if (open.some((row) => row.site_id === link.siteId)) continue;
      const row = await tx
        .insertInto("outages")
        .values({
          provider_id: providerId,
          outage_id: newId(parts.world),
          site_id: link.siteId,
          kind: "outage",
          state: rules.mode === "auto" && (await mayTellByItself(tx, link.siteId, nowMs)) ? "told" : "found",
          since_ms: link.sinceMs ?? nowMs,
          until_ms: null,
          words: null,
          decided_by: null,
          made_at_ms: nowMs,
          changed_at_ms: nowMs,
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
      and exists (select from outage_notices n where n.provider_id = o.provider_id and n.outage_id = o.outage_id
        and n.phase = 'down' and n.state <> 'skipped')`.execute(tx);
  return (rows[0]?.told ?? 0) < toldByItselfMax;
}

async function readLinks(tx: Tx): Promise<{ siteId: string; isUp: boolean; sinceMs: number | null }[]> {
  const { rows } = await sql<{ siteId: string; isUp: boolean; sinceMs: number | null }>`
    select l.site_id as "siteId", l.process_id is not null as "isUp",
      case when l.process_id is null then l.disconnected_at_ms else l.connected_at_ms end as "sinceMs"
    from site_links l
    join sites s on s.provider_id = l.provider_id and s.site_id = l.site_id and s.deleted_at_ms is null
    join agents a on a.provider_id = l.provider_id and a.site_id = l.site_id and a.revoked_at_ms is null`.execute(tx);
  return rows;
}

async function plannedNow(tx: Tx, nowMs: number): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom("outages")
    .select("site_id")
    .where("kind", "=", "maintenance")
    .where("state", "=", "told")
    .where("since_ms", "<=", nowMs)
    .where("until_ms", ">=", nowMs)
    .execute();
  return new Set(rows.map((row) => row.site_id));
}

async function end(parts: OutageParts, tx: Tx, row: OutageRow, atMs: number, tells: boolean): Promise<void> {
  if (row.state === "told" && tells) await addBack(parts, tx, row);
  await skipWaiting(parts, tx, row.outage_id, "down");
  await setState(parts, tx, row, {
    state: row.state === "dismissed" ? "dismissed" : "over",
    until_ms: Math.max(atMs, row.since_ms),
  });
}

async function addNotices({ world }: OutageParts, tx: Tx, row: OutageRow): Promise<void> {
  await sql`insert into outage_notices (provider_id, outage_id, customer_id, phase, state, at_ms)
    select c.provider_id, ${row.outage_id}, c.customer_id, 'down', 'waiting', ${world.clock.wall().atMs}::bigint
    from customers c join outage_wishes w on w.provider_id = c.provider_id and w.customer_id = c.customer_id and w.wished
    where c.phone_sealed is not null and ${isAt([row.site_id])} on conflict do nothing`.execute(tx);
}

/** Only who heard of the outage hears of its end; of an end that may be long past nobody does. */
async function addBack({ world }: OutageParts, tx: Tx, row: OutageRow): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const heardAfterMs = row.kind === "outage" ? nowMs - backNewsMs : 0;
  await sql`insert into outage_notices (provider_id, outage_id, customer_id, phase, state, at_ms)
    select provider_id, outage_id, customer_id, 'back', 'waiting', ${nowMs}::bigint
    from outage_notices where outage_id = ${row.outage_id} and phase = 'down' and state = 'sent' and at_ms > ${heardAfterMs}::bigint
    on conflict do nothing`.execute(tx);
}

async function skipWaiting({ world }: OutageParts, tx: Tx, outageId: string, phase: "down" | "back"): Promise<void> {
  await tx
    .updateTable("outage_notices")
    .set({ state: "skipped", at_ms: world.clock.wall().atMs })
    .where("outage_id", "=", outageId)
    .where("phase", "=", phase)
    .where("state", "=", "waiting")
    .execute();
}

/** What waits to be told of outages; of planned work it is told as before. */
async function skipOutages({ world }: OutageParts, tx: Tx): Promise<void> {
  await tx
    .updateTable("outage_notices")
    .set({ state: "skipped", at_ms: world.clock.wall().atMs })
    .where("state", "=", "waiting")
    .where("outage_id", "in", (of) => of.selectFrom("outages").select("outage_id").where("kind", "=", "outage"))
    .execute();
}

async function sendWaiting(parts: OutageParts, tx: Tx, rules: OutageRules): Promise<number> {
  const nowMs = parts.world.clock.wall().atMs;
  const provider = await tx
    .selectFrom("providers")
    .select(["utc_offset_minutes", "provider_id"])
    .executeTakeFirstOrThrow();
  if (isQuiet(rules, nowMs, provider.utc_offset_minutes)) return 0;
  const waiting = await tx
    .selectFrom("outage_notices as notice")
    .innerJoin("outages as outage", (on) =>
      on.onRef("outage.provider_id", "=", "notice.provider_id").onRef("outage.outage_id", "=", "notice.outage_id"),
    )
    .leftJoin("sites as site", (on) =>
      on.onRef("site.provider_id", "=", "outage.provider_id").onRef("site.site_id", "=", "outage.site_id"),
    )
    .select(["notice.outage_id", "notice.customer_id", "notice.phase", "notice.at_ms", "site.name as site"])
    .select(["outage.kind", "outage.since_ms", "outage.until_ms", "outage.words"])
    .where("notice.state", "=", "waiting")
    .orderBy("notice.at_ms")
    .orderBy("notice.customer_id")
    .limit(rules.perMinute)
    .execute();
  if (waiting.length === 0) return 0;
  const isCapped = await isMonthSpent(tx, provider.provider_id, monthOf(nowMs, provider.utc_offset_minutes));
  let sent = 0;
  for (const one of waiting) {
    const customer = await tx
      .selectFrom("customers")
      .selectAll()
      .where("customer_id", "=", one.customer_id)
      .where("deleted_at_ms", "is", null)
      .executeTakeFirst();
    const phone = customer === undefined ? null : phoneOf(parts.envelope, customer);
    const { wished } = await readOutageWish(tx, one.customer_id);
    // Planned work that is over is no news, nor an outage of yesterday; and who changed their mind meanwhile is left alone.
    const isStale = one.kind === "maintenance" ? (one.until_ms ?? 0) < nowMs : one.at_ms < nowMs - newsMs;
    const isSent =
      phone !== null && wished && !isStale && !isCapped && (await mayGet(tx, provider.provider_id, customer));
    if (isSent) {
      const { template, values: told } = outageText(one.phase, {
        site: one.site ?? "",
        kind: one.kind,
        words: one.words,
        sinceMs: one.since_ms,
        untilMs: one.until_ms,
        utcOffsetMinutes: provider.utc_offset_minutes,
      });
      const event = `outage/${one.outage_id}/${one.phase}`;
      const customerId = one.customer_id;
      const providerId = provider.provider_id;
      const { text, values } = await writeText(tx, providerId, template, () => [told]);
      await parts.messaging.send(tx, { providerId, event, template, phone, text, values, customerId });
      sent++;
    }
    await tx
      .updateTable("outage_notices")
      .set({ state: isSent ? "sent" : "skipped", at_ms: nowMs })
      .where("outage_id", "=", one.outage_id)
      .where("customer_id", "=", one.customer_id)
      .where("phase", "=", one.phase)
      .execute();
  }
  return sent;
}

/** Who answered STOP meant these too, whatever they wished before. */
async function mayGet(tx: Tx, providerId: string, customer: CustomerRow | undefined): Promise<boolean> {
  if (customer?.phone_hash == null) return false;
  const asked = { providerId, to: customer.phone_hash, channel: "sms", class: "service" } as const;
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
  change: { readonly state: OutageState; readonly decided_by?: string; readonly until_ms?: number },
): Promise<OutageRow> {
  return tx
    .updateTable("outages")
    .set({ ...change, changed_at_ms: world.clock.wall().atMs })
    .where("outage_id", "=", before.outage_id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
