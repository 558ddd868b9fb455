/**
 * Quotas of providers in the database: the limit is the platform's default unless the platform set another. What there is of a kind is
 * counted by its own room in the caller's transaction; what is counted by day stands here.
 */
import { sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { type Problem, refusal } from "../http/problem.ts";
import {
  type DailyKind,
  dayOf,
  fits,
  type NotedKind,
  nextDayOf,
  type QuotaKind,
  quotas,
  type StandingKind,
} from "./quota-policy.ts";

/** How a district counts what a provider has of a kind now. The transaction may be the platform's. */
export interface QuotaCount {
  readonly kind: StandingKind;
  used(tx: Tx, providerId: string): Promise<number>;
}

/** Problem "quota-reached": it names the kind, the limit and what is used. 409: something must go first; 429: it is free again by itself. */
export function quotaReached(
  kind: QuotaKind,
  { limit, used, nowMs }: { readonly limit: number; readonly used: number; readonly nowMs: number },
): Problem {
  const { per } = quotas[kind];
  const retry = { all: null, once: 60, day: Math.ceil((nextDayOf(nowMs) - nowMs) / 1000) }[per];
  return refusal("quota-reached", {
    status: per === "all" ? 409 : 429,
    quota: { kind, limit, used },
    ...(retry === null ? {} : { retryAfterSeconds: retry }),
  });
}

/** The limit of one kind. */
export async function readLimit(tx: Tx, providerId: string, kind: QuotaKind): Promise<number> {
  const row = await tx
    .selectFrom("provider_quotas")
    .select(["limitValue", "planLimit"])
    .where("providerId", "=", providerId)
    .where("kind", "=", kind)
    .executeTakeFirst();
  return row?.limitValue ?? row?.planLimit ?? quotas[kind].limit;
}

/**
 * Before `more` of the kind are made in this transaction: throws Problem 409 "quota-reached" where they would be too many. Two
 * requests for the last place wait for each other at the row of the quota.
 */
export async function refuseBeyond(
  tx: Tx,
  of: { readonly providerId: string; readonly more: number; readonly nowMs: number },
  { kind, used: count }: QuotaCount,
): Promise<void> {
  const { providerId, more, nowMs } = of;
  await tx
    .insertInto("provider_quotas")
    .values({ providerId, kind, limitValue: null, changedAtMs: nowMs })
    .onConflict((on) => on.doNothing())
    .execute();
  const row = await tx
    .selectFrom("provider_quotas")
    .select(["limitValue", "planLimit"])
    .where("providerId", "=", providerId)
    .where("kind", "=", kind)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const limit = row.limitValue ?? row.planLimit ?? quotas[kind].limit;
  const used = await count(tx, providerId);
  if (!fits({ limit, used, more })) throw quotaReached(kind, { limit, used, nowMs });
}

interface OfDay {
  readonly providerId: string;
  readonly kind: DailyKind;
  readonly nowMs: number;
}

/** Its alarm says that the limit was reached. */
interface NotedOfDay extends OfDay {
  readonly kind: NotedKind;
}

/** Left out: nothing is left. */
interface Leaving {
  /** So much of the limit is left for what is more urgent. */
  readonly leavesPermille?: number;
}

/** Counts `more` of today where they fit. False: they do not, and nothing is counted. */
export async function takeOfDay(
  tx: Tx,
  { providerId, more, ...of }: OfDay & Leaving & { readonly more: number },
): Promise<boolean> {
  return (await takeOfDays(tx, of, [{ providerId, more }])).has(providerId);
}

/** The same for several providers in one statement. @returns those whose pieces fit, and are counted: all of a provider's, or none */
export async function takeOfDays(
  tx: Tx,
  { kind, nowMs, leavesPermille = 0 }: Omit<OfDay, "providerId"> & Leaving,
  wanted: readonly { readonly providerId: string; readonly more: number }[],
): Promise<ReadonlySet<string>> {
  if (wanted.length === 0) return new Set();
  const [providerIds, counts] = [wanted.map(({ providerId }) => providerId), wanted.map(({ more }) => more)];
  const { rows } = await sql<{ providerId: string }>`
    with whole as (
      select asked.provider_id, asked.more, coalesce(q.limit_value, q.plan_limit, ${quotas[kind].limit}::bigint) as most
      from unnest(${providerIds}::text[], ${counts}::bigint[]) as asked (provider_id, more)
      left join provider_quotas q on q.provider_id = asked.provider_id and q.kind = ${kind}
    ), asked as (
      select provider_id, more, most - ceil(most * ${leavesPermille}::numeric / 1000)::bigint as most from whole
    )
    insert into quota_days as d (provider_id, kind, day_at_ms, used)
    select provider_id, ${kind}::text, ${dayOf(nowMs)}::bigint, more from asked where more <= most order by provider_id
    on conflict (provider_id, kind, day_at_ms) do update set used = d.used + excluded.used
      where d.used + excluded.used <= (select most from asked where asked.provider_id = excluded.provider_id)
    returning provider_id`.execute(tx);
  return new Set(rows.map(({ providerId }) => providerId));
}

/** As `takeOfDay`, and throws Problem 429 "quota-reached" where they do not fit. */
export async function refuseBeyondDay(tx: Tx, of: OfDay & { readonly more: number }): Promise<void> {
  if (await takeOfDay(tx, of)) return;
  const limit = await readLimit(tx, of.providerId, of.kind);
  throw quotaReached(of.kind, { limit, used: await readUsedOfDay(tx, of), nowMs: of.nowMs });
}

/** Throws Problem 429 "quota-reached" where nothing is left of today; counts nothing. */
export async function refuseWhenSpent(tx: Tx, of: OfDay): Promise<void> {
  const [limit, used] = [await readLimit(tx, of.providerId, of.kind), await readUsedOfDay(tx, of)];
  if (!fits({ limit, used, more: 1 })) throw quotaReached(of.kind, { limit, used, nowMs: of.nowMs });
}

/** What was taken and not used after all. */
export async function giveBackOfDay(tx: Tx, { providerId, kind, nowMs }: OfDay): Promise<void> {
  await tx
    .updateTable("quota_days")
    .set({ used: sql<number>`greatest(used - 1, 0)` })
    .where("providerId", "=", providerId)
    .where("kind", "=", kind)
    .where("dayAtMs", "=", dayOf(nowMs))
    .execute();
}

/** Counts what can't be refused. True: it is beyond the quota. */
export async function countOfDay(tx: Tx, of: NotedOfDay & { readonly more: number }): Promise<boolean> {
  const { providerId, kind, more, nowMs } = of;
  const limit = await readLimit(tx, providerId, kind);
  const isBeyond = sql<boolean>`d.used + excluded.used > ${limit}::bigint`;
  const { rows } = await sql<{ used: number }>`
    insert into quota_days as d (provider_id, kind, day_at_ms, used, reached_at_ms)
    values (${providerId}, ${kind}, ${dayOf(nowMs)}::bigint, ${more}::bigint,
      case when ${more}::bigint > ${limit}::bigint then ${nowMs}::bigint end)
    on conflict (provider_id, kind, day_at_ms) do update set used = d.used + excluded.used,
      reached_at_ms = case when ${isBeyond} then coalesce(d.reached_at_ms, ${nowMs}::bigint) end
    returning used`.execute(tx);
  return (rows[0]?.used ?? 0) > limit;
}

/** Nothing is refused in the day of a provider without a limit that was reached: then its row says when. */
export async function noteReached(tx: Tx, { providerId, kind, nowMs }: NotedOfDay): Promise<void> {
  await begin(tx, { providerId, kind, nowMs });
  await tx
    .updateTable("quota_days")
    .set({ reachedAtMs: nowMs })
    .where("providerId", "=", providerId)
    .where("kind", "=", kind)
    .where("dayAtMs", "=", dayOf(nowMs))
    .where("reachedAtMs", "is", null)
    .execute();
}

async function begin(tx: Tx, { providerId, kind, nowMs }: OfDay): Promise<void> {
  await tx
    .insertInto("quota_days")
    .values({ providerId, kind, dayAtMs: dayOf(nowMs), used: 0, reachedAtMs: null })
    .onConflict((on) => on.doNothing())
    .execute();
}

async function readUsedOfDay(tx: Tx, { providerId, kind, nowMs }: OfDay): Promise<number> {
  const row = await tx
    .selectFrom("quota_days")
    .select("used")
    .where("providerId", "=", providerId)
    .where("kind", "=", kind)
    .where("dayAtMs", "=", dayOf(nowMs))
    .executeTakeFirst();
  return row?.used ?? 0;
}

/** In a transaction of the platform: those whose journal is beyond its quota today. */
export async function readSlowed(tx: Tx, providerIds: readonly string[], nowMs: number): Promise<ReadonlySet<string>> {
  if (providerIds.length === 0) return new Set();
  const rows = await tx
    .selectFrom("quota_days")
    .select("providerId")
    .where("providerId", "in", [...new Set(providerIds)])
    .where("kind", "=", "journal-bytes")
    .where("dayAtMs", "=", dayOf(nowMs))
    .where("reachedAtMs", "is not", null)
    .execute();
  return new Set(rows.map((row) => row.providerId));
}

/** Null: that of its plan, or the default again. What was reached today is reached no more where the new limit has room. */
export async function setLimit(
  tx: Tx,
  { providerId, kind, nowMs }: { readonly providerId: string; readonly kind: QuotaKind; readonly nowMs: number },
  limit: number | null,
): Promise<void> {
  const row = { limitValue: limit, changedAtMs: nowMs };
  await tx
    .insertInto("provider_quotas")
    .values({ providerId, kind, ...row })
    .onConflict((on) => on.columns(["providerId", "kind"]).doUpdateSet(row))
    .execute();
  await forgetReached(tx, providerId, kind);
}

/** The limits of the plan that a provider pays the platform for, all at once; what the plan says nothing of is the default again. */
export async function setPlanLimits(
  tx: Tx,
  { providerId, nowMs }: { readonly providerId: string; readonly nowMs: number },
  limits: Partial<Record<QuotaKind, number>>,
): Promise<void> {
  for (const kind of Object.keys(quotas) as QuotaKind[]) {
    const row = { planLimit: limits[kind] ?? null, changedAtMs: nowMs };
    await tx
      .insertInto("provider_quotas")
      .values({ providerId, kind, limitValue: null, ...row })
      .onConflict((on) => on.columns(["providerId", "kind"]).doUpdateSet(row))
      .execute();
    await forgetReached(tx, providerId, kind);
  }
}

async function forgetReached(tx: Tx, providerId: string, kind: QuotaKind): Promise<void> {
  await tx
    .updateTable("quota_days")
    .set({ reachedAtMs: null })
    .where("providerId", "=", providerId)
    .where("kind", "=", kind)
    .where("used", "<", await readLimit(tx, providerId, kind))
    .execute();
}
