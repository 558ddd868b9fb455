/**
 * The room of reminders and notices. A sweep looks each minute at what has come due; each message is one job and one transaction. Nothing is
 * begun in a provider's quiet hours: what is due then is looked at when they end, by what is true then.
 */

import { freePrefix } from "@karibu/protocol/grant-id";
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { findCustomer } from "../../catalogue/customers/customers.ts";
import { namesAtSites } from "../../catalogue/grants/held-grant.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { wasForgotten } from "../../ground/restores/restores.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import { type MessageRules, readMessageRules, tellsOfGrants } from "../../messaging/message-rules.ts";
import { nextHourFor } from "../../messaging/sending-policy.ts";
import { activeProviders, activeProvidersWhere } from "../../tenancy/providers/provider-state.ts";
import type { SubscriptionRow } from "../subscriptions/subscription.ts";
import { readSubscription } from "../subscriptions/subscription-rows.ts";
import { dueRange, lastReminderMs, lateMsMax, refuseReminder } from "./reminder-policy.ts";
import { noticeGrant, noticeRenewal, noticeSubscription, refuseNotice } from "./write-notice.ts";
import { type ReminderParts, readEvent, remind, reminderFacts } from "./write-reminder.ts";

export interface RemindersParts extends ReminderParts {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly sweeps: Pick<Sweeps, "add">;
}

const remindJob = "subscriptions.remind";
const noticeJob = "subscriptions.notice";
const sweepEveryMs = 60_000;
/** Of each kind, of each provider, in a minute. The rest is found a minute later. */
const atOnceMax = 500;
/** Later than this, a customer knows that they are online again. */
const paidLateMsMax = 3_600_000;

const id = z.string();
const remindSchema = z.object({ providerId: id, subscriptionId: id, dueMs: z.number(), day: z.number() });
const noticeSchema = z.discriminatedUnion("of", [
  z.object({
    of: z.literal("subscription"),
    providerId: id,
    subscriptionId: id,
    kind: z.enum(["expired", "suspended", "renewed"]),
    aboutMs: z.number(),
  }),
  z.object({
    of: z.literal("grant"),
    providerId: id,
    grantId: id,
    boughtId: id,
    endedAtMs: z.number(),
    planName: z.string(),
  }),
]);

export function createReminders(parts: RemindersParts): District {
  const { world, database, jobs, messaging } = parts;
  const now = () => world.clock.wall().atMs;
  return {
    retention: [{ table: "reminders", column: "at_ms", keptMs: 400 * 86_400_000 }],
    async registerJobs() {
      // The customer may have paid while the gateway was away.
      for (const template of ["reminder-before", "reminder-due", "reminder-after"])
        messaging.judge(template, (tx, event) => reminderRefusal(tx, event, now()));
      for (const kind of ["expired", "suspended"] as const)
        messaging.judge(kind, (tx, event) => noticeRefusal(tx, event, kind, now()));
      await jobs.work(remindJob, async (data) => {
        const { providerId, subscriptionId, ...about } = remindSchema.parse(data);
        await database.asProvider(providerId, async (tx) => {
          await remind(parts, tx, await readSubscription(tx, subscriptionId), about);
        });
      });
      await jobs.work(noticeJob, async (data) => {
        const notice = noticeSchema.parse(data);
        await database.asProvider(notice.providerId, async (tx) => {
          if (notice.of === "grant") return noticeGrant(parts, tx, notice);
          const row = await readSubscription(tx, notice.subscriptionId);
          const { kind, aboutMs } = notice;
          if (kind === "renewed") return noticeRenewal(parts, tx, row, aboutMs);
          await noticeSubscription(parts, tx, row, { kind, aboutMs });
        });
      });
      parts.sweeps.add({
        name: "reminders",
        everyMs: sweepEveryMs,
        hasWork: (nowMs) =>
          sql<boolean>`exists (select from ${activeProviders} providers where ${mayTellSomething(nowMs)})`,
        run: async () => void (await sweepReminders(parts)),
      });
    },
  };
}

/** Whose line a message is about; null: it is about no line that is there. */
async function lineOf(
  tx: Tx,
  event: string,
): Promise<{ readonly row: SubscriptionRow; readonly aboutMs: number } | null> {
  const about = readEvent(event);
  if (about === null) return null;
  const row = await tx
    .selectFrom("subscriptions")
    .selectAll()
    .where("subscriptionId", "=", about.subjectId)
    .where("kind", "=", "line")
    .$castTo<SubscriptionRow>()
    .executeTakeFirst();
  return row === undefined ? null : { row, aboutMs: about.aboutMs };
}

/** @returns why not; null: it is wanted, or it is a package's */
async function noticeRefusal(
  tx: Tx,
  event: string,
  kind: "expired" | "suspended",
  nowMs: number,
): Promise<string | null> {
  const about = await lineOf(tx, event);
  return about === null ? null : refuseNotice(tx, about.row, { kind, aboutMs: about.aboutMs }, nowMs);
}

/** @returns why not; null: it is wanted, or it is no reminder of a subscription that is there */
async function reminderRefusal(tx: Tx, event: string, nowMs: number): Promise<string | null> {
  const about = await lineOf(tx, event);
  if (about === null) return null;
  const { row } = about;
  const facts = await reminderFacts(tx, row, await findCustomer(tx, row), {
    dueMs: about.aboutMs,
    nowMs,
    remindAtMs: nowMs,
  });
  return refuseReminder(facts, nowMs);
}

/** Who has none of these has nobody to remind, whatever the rules say. */
const mayTellSomething = (nowMs: number) => sql<boolean>`(
  exists (select from subscriptions line where line.provider_id = providers.provider_id and line.kind = 'line' and line.ended_at_ms is null)
  or exists (select from subscription_log log where log.provider_id = providers.provider_id and log.log_id > ${idAt(nowMs - lateMsMax)})
  or ${tellsOfGrants(sql`providers.provider_id`)})`;

/** Queues what has come due, of every provider. @returns how many */
async function sweepReminders({ world, database, jobs }: RemindersParts): Promise<number> {
  const nowMs = world.clock.wall().atMs;
  const providers = await database.asPlatform("reminders-due", (tx) =>
    activeProvidersWhere(tx, mayTellSomething(nowMs)),
  );
  return eachInTurn(world, "reminders", providers, ({ providerId, utcOffsetMinutes }) =>
    database.asProvider(providerId, async (tx) => {
      const rules = await readMessageRules(tx, providerId);
      const isQuiet = nextHourFor({ class: "service", nowMs, utcOffsetMinutes, rules }) > nowMs;
      const paid = await findRenewals(tx, providerId, nowMs);
      const found = isQuiet
        ? paid
        : [
            ...paid,
            ...(await findReminders(tx, providerId, rules, utcOffsetMinutes, nowMs)),
            ...(rules.notices ? await findNotices(tx, providerId, nowMs) : []),
            ...(rules.grantNoticesHours === null
              ? []
              : await findGrants(tx, providerId, rules.grantNoticesHours, nowMs)),
          ];
      for (const { job, data, key } of found) await jobs.send(tx, job, data, { singletonKey: key });
      return found.length;
    }),
  );
}

interface Found {
  readonly job: string;
  readonly data: object;
  readonly key: string;
}

async function findReminders(
  tx: Tx,
  providerId: string,
  rules: MessageRules,
  utcOffsetMinutes: number,
  nowMs: number,
): Promise<Found[]> {
  if (!rules.remindsBySms && !rules.remindsByEmail) return [];
  const clock = { utcOffsetMinutes, reminderMinute: rules.reminderMinute };
  // The hub of before has sent it: its claims are lost.
  if (await wasForgotten(tx, lastReminderMs(clock, nowMs))) return [];
  const found: Found[] = [];
  for (const day of rules.reminderDays) {
    const { afterMs, untilMs } = dueRange(day, clock, nowMs);
    const rows = await tx
      .selectFrom("subscriptions")
      .select(["subscriptionId", "paidUntilMs"])
      .where("providerId", "=", providerId)
      .where("kind", "=", "line")
      .where("endedAtMs", "is", null)
      .where("paidUntilMs", ">", afterMs)
      .where("paidUntilMs", "<=", untilMs)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("reminders")
              .select("kind")
              .whereRef("reminders.providerId", "=", "subscriptions.providerId")
              .whereRef("reminders.subjectId", "=", "subscriptions.subscriptionId")
              .whereRef("reminders.aboutMs", "=", "subscriptions.paidUntilMs")
              .where("reminders.kind", "=", `day${day}`),
          ),
        ),
      )
      .orderBy("paidUntilMs")
      .limit(atOnceMax)
      .execute();
    for (const { subscriptionId, paidUntilMs: dueMs } of rows)
      found.push({
        job: remindJob,
        data: { providerId, subscriptionId, dueMs, day },
        key: `${subscriptionId}/${dueMs}/${day}`,
      });
  }
  return found;
}

/** Lines that were paid in the last hour, and nobody was told: who pays waits for it, also at night. Packages have a message of their own. */
async function findRenewals(tx: Tx, providerId: string, nowMs: number): Promise<Found[]> {
  const rows = await tx
    .selectFrom("subscription_log as log")
    .innerJoin("subscriptions", (join) =>
      join
        .onRef("subscriptions.providerId", "=", "log.providerId")
        .onRef("subscriptions.subscriptionId", "=", "log.subscriptionId"),
    )
    .select(["log.subscriptionId", "log.atMs"])
    .where("log.providerId", "=", providerId)
    .where("log.logId", ">", idAt(nowMs - paidLateMsMax))
    .where("log.what", "=", "renewed")
    .where("subscriptions.kind", "=", "line")
    .where(notClaimed(providerId, sql`log.subscription_id`, sql`log.at_ms`, sql`'renewed'`))
    .orderBy("log.logId")
    .limit(atOnceMax)
    .execute();
  return rows.map(({ subscriptionId, atMs: aboutMs }) => ({
    job: noticeJob,
    data: { of: "subscription" as const, providerId, subscriptionId, kind: "renewed" as const, aboutMs },
    key: `${subscriptionId}/${aboutMs}/renewed`,
  }));
}

/** What the log tells of lines in the last day, and nobody was told. Packages have a message of their own. */
async function findNotices(tx: Tx, providerId: string, nowMs: number): Promise<Found[]> {
  const rows = await tx
    .selectFrom("subscription_log as log")
    .innerJoin("subscriptions", (join) =>
      join
        .onRef("subscriptions.providerId", "=", "log.providerId")
        .onRef("subscriptions.subscriptionId", "=", "log.subscriptionId"),
    )
    .select(["log.subscriptionId", "log.what", "log.atMs", "log.paidUntilMs"])
    .where("log.providerId", "=", providerId)
    .where("log.logId", ">", idAt(nowMs - lateMsMax))
    .where("log.what", "in", ["now-over", "suspended"])
    .where("subscriptions.kind", "=", "line")
    .where(
      notClaimed(
        providerId,
        sql`log.subscription_id`,
        sql`case log.what when 'suspended' then log.at_ms else log.paid_until_ms end`,
        sql`case log.what when 'suspended' then 'suspended' else 'expired' end`,
      ),
    )
    .orderBy("log.logId")
    .limit(atOnceMax)
    .execute();
  return rows
    .map(({ subscriptionId, what, atMs, paidUntilMs }) =>
      what === "suspended"
        ? { of: "subscription" as const, providerId, subscriptionId, kind: "suspended" as const, aboutMs: atMs }
        : { of: "subscription" as const, providerId, subscriptionId, kind: "expired" as const, aboutMs: paidUntilMs },
    )
    .map((data) => ({ job: noticeJob, data, key: `${data.subscriptionId}/${data.aboutMs}/${data.kind}` }));
}

/**
 * Packages that ended in the last day, were long enough, and nobody was told. One that another renews goes on, and one that staff paused has time
 * left. Where it is at another site by now, that site says when it ends.
 */
async function findGrants(tx: Tx, providerId: string, hours: number, nowMs: number): Promise<Found[]> {
  const boughtId = sql<string>`coalesce(lease.grant_id, grant_starts.grant_id)`;
  const rows = await tx
    .selectFrom("grant_starts")
    .leftJoin("grant_leases as lease", (join) =>
      join
        .onRef("lease.providerId", "=", "grant_starts.providerId")
        // By itself, or by one of its leases: `<grant>.<number>`.
        .on(
          "lease.grantId",
          "in",
          sql<string>`(grant_starts.grant_id, regexp_replace(grant_starts.grant_id, '[.][0-9]+$', ''))`,
        ),
    )
    .select(["grant_starts.grantId", "grant_starts.planName", "grant_starts.endsAtMs", boughtId.as("boughtId")])
    .where("grant_starts.providerId", "=", providerId)
    .where("grant_starts.endsAtMs", ">", nowMs - lateMsMax)
    .where("grant_starts.endsAtMs", "<=", nowMs)
    .where("grant_starts.origin", "in", ["voucher", "purchase"])
    .where(
      sql<boolean>`(lease.lease_id is null or (lease.lease_id, lease.site_id) = (grant_starts.grant_id, grant_starts.site_id))`,
    )
    .where(
      sql<boolean>`not exists (select from voucher_redemptions used
        join voucher_leases moved using (provider_id, batch_id, serial)
        where used.provider_id = grant_starts.provider_id and used.grant_id = grant_starts.grant_id
          and used.site_id = grant_starts.site_id and moved.site_id <> grant_starts.site_id)`,
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("grant_changes as change")
            .select("change.grantId")
            .whereRef("change.providerId", "=", "grant_starts.providerId")
            .whereRef("change.siteId", "=", "grant_starts.siteId")
            .whereRef("change.grantId", "=", "grant_starts.grantId")
            .where("change.pausedAtMs", "is not", null),
        ),
      ),
    )
    .where(sql<boolean>`not starts_with(grant_starts.grant_id, ${freePrefix})`)
    // Here and not afterwards: a busy hotspot has thousands of short ones in a day, and the limit below must not be theirs.
    .where(sql<boolean>`grant_starts.ends_at_ms - grant_starts.started_at_ms >= ${hours * 3_600_000}::bigint`)
    .where(notClaimed(providerId, sql`grant_starts.grant_id`, sql`grant_starts.ends_at_ms`, sql`'grant-ended'`))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("grants")
            .select("grants.grantId")
            .whereRef("grants.providerId", "=", "grant_starts.providerId")
            .where(
              "grants.renewsGrantId",
              "=",
              sql<string>`any (${namesAtSites(sql.ref("grant_starts.providerId"), boughtId)})`,
            ),
        ),
      ),
    )
    .orderBy("grant_starts.endsAtMs")
    .limit(atOnceMax)
    .execute();
  return rows.flatMap(({ grantId, boughtId, planName, endsAtMs: endedAtMs }) => {
    if (endedAtMs === null) return [];
    const data = { of: "grant" as const, providerId, grantId, boughtId, endedAtMs, planName };
    return [{ job: noticeJob, data, key: `${grantId}/${endedAtMs}` }];
  });
}

const notClaimed = (
  providerId: string,
  subject: RawBuilder<unknown>,
  aboutMs: RawBuilder<unknown>,
  kind: RawBuilder<unknown>,
) =>
  sql<boolean>`not exists (select from reminders said where said.provider_id = ${providerId}
    and said.subject_id = ${subject} and said.about_ms = ${aboutMs} and said.kind = ${kind})`;

/** Identifiers of a later moment sort behind it: they begin with their time (RFC 9562 §5.7). */
function idAt(atMs: number): string {
  const hex = Math.max(0, atMs).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
