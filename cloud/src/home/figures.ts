/** The figures of the home page. Money is the ledger's revenue, as in every report (`sales.ts`). */

import { sql } from "kysely";
import { firstTestAtMs } from "../catalogue/grants/first-test-sale.ts";
import { oldestOnSaleAtMs } from "../catalogue/plans/plans.ts";
import { onlineNow } from "../catalogue/sessions/online-now.ts";
import { firstPrintedAtMs } from "../catalogue/vouchers/first-printed.ts";
import { firstEnrolledAtMs } from "../fleet/enrolment/enrolment.ts";
import { sitesUp } from "../fleet/link/site-links.ts";
import { type SiteState, siteState, sitesWithLinks } from "../fleet/link/site-state.ts";
import { sitesThere } from "../fleet/sites/site-is-there.ts";
import type { Tx } from "../ground/db/database.ts";
import { jobsFailed, jobsWaiting, oldestJobAtMs } from "../ground/jobs/job-figures.ts";
import { mailsFailed, mailsWaiting } from "../ground/mail/mail-figures.ts";
import { channelsRefused, firstAcceptedAtMs } from "../money/channels/channel-figures.ts";
import { chargedParties } from "../money/documents/charged-parties.ts";
import { expensesSince } from "../money/expenses/month-expenses.ts";
import { balancesOf, firstSoldAtMs, postedByStep } from "../money/ledger/posted-sum.ts";
import { paidParties } from "../money/purchases/buyers.ts";
import { promptSql, purchasesWithChannels } from "../money/purchases/prompts-sent.ts";
import { readCashCents, readRefundedCents, readSales, readSalesByPlan } from "../reports/sales/sales.ts";
import { activeProvidersCount } from "../tenancy/providers/provider-state.ts";
import { hasSupportPhone } from "../tenancy/providers/providers.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A site that is away for longer counts as down. */
const downMs = dayMs;

export interface HomeDay {
  readonly providerId: string;
  readonly currency: string;
  readonly nowMs: number;
  /** Midnight in the provider's time zone. */
  readonly fromMs: number;
}

/** Today so far, against the same weekday of last week up to the same time of day. */
export async function readDaySales(tx: Tx, day: HomeDay) {
  const beforeMs = day.fromMs - 7 * dayMs;
  const today = await readSales(tx, day, { fromMs: day.fromMs, untilMs: day.fromMs + dayMs }, hourMs);
  const before = await readSales(tx, day, { fromMs: beforeMs, untilMs: beforeMs + dayMs }, hourMs);
  // The hour that runs is cut at this moment: a whole hour of last week against a part of this one would look like a loss.
  const soFar = await readSales(tx, day, { fromMs: beforeMs, untilMs: day.nowMs - 7 * dayMs }, dayMs);
  return {
    todayCents: today.reduce((sum, { soldCents }) => sum + soldCents, 0),
    todaySales: today.reduce((sum, { sales }) => sum + sales, 0),
    lastWeekCents: soFar[0]?.soldCents ?? 0,
    lastWeekSales: soFar[0]?.sales ?? 0,
    cashCents: await readCashCents(tx, day, { fromMs: day.fromMs, untilMs: day.fromMs + dayMs }),
    refundedCents: await readRefundedCents(tx, day, { fromMs: day.fromMs, untilMs: day.fromMs + dayMs }),
    byHourCents: byHour(today),
    lastWeekByHourCents: byHour(before),
  };
}

function byHour(sales: readonly { readonly step: number; readonly soldCents: number }[]): number[] {
  const hours = new Array<number>(24).fill(0);
  for (const { step, soldCents } of sales) hours[step] = soldCents;
  return hours;
}

/** Who is online is counted so often. */
const noteMs = 10 * 60_000;

/** Now, and what was counted in the last 24 hours (`note-online.ts`), oldest first. */
export async function readOnline(tx: Tx, { providerId, nowMs }: HomeDay) {
  const { rows } = await sql<{ online: number; before: number | null }>`
    select ${onlineNow(providerId)}::int as online,
      (select online from online_counts where provider_id = ${providerId} and at_ms between ${nowMs - 7 * dayMs - noteMs}::bigint
        and ${nowMs - 7 * dayMs + noteMs}::bigint order by at_ms limit 1) as before`.execute(tx);
  const now = rows[0]?.online ?? 0;
  const counted = await tx
    .selectFrom("online_counts")
    .select(["atMs", "online"])
    .where("providerId", "=", providerId)
    .where("atMs", ">", nowMs - dayMs)
    .orderBy("atMs")
    .execute();
  return {
    now,
    lastWeek: rows[0]?.before ?? null,
    curve: [...counted.map((one) => ({ atMs: one.atMs, online: one.online })), { atMs: nowMs, online: now }],
  };
}

/** `up`: its link is open, and its router takes its agent; `error`: that does not. `silent`: away for less than a day. `down`: for longer, or cut off. `never`: no agent has enrolled. */
export async function readSiteStates(tx: Tx, { providerId, nowMs }: HomeDay) {
  const { rows } = await sql<{ state: SiteState; long: boolean; count: number }>`
    select ${siteState} as state, coalesce(site_links.disconnected_at_ms < ${nowMs - downMs}::bigint, false) as long,
      count(*)::int as count
    from ${sitesWithLinks} where sites.provider_id = ${providerId} and sites.deleted_at_ms is null group by 1, 2`.execute(
    tx,
  );
  const count = (fits: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(fits).reduce((sum, row) => sum + row.count, 0);
  return {
    up: count(({ state }) => state === "online"),
    error: count(({ state }) => state === "error"),
    silent: count(({ state, long }) => state === "offline" && !long),
    down: count(({ state, long }) => state === "revoked" || (state === "offline" && long)),
    never: count(({ state }) => state === "pending"),
  };
}

/** Prompts that have ended, and those of them that were paid: today, the same weekday of last week so far, and each of the last seven days. */
export async function readPrompts(tx: Tx, { providerId, nowMs, fromMs }: HomeDay) {
  const firstMs = fromMs - 6 * dayMs;
  const beforeMs = fromMs - 7 * dayMs;
  const { rows } = await sql<{ step: number; asked: number; paid: number }>`
    select ((p.created_at_ms - ${beforeMs}::bigint) / ${dayMs}::bigint)::int as step, count(*)::int as asked,
      (count(*) filter (where ${promptSql.isPaid}))::int as paid
    from ${purchasesWithChannels}
    where p.provider_id = ${providerId} and p.created_at_ms >= ${beforeMs}::bigint and ${promptSql.isPrompt} and not ${promptSql.isOpen}
      and (p.created_at_ms >= ${firstMs}::bigint or p.created_at_ms < ${nowMs - 7 * dayMs}::bigint)
    group by 1`.execute(tx);
  const of = (step: number) => {
    const { asked, paid } = rows.find((row) => row.step === step) ?? { asked: 0, paid: 0 };
    return { asked, paid };
  };
  return { today: of(7), lastWeek: of(0), byDay: [1, 2, 3, 4, 5, 6, 7].map(of) };
}

/**
 * Money that waits for somebody: without an owner (`suspense`), and sold but not proved yet (`pending`). `byDayCents`: both together at the end of
 * each of the last seven days, oldest first; the last one is now.
 */
export async function readMoneyWaiting(tx: Tx, { providerId, currency, fromMs }: HomeDay) {
  const accounts = ["pending", "suspense"] as const;
  const balances = await balancesOf(tx, providerId, accounts);
  const span = { fromMs: fromMs - 6 * dayMs, stepMs: dayMs };
  const changes = await postedByStep(tx, { providerId, currency, accounts }, span);
  const centsOf = (account: string) =>
    0 - (balances.find((row) => row.account === account && row.currency === currency)?.balanceCents ?? 0);
  const [pendingCents, unmatchedCents] = [centsOf("pending"), centsOf("suspense")];
  const after = (step: number) => changes.filter((row) => row.step > step).reduce((sum, { cents }) => sum - cents, 0);
  return {
    pendingCents,
    unmatchedCents,
    byDayCents: [0, 1, 2, 3, 4, 5, 6].map((step) => pendingCents + unmatchedCents - after(step)),
  };
}

/** Since the first of the month, without voided ones. `firstDay`: `2026-11-01`. */
export async function readMonthExpenses(tx: Tx, { providerId, currency }: HomeDay, firstDay: string) {
  const { cents, count } = await expensesSince(tx, { providerId, currency }, firstDay);
  return { fromDay: firstDay, monthCents: cents, count };
}

const plansShownMax = 5;

/** Most money first. */
export async function readBestPlans(tx: Tx, day: HomeDay) {
  const untilMs = day.fromMs + dayMs;
  return {
    today: await readSalesByPlan(tx, day, { fromMs: day.fromMs, untilMs }, plansShownMax),
    week: await readSalesByPlan(tx, day, { fromMs: day.fromMs - 6 * dayMs, untilMs }, plansShownMax),
  };
}

/** Phones that paid in the last 30 days, for packages, lines or invoices, and how many of them had paid in the 30 days before. */
export async function readRetention(tx: Tx, { providerId, nowMs }: HomeDay) {
  const middleMs = nowMs - 30 * dayMs;
  const fromMs = nowMs - 60 * dayMs;
  const { rows } = await sql<{ payers: number; returning: number }>`
    select count(*) filter (where last_ms >= ${middleMs}::bigint)::int as payers,
      count(*) filter (where last_ms >= ${middleMs}::bigint and first_ms < ${middleMs}::bigint)::int as returning
    from (select max(at_ms) as last_ms, min(at_ms) as first_ms from (
        ${paidParties(providerId, fromMs)} union all ${chargedParties(providerId, fromMs)}) paid
      group by party) payer`.execute(tx);
  return { days: 30, payers: rows[0]?.payers ?? 0, returning: rows[0]?.returning ?? 0 };
}

const steps = ["name", "keys", "plan", "site", "testSale", "print"] as const;

/**
 * What a new provider has done of what it takes to sell, and since when. `keys`: a prompt was taken by the channel; `site`: its agent has come;
 * `testSale`: something was sold or tried. Nobody notes when the support phone was given.
 */
export async function readChecklist(tx: Tx, { providerId }: HomeDay) {
  const { rows } = await sql<
    Record<Exclude<(typeof steps)[number], "name">, number | string | null> & { name: boolean }
  >`
    select
      ${hasSupportPhone(providerId)} as name,
      ${firstAcceptedAtMs(providerId)} as keys,
      ${oldestOnSaleAtMs(providerId)} as plan,
      ${firstEnrolledAtMs(providerId)} as site,
      least(${firstSoldAtMs(providerId)}, ${firstTestAtMs(providerId)}) as "testSale",
      ${firstPrintedAtMs(providerId)} as print`.execute(tx);
  const [row] = rows;
  const at = (value: number | string | null | undefined) => (value == null ? null : Number(value));
  const doneAtMs = {
    name: null,
    keys: at(row?.keys),
    plan: at(row?.plan),
    site: at(row?.site),
    testSale: at(row?.testSale),
    print: at(row?.print),
  };
  const isOf = (step: (typeof steps)[number]) => (step === "name" ? row?.name === true : doneAtMs[step] !== null);
  const [name, keys, plan, site, testSale, print] = steps.map(isOf) as [
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
  ];
  return { name, keys, plan, site, testSale, print, isDone: steps.every(isOf), doneAtMs };
}

/** For platform admins, over all providers. `jobsOff`: names of jobs of modules that are off, which are no trouble. */
export async function readHubHealth(tx: Tx, nowMs: number, jobsOff: readonly string[]) {
  const { rows } = await sql<Record<string, number | null>>`
    select ${jobsWaiting} as "jobsWaiting",
      ${oldestJobAtMs} as "oldestJobAtMs",
      ${jobsFailed(jobsOff)} as "jobsFailed",
      ${mailsWaiting} as "mailsWaiting",
      ${mailsFailed(nowMs - 7 * dayMs)} as "mailsFailed",
      ${channelsRefused} as "channelsFailing",
      ${sitesUp()} as "sitesUp",
      ${sitesThere()} as sites,
      ${activeProvidersCount} as providers`.execute(tx);
  const figure = (name: string) => Number(rows[0]?.[name] ?? 0);
  return {
    providers: figure("providers"),
    sites: figure("sites"),
    sitesUp: figure("sitesUp"),
    channelsFailing: figure("channelsFailing"),
    jobsWaiting: figure("jobsWaiting"),
    oldestJobAtMs: rows[0]?.oldestJobAtMs == null ? null : figure("oldestJobAtMs"),
    jobsFailed: figure("jobsFailed"),
    mailsWaiting: figure("mailsWaiting"),
    mailsFailed: figure("mailsFailed"),
  };
}
