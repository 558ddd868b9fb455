/** `GET /api/v1/home`: everything that the console's first page shows, in one read. A part is null for who may not read it. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { readSitesAway } from "../fleet/link/silent-sites.ts";
import { askApart } from "../ground/db/ask-apart.ts";
import type { Tx } from "../ground/db/database.ts";
import type { Actor } from "../ground/http/actor.ts";
import { Problem } from "../ground/http/problem.ts";
import { route } from "../ground/http/route.ts";
import type { AlarmSources } from "../ground/lists/lasting-alarm.ts";
import type { WaitingMoment } from "../ground/lists/waiting-work.ts";
import { startOfDay } from "../reports/sales/start-of-day.ts";
import { readProviderRow } from "../tenancy/providers/providers.ts";
import {
  type HomeDay,
  readBestPlans,
  readChecklist,
  readDaySales,
  readHubHealth,
  readMoneyWaiting,
  readMonthExpenses,
  readOnline,
  readPrompts,
  readRetention,
  readSiteStates,
} from "./figures.ts";
import { type ModuleWaiting, readFailedJobs, readWaiting, type Waiting, waitingKinds, waitingWith } from "./waiting.ts";

const count = z.int();
const prompts = z.object({ asked: count, paid: count });
const planSales = z.array(z.object({ planName: z.string(), payments: count, takenCents: count }));

export const homeView = z.object({
  nowMs: count,
  /** Midnight in the provider's time zone. */
  fromMs: count,
  currency: z.string(),
  sales: z
    .object({
      todayCents: count,
      todaySales: count,
      /** The same weekday of last week, up to the same time of day. */
      lastWeekCents: count,
      lastWeekSales: count,
      /** Of today's, taken in cash: a person or a batch of vouchers answers for it. */
      cashCents: count,
      /** Refunded today; not subtracted. */
      refundedCents: count,
      /** 24 figures, from midnight. */
      byHourCents: z.array(count),
      /** The whole day of last week. */
      lastWeekByHourCents: z.array(count),
    })
    .nullable(),
  online: z
    .object({
      now: count,
      /** At this time of day a week ago; null: not counted then. */
      lastWeek: count.nullable(),
      /** The last 24 hours, every ten minutes, oldest first; the last one is now. */
      curve: z.array(z.object({ atMs: count, online: count })),
    })
    .nullable(),
  /** `silent`: away for less than a day. `down`: for longer, or cut off. `never`: no agent has enrolled. */
  sites: z
    .object({
      up: count,
      error: count,
      silent: count,
      down: count,
      never: count,
      /** Those that were away from the hub, at each hour of the last day, oldest first; the last one is now. */
      awayByHour: z.array(count),
    })
    .nullable(),
  /** Prompts that have ended, and those of them that were paid. */
  prompts: z
    .object({
      today: prompts,
      /** The same weekday of last week, up to the same time of day. */
      lastWeek: prompts,
      /** The last seven days, oldest first; the last one is today. */
      byDay: z.array(prompts),
    })
    .nullable(),
  /** Money that waits for somebody. */
  moneyWaiting: z
    .object({
      /** Sold, and nothing has proved it yet. */
      pendingCents: count,
      /** Received, and nobody knows for what. */
      unmatchedCents: count,
      /** Both, at the end of each of the last seven days, oldest first; the last one is now. */
      byDayCents: z.array(count),
    })
    .nullable(),
  /** What needs a person; only kinds of which something waits. Counting stops at 100: then `more` is true. */
  waiting: z.array(z.object({ kind: z.enum(waitingKinds), count, more: z.boolean() })),
  /** Modules that failed just now: what needs a person in them is not counted. */
  notAsked: z.array(z.string()),
  expenses: z.object({ fromDay: z.string(), monthCents: count, count }).nullable(),
  /** Most money first, at most five. */
  plans: z.object({ today: planSales, week: planSales }).nullable(),
  /** Phones that paid in the last 30 days, and those of them that had paid in the 30 days before. */
  retention: z.object({ days: count, payers: count, returning: count }).nullable(),
  /** For who manages the settings: what it takes to sell, done or not. */
  checklist: z
    .object({
      /** A number that customers can call. */
      name: z.boolean(),
      /** A payment channel whose keys work. */
      keys: z.boolean(),
      plan: z.boolean(),
      /** A site whose agent has enrolled. */
      site: z.boolean(),
      testSale: z.boolean(),
      /** The codes of a batch went to paper. */
      print: z.boolean(),
      isDone: z.boolean(),
      /** When each was first so; null: not yet, or nobody noted it. */
      doneAtMs: z.object({
        name: count.nullable(),
        keys: count.nullable(),
        plan: count.nullable(),
        site: count.nullable(),
        testSale: count.nullable(),
        print: count.nullable(),
      }),
    })
    .nullable(),
  /** For platform admins: all providers together. */
  health: z
    .object({
      providers: count,
      sites: count,
      sitesUp: count,
      channelsFailing: count,
      jobsWaiting: count,
      oldestJobAtMs: count.nullable(),
      jobsFailed: count,
      mailsWaiting: count,
      mailsFailed: count,
    })
    .nullable(),
});

/** Figures over weeks change slowly and read much: they are read again only after so long. */
const slowKeptMs = 5 * 60_000;
const slowProvidersMax = 2000;

type SlowFigures = { readonly retention: z.input<typeof homeView>["retention"]; readonly readAtMs: number };

interface Counted {
  readonly waiting: Waiting[];
  readonly notAsked: string[];
}

/**
 * @param ofModules of those that this hub is run with
 * @param jobsOff names of jobs of the others
 */
export function homeRoutes(
  world: World,
  lasting: AlarmSources,
  ofModules: readonly ModuleWaiting[],
  jobsOff: readonly string[],
) {
  const slow = new Map<string, SlowFigures>();
  const [waiting, alone] = [waitingWith(ofModules.map(({ hook }) => hook)), waitingWith([])];
  return [
    route({
      method: "GET",
      path: "/api/v1/home",
      // `keys` of its checklist says whether there are any.
      compressed: true,
      summary: "The first page: sales, who is online, sites, what needs a person, plans, checklist, health",
      permission: "signed-in",
      response: homeView,
      handle: async ({ providerId, actor, transact, transactAsPlatform }) => {
        const may: Actor["may"] = (permission) => actor.may(permission);
        const nowMs = world.clock.wall().atMs;
        const together = async (tx: Tx, of: WaitingMoment): Promise<Counted> => ({
          waiting: await readWaiting(tx, of, may, waiting),
          notAsked: [],
        });
        const apart = async (tx: Tx, of: WaitingMoment): Promise<Counted> => {
          const counted: Counted = { waiting: await readWaiting(tx, of, may, alone), notAsked: [] };
          for (const { module, hook } of ofModules) {
            const found = await askApart(world.log, tx, module, () => readWaiting(tx, of, may, hook));
            if (found === null) counted.notAsked.push(module);
            else counted.waiting.push(...found.answer);
          }
          return counted;
        };
        const read = (countWaiting: typeof together) =>
          transact(async (tx) => {
            const { currency, utcOffsetMinutes: offset } = await readProviderRow(tx, providerId);
            const day: HomeDay = { providerId, currency, nowMs, fromMs: startOfDay(nowMs, offset) };
            const today = new Date(nowMs + offset * 60_000).toISOString().slice(0, 10);
            const known = slow.get(providerId);
            const mayReport = may("reports.read");
            // What was read while the clock was ahead says nothing of now.
            const isKnown = known !== undefined && known.readAtMs <= nowMs && known.readAtMs + slowKeptMs > nowMs;
            const retention = !mayReport ? null : isKnown ? known.retention : await readRetention(tx, day);
            if (mayReport && !isKnown) {
              if (slow.size >= slowProvidersMax) slow.clear();
              slow.set(providerId, { retention, readAtMs: nowMs });
            }
            return {
              nowMs,
              fromMs: day.fromMs,
              currency,
              sales: mayReport ? await readDaySales(tx, day) : null,
              online: may("sessions.read") ? await readOnline(tx, day) : null,
              sites: may("sites.read")
                ? { ...(await readSiteStates(tx, day)), awayByHour: await readSitesAway(tx, day) }
                : null,
              prompts: may("payments.read") ? await readPrompts(tx, day) : null,
              moneyWaiting: may("ledger.read") ? await readMoneyWaiting(tx, day) : null,
              ...(await countWaiting(tx, { providerId, nowMs, today, lasting })),
              expenses: may("ledger.read") ? await readMonthExpenses(tx, day, `${today.slice(0, 7)}-01`) : null,
              plans: mayReport ? await readBestPlans(tx, day) : null,
              retention,
              checklist: may("settings.manage") ? await readChecklist(tx, day) : null,
            };
          });
        // What one module asks wrongly takes nobody's first page away. All are counted in one statement; only where that fails, each by itself.
        const mine = await read(together).catch((error: unknown) => {
          if (error instanceof Problem || ofModules.length === 0) throw error;
          return read(apart);
        });
        const ofHub =
          may("jobs.read") || may("platform.read")
            ? await transactAsPlatform("home", async (tx) => ({
                jobs: may("jobs.read") ? await readFailedJobs(tx, providerId, jobsOff) : [],
                health: may("platform.read") ? await readHubHealth(tx, nowMs, jobsOff) : null,
              }))
            : { jobs: [], health: null };
        return { ...mine, waiting: [...mine.waiting, ...ofHub.jobs], health: ofHub.health };
      },
    }),
  ];
}
