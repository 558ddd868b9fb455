/** Reports for platform admins: over all providers, and of one. Money is per currency: currencies are never added up. */

import { trialPrefix, windowPrefix } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import { z } from "zod";
import { customersThere } from "../catalogue/customers/customers.ts";
import { countStarts, countStartsNamed, countVoucherStarts } from "../catalogue/grants/count-starts.ts";
import { onlineNow } from "../catalogue/sessions/online-now.ts";
import { countLogIns } from "../catalogue/sessions/use-figures.ts";
import { conditions, untakenAlarms } from "../fleet/alarms/open-alarms.ts";
import { sitesUp } from "../fleet/link/site-links.ts";
import { sitesThere } from "../fleet/sites/site-is-there.ts";
import type { Tx } from "../ground/db/database.ts";
import { jobsFailed, jobsWaiting } from "../ground/jobs/job-figures.ts";
import type { AlarmSources } from "../ground/lists/lasting-alarm.ts";
import { mailsWaiting } from "../ground/mail/mail-figures.ts";
import { waitingCountSql } from "../money/claims/claim-log.ts";
import { countVoucherSales } from "../money/paper-sales/count-voucher-sales.ts";
import { undecidedPurchases } from "../money/purchases/waiting.ts";
import { activeProviders, countProviders } from "../tenancy/providers/provider-state.ts";
import { readSales, readSalesByPlan, readSalesOfAll } from "./sales/sales.ts";

const dayMs = 86_400_000;

const taken = z.object({ currency: z.string(), takenCents: z.number().int(), payments: z.number().int() });

export const statisticsView = z.object({
  providers: z.object({ active: z.number().int(), suspended: z.number().int(), deleted: z.number().int() }),
  /** For the last so many days. */
  days: z.number().int(),
  revenue: z.array(taken),
  /** What began to be used: vouchers, purchases, accounts. */
  ticketsSold: z.object({ vouchers: z.number().int(), purchases: z.number().int(), accounts: z.number().int() }),
  onlineNow: z.number().int(),
  sites: z.object({ all: z.number().int(), connected: z.number().int() }),
  /** What waits for a person or for the hub. */
  health: z.object({
    undecidedPayments: z.number().int(),
    jobsWaiting: z.number().int(),
    jobsDead: z.number().int(),
    mailWaiting: z.number().int(),
    alarmsOpen: z.number().int(),
  }),
  /** Where those alarms are open, most first, at most twenty. What they say is their provider's. */
  alarms: z.array(z.object({ providerId: z.string(), name: z.string(), open: z.number().int() })),
});

const alarmsShownMax = 20;

interface AlarmsAt {
  readonly nowMs: number;
  readonly lasting: AlarmSources;
}

export async function readStatistics(
  tx: Tx,
  { fromMs, days, nowMs, lasting }: { readonly fromMs: number; readonly days: number } & AlarmsAt,
): Promise<z.input<typeof statisticsView>> {
  const providers = await countProviders(tx);
  const revenue = await readSalesOfAll(tx, { fromMs, untilMs: fromMs + (days + 1) * dayMs });
  const sold = await countStarts(tx, fromMs);
  const { rows: now } = await sql<Record<string, number>>`
    select ${onlineNow()} as online,
      ${sitesThere()} as sites,
      ${sitesUp()} as connected,
      ${undecidedPurchases}
        + ${waitingCountSql(fromMs + days * dayMs)} as undecided,
      ${jobsWaiting} as jobs,
      ${jobsFailed()} as dead,
      ${mailsWaiting} as mail`.execute(tx);
  const alarms = await countOpenAlarms(tx, { nowMs, lasting });
  const one = now[0] as Record<string, number>;
  const figure = (name: string) => one[name] ?? 0;
  return {
    providers,
    days,
    revenue,
    ticketsSold: {
      vouchers: sold.get("voucher") ?? 0,
      purchases: sold.get("purchase") ?? 0,
      accounts: sold.get("account") ?? 0,
    },
    onlineNow: figure("online"),
    sites: { all: figure("sites"), connected: figure("connected") },
    health: {
      undecidedPayments: figure("undecided"),
      jobsWaiting: figure("jobs"),
      jobsDead: figure("dead"),
      mailWaiting: figure("mail"),
      alarmsOpen: alarms.reduce((sum, { open }) => sum + open, 0),
    },
    alarms: alarms.slice(0, alarmsShownMax),
  };
}

/** Reported alarms that nobody took care of count for so long, as on the provider's home. */
const alarmsCountedMs = 30 * dayMs;

/** How many alarms are open at each provider that has some, most first. Counts alone. Null: at all of them. */
async function countOpenAlarms(tx: Tx, { nowMs, lasting }: AlarmsAt, providerId: string | null = null) {
  const of = sql.ref<string>("provider.providerId");
  const { rows } = await sql<{ providerId: string; name: string; open: number }>`
    select provider.provider_id, provider.name, count(*)::int as open
    from ${activeProviders} provider cross join lateral (
      select 1 from ${untakenAlarms(of, nowMs - alarmsCountedMs)} reported
      union all
      select 1 from ${conditions(lasting, of, { nowMs, withChannels: true })} condition where acknowledged_at_ms is null) alarm
    where provider.provider_id <> 'platform'
      and (${providerId}::text is null or provider.provider_id = ${providerId}::text)
    group by 1, 2 order by open desc, provider.name`.execute(tx);
  return rows.map((row) => ({ providerId: row.providerId, name: row.name, open: row.open }));
}

export const analyticsView = z.object({
  providerId: z.string(),
  currency: z.string(),
  days: z.array(
    z.object({
      /** Midnight in the provider's time zone. */
      fromMs: z.number().int(),
      takenCents: z.number().int(),
      payments: z.number().int(),
      /** Printed codes whose sale was booked: used, handed out, or declared as sold; each once. */
      vouchersSold: z.number().int(),
      /** First used, also those that nobody paid for here. */
      vouchersStarted: z.number().int(),
      /** Given to try, and to who was paying by card: nobody paid for these. */
      trials: z.number().int(),
      payWindows: z.number().int(),
      sessions: z.number().int(),
    }),
  ),
  /** For the whole time above, most money first. */
  plans: z.array(z.object({ planName: z.string(), payments: z.number().int(), takenCents: z.number().int() })),
  sites: z.object({ all: z.number().int(), connected: z.number().int() }),
  customers: z.number().int(),
  onlineNow: z.number().int(),
  /** That nobody takes care of yet. */
  alarmsOpen: z.number().int(),
});

/** In a transaction of the platform or of the provider. */
export async function readAnalytics(
  tx: Tx,
  providerId: string,
  span: { readonly fromMs: number; readonly days: number } & AlarmsAt,
  currency: string,
): Promise<z.input<typeof analyticsView>> {
  const { fromMs } = span;
  const untilMs = fromMs + span.days * dayMs;
  const of = { providerId, currency };
  const salesByDay = await readSales(tx, of, { fromMs, untilMs }, dayMs);
  const days = { providerId, fromMs, untilMs, stepMs: dayMs };
  const started = await countVoucherStarts(tx, days);
  const trials = await countStartsNamed(tx, days, trialPrefix);
  const windows = await countStartsNamed(tx, days, windowPrefix);
  const paper = await countVoucherSales(tx, days);
  const begun = await countLogIns(tx, days);
  const sold = new Map(salesByDay.map((one) => [one.step, one]));
  const plans = await readSalesByPlan(tx, of, { fromMs, untilMs }, 20);
  const { rows: now } = await sql<{ sites: number; connected: number; customers: number; online: number }>`
    select ${sitesThere(providerId)} as sites,
      ${sitesUp(providerId)} as connected,
      ${customersThere(providerId)} as customers,
      ${onlineNow(providerId)} as online`.execute(tx);
  const one = now[0] ?? { sites: 0, connected: 0, customers: 0, online: 0 };
  return {
    providerId,
    currency,
    plans,
    days: Array.from({ length: span.days }, (_, day) => ({
      fromMs: fromMs + day * dayMs,
      takenCents: sold.get(day)?.soldCents ?? 0,
      payments: sold.get(day)?.sales ?? 0,
      vouchersSold: paper.get(day) ?? 0,
      vouchersStarted: started.get(day) ?? 0,
      trials: trials.get(day) ?? 0,
      payWindows: windows.get(day) ?? 0,
      sessions: begun.get(day) ?? 0,
    })),
    sites: { all: one.sites, connected: one.connected },
    customers: one.customers,
    onlineNow: one.online,
    alarmsOpen: (await countOpenAlarms(tx, span, providerId))[0]?.open ?? 0,
  };
}
