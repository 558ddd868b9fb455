/**
 * Looks at open purchases: is there anything to ask their channels now? Mostly there is not: what has paid takes what others leave of an app's budget, and
 * that is spent when many pay. So looks that are due together share a transaction and six statements, of any providers. Where there may be something to
 * ask or to judge, the purchase gets a job of its own (`payments.ask-now`), which locks the budget and does it: see `ask.ts`.
 */

import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { together } from "../../ground/jobs/together.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { hasFact } from "../evidence/unjudged.ts";
import { askJob, askNowJob, type PurchaseRow, setAllWaiting } from "../purchases/purchase-rows.ts";
import { purchasesAmong } from "../purchases/purchases-to-ask.ts";
import { type AskParts, askedColumns, isClaimed, lookOptions, toAskable } from "./ask.ts";
import { type AskSettings, decideAsk, isUrgent } from "./ask-policy.ts";
import { nextAtMsOf, spacingOf } from "./question-budget.ts";

export interface LookedAt {
  readonly providerId: string;
  readonly purchaseId: string;
}

type Looked = Pick<
  PurchaseRow,
  "providerId" | "purchaseId" | "channelId" | "claimedAtMs" | "waitsSinceMs" | (typeof askedColumns)[number]
> & { readonly hasNew: boolean; readonly hasParked: boolean };

/** What a look finds: nothing, a later moment, or something that only a job of its own may do. */
type Found = "done" | "ask-now" | { readonly soonMs: number; readonly waits: boolean };

/** As many looks share a transaction. */
const looksMax = 64;
/** The queue looks by itself so often: what is due later is found in time. */
const soonMsMax = 5000;

/** @returns looks at a purchase. @returns of that: false where the transaction failed: something in it is another purchase's trouble, and it goes alone */
export function createLooks(parts: AskParts, settings: AskSettings): (purchase: LookedAt) => Promise<boolean> {
  const { world, database, channels, jobs } = parts;
  return together(looksMax, async (asked: readonly LookedAt[]) => {
    try {
      const hasJobs = await database.asPlatform("look-at-purchases", (tx) => look(tx, asked));
      if (hasJobs) jobs.wake();
      return asked.map(() => true);
    } catch (error) {
      world.log.warn("not-looked-together", { purchases: asked.length, error: String(error) });
      return asked.map(() => false);
    }
  });

  /** @returns there are jobs that are due before the queue looks by itself */
  async function look(tx: Tx, asked: readonly LookedAt[]): Promise<boolean> {
    const nowMs = world.clock.wall().atMs;
    const rows = await lockLooked(tx, asked);
    const budgets = await readBudgets(tx, rows, nowMs);
    const found = rows.map((row) => ({ row, found: findOf(row, budgets.get(channelName(row)), nowMs) }));
    const seen = new Set(rows.map(rowName));
    // Somebody holds it, or it is gone: alone it waits, or says so.
    const unseen = asked.filter(({ providerId, purchaseId }) => !seen.has(`${providerId}/${purchaseId}`));
    const now = [...unseen, ...found.flatMap((each) => (each.found === "ask-now" ? [idOf(each.row)] : []))];
    const later = found.flatMap(({ row, found: what }) => (typeof what === "string" ? [] : [{ row, ...what }]));
    await setAllWaiting(
      tx,
      later.flatMap(({ row, waits }) => (waits && row.waitsSinceMs === null ? [row] : [])),
      nowMs,
    );
    // Nothing is asked about it any more: its place in the queue is another's.
    const over = found.flatMap(({ row, found: what }) => (what === "done" && row.waitsSinceMs !== null ? [row] : []));
    await setAllWaiting(tx, over, null);
    await jobs.sendAll(
      tx,
      askJob,
      later.map(({ row }) => idOf(row)),
      later.map(({ row, soonMs }) => lookOptions(row.purchaseId, nowMs, soonMs)),
    );
    await jobs.sendAll(tx, askNowJob, now);
    return now.length > 0 || later.some(({ soonMs }) => soonMs < soonMsMax);
  }

  /** @param budget as far as is known: it is not locked; a question that this look leads to is spent of it, for the looks behind it */
  function findOf(row: Looked, budget: Budget | undefined, nowMs: number): Found {
    if (budget === undefined || row.hasNew || isClaimed(row)) return "ask-now";
    const freeInMs = Math.max(0, budget.nextAtMs - nowMs);
    const idle = budget.nextAtMs <= nowMs - settings.spacingMs;
    const decision = decideAsk(toAskable(row, row.hasParked, nowMs), { freeInMs, idle }, settings);
    if (decision.kind === "done") return "done";
    const isQuiet = decision.kind === "wait" && !(decision.forBudget === true && isUrgent(row));
    if (isQuiet) return { soonMs: decision.soonMs, waits: decision.forBudget === true };
    if (decision.kind === "ask") budget.nextAtMs = nowMs + budget.spacingMs;
    return "ask-now";
  }

  /** Of the apps of these purchases' channels, by channel: channels of one app have one. None of a channel whose keys can't be read: alone, that is noted. */
  async function readBudgets(tx: Tx, rows: readonly Looked[], nowMs: number): Promise<ReadonlyMap<string, Budget>> {
    if (rows.length === 0) return new Map();
    const [providerIds, channelIds] = [rows.map((row) => row.providerId), rows.map((row) => row.channelId)];
    const { rows: ofThem } = await sql<ChannelRow>`
      select distinct channels.* from channels
      join unnest(${providerIds}::text[], ${channelIds}::text[]) as asked (provider_id, channel_id) using (provider_id, channel_id)`.execute(
      tx,
    );
    const spent = await tx
      .selectFrom("app_budgets")
      .select(["providerId", "app", "nextAtMs"])
      .where("providerId", "in", [...new Set(providerIds)])
      .execute();
    const byApp = new Map(spent.map((each) => [`${each.providerId}/${each.app}`, each.nextAtMs]));
    const budgets = new Map<string, Budget>();
    const byChannel = new Map<string, Budget>();
    for (const channel of ofThem) {
      const app = ifReadable(() => channels.appOf(channel), null);
      if (app === null) continue;
      const name = `${channel.providerId}/${app}`;
      const spacingMs = spacingOf(channels.kinds, channel, settings);
      const budget = budgets.get(name) ?? { nextAtMs: nextAtMsOf(byApp.get(name) ?? 0, nowMs, spacingMs), spacingMs };
      budgets.set(name, budget);
      byChannel.set(channelName(channel), budget);
    }
    return byChannel;
  }
}

interface Budget {
  nextAtMs: number;
  readonly spacingMs: number;
}

const rowName = (row: Pick<Looked, "providerId" | "purchaseId">): string => `${row.providerId}/${row.purchaseId}`;
const channelName = (row: Pick<Looked, "providerId" | "channelId">): string => `${row.providerId}/${row.channelId}`;
const idOf = (row: Looked): LookedAt => ({ providerId: row.providerId, purchaseId: row.purchaseId });

/** Those of them that nobody holds, until the transaction ends. It waits for nobody. */
async function lockLooked(tx: Tx, asked: readonly LookedAt[]): Promise<Looked[]> {
  const columns = ["provider_id", "purchase_id", "channel_id", "claimed_at_ms", "waits_since_ms", ...askedColumns];
  const { rows } = await sql<Looked>`
    select ${sql.join(columns.map((name) => sql.ref(`purchases.${name}`)))}, ${hasFact("purchases", "new")} as has_new, ${hasFact("purchases", "parked")} as has_parked
    from ${purchasesAmong(asked)}
    for no key update of purchases skip locked`.execute(tx);
  return rows;
}
