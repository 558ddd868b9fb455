/** Plans in the database and in the feed: one transaction writes both. */

import { newId } from "@karibu/protocol/identifiers";
import type { PlacePrice } from "@karibu/protocol/offers/place-price";
import { type Plan, type Terms, type Trial, usualIdleTimeoutSeconds } from "@karibu/protocol/plan";
import { cents } from "@karibu/protocol/quantities";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, type Selectable, sql, type UpdateObject } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";

export type PlanRow = Selectable<Schema["plans"]>;

export interface PlanFields {
  readonly name: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly active: boolean;
  readonly groupId?: string | null | undefined;
  readonly prices?: readonly PlacePrice[] | undefined;
  readonly trial?: Trial | null | undefined;
  readonly terms: Terms;
}

/** Throws a Problem 409 when the name is taken. */
export async function insertPlan(
  world: World,
  publish: Publish,
  tx: Tx,
  providerId: string,
  plan: PlanFields,
): Promise<PlanRow> {
  const nowMs = world.clock.wall().atMs;
  const row = await tx
    .insertInto("plans")
    .values({
      providerId,
      planId: newId(world),
      ...columnsOf(plan),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      deletedAtMs: null,
    })
    .onConflict((conflict) => conflict.columns(["providerId", "name"]).where("deletedAtMs", "is", null).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw nameTaken();
  checkTrial(row);
  await publishPlan(publish, tx, row);
  return row;
}

export interface PlanChange {
  readonly name?: string | undefined;
  readonly priceCents?: number | undefined;
  readonly currency?: string | undefined;
  readonly active?: boolean | undefined;
  readonly groupId?: string | null | undefined;
  readonly prices?: readonly PlacePrice[] | undefined;
  /** Null: it is no trial any more. */
  readonly trial?: Trial | null | undefined;
  readonly terms?: { readonly [Limit in keyof Terms]?: Terms[Limit] | undefined } | undefined;
}

/** Fields that are left out stay, also within the terms. Sold grants and batches have a copy of the terms and do not change. */
export async function updatePlan(
  world: World,
  publish: Publish,
  tx: Tx,
  planId: string,
  { name, priceCents, currency, active, groupId, prices, trial, terms }: PlanChange,
): Promise<PlanRow> {
  // Time online that is new comes with its idle time-out; a plan that said "none" before keeps its word.
  const isNewUse = terms?.useSeconds != null && (await readPlan(tx, planId)).terms.useSeconds === null;
  const given = isNewUse ? { idleTimeoutSeconds: usualIdleTimeoutSeconds, ...terms } : terms;
  const row = await changeRow(world, tx, planId, {
    name,
    priceCents,
    currency,
    active,
    // On sale, it is out of nobody's way: in the archive nobody would see that it is sold.
    ...(active === true ? { archivedAtMs: null } : {}),
    groupId,
    ...(prices === undefined ? {} : { prices: json(prices) }),
    ...(trial === undefined ? {} : { trial: trial === null ? null : json(trial) }),
    ...(given === undefined ? {} : { terms: sql<Terms>`terms || ${json(given)}` }),
  });
  checkTrial(row);
  await publishPlan(publish, tx, row);
  return row;
}

/** A trial is small: it ends by time. */
const trialSecondsMax = 7 * 86_400;

/** Throws a Problem where the plan is given to try and sold too, or given without end. Its transaction is undone then. */
function checkTrial({ trial, active, terms }: PlanRow): void {
  if (trial === null) return;
  if (active) throw refusal("trial-not-sold", { field: "active" });
  const { validitySeconds } = terms;
  if (validitySeconds === null || validitySeconds > trialSecondsMax)
    throw refusal("trial-without-end", { field: "validitySeconds" });
}

/** Archived: inactive at every site, and hidden in lists. After it is restored it stays inactive until it is switched on. */
export async function archivePlan(
  world: World,
  publish: Publish,
  tx: Tx,
  planId: string,
  isArchived: boolean,
): Promise<PlanRow> {
  const archivedAtMs = isArchived ? world.clock.wall().atMs : null;
  const row = await changeRow(world, tx, planId, { active: false, archivedAtMs });
  await publishPlan(publish, tx, row);
  return row;
}

/** `1 hour (2)`, or the next free number. */
export async function copyName(tx: Tx, name: string): Promise<string> {
  const stem = cutText(name.replace(/ \(\d+\)$/, ""), 90);
  const rows = await tx.selectFrom("plans").select("name").where("deletedAtMs", "is", null).execute();
  const taken = new Set(rows.map((row) => row.name));
  for (let number = 2; ; number++) if (!taken.has(`${stem} (${number})`)) return `${stem} (${number})`;
}

export async function deletePlan(world: World, publish: Publish, tx: Tx, planId: string): Promise<void> {
  const { providerId } = await changeRow(world, tx, planId, { deletedAtMs: world.clock.wall().atMs });
  await publish(tx, { providerId, target: { scope: "provider" }, kind: "plan", key: planId, body: null });
}

/** Throws a Problem 404, or 409 when the name is taken. */
async function changeRow(
  world: World,
  tx: Tx,
  planId: string,
  change: UpdateObject<Schema, "plans">,
): Promise<PlanRow> {
  const row = await tx
    .updateTable("plans")
    .set({ ...change, updatedAtMs: world.clock.wall().atMs })
    .where("planId", "=", planId)
    .where("deletedAtMs", "is", null)
    .returningAll()
    .executeTakeFirst()
    .catch(onCollision(nameTaken));
  if (row === undefined) throw notFound("plan");
  return row;
}

/** Throws a Problem 404; `field` names the input when the id came in a body. */
export async function readPlan(tx: Tx, planId: string, field?: string): Promise<PlanRow> {
  const row = await readKeptPlan(tx, planId, field);
  if (row.deletedAtMs !== null) throw notFound("plan", field);
  return row;
}

/** Names of all plans of a provider by their ids, as they are written there. */
export async function allPlanNames(tx: Tx, providerId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.selectFrom("plans").select(["planId", "name"]).where("providerId", "=", providerId).execute();
  return new Map(rows.map((row) => [row.planId, row.name]));
}

/** Those that are sold, of these or of all. One whose date has passed is among them (`isPastDate`). */
export function plansOnSale(tx: Tx, providerId: string, planIds?: readonly string[]): Promise<PlanRow[]> {
  let rows = tx.selectFrom("plans").selectAll().where("providerId", "=", providerId);
  if (planIds !== undefined) rows = rows.where("planId", "in", planIds);
  return rows.where("active", "=", true).where("deletedAtMs", "is", null).execute();
}

export async function isTrial(tx: Tx, providerId: string, planId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("plans")
    .select("planId")
    .where("providerId", "=", providerId)
    .where("planId", "=", planId)
    .where("trial", "is not", null)
    .where("archivedAtMs", "is", null)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  return row !== undefined;
}

/** Also one that was deleted since: lines that have it keep it. */
export async function readKeptPlan(tx: Tx, planId: string, field?: string): Promise<PlanRow> {
  const row = await tx.selectFrom("plans").selectAll().where("planId", "=", planId).executeTakeFirst();
  if (row === undefined) throw notFound("plan", field);
  return row;
}

async function publishPlan(publish: Publish, tx: Tx, row: PlanRow): Promise<void> {
  const { trial, ...plan } = planOf(row);
  const body = trial === undefined || row.archivedAtMs !== null ? plan : { ...plan, trial };
  await publish(tx, {
    providerId: row.providerId,
    target: { scope: "provider" },
    kind: "plan",
    key: row.planId,
    body,
  });
}

export function planOf(row: PlanRow): Plan {
  const { name, currency, active, terms, prices } = row;
  const plan = { planId: row.planId, name, priceCents: cents(row.priceCents), currency, active, terms };
  const tried = row.trial === null ? plan : { ...plan, trial: row.trial };
  return prices.length === 0 ? tried : { ...tried, prices: [...prices] };
}

function columnsOf({ name, priceCents, currency, active, terms, groupId, prices = [], trial }: PlanFields) {
  const tried = { trial: trial == null ? null : json(trial) };
  const more = { groupId: groupId ?? null, prices: json(prices), ...tried };
  return { name, priceCents, currency, active, terms, ...more };
}

function nameTaken(): Problem {
  return refusal("name-taken", { field: "name" });
}

/** When the oldest plan that is on sale was made, as a column. Null: there is none. */
export const oldestOnSaleAtMs = (providerId: string): RawBuilder<number | null> =>
  sql`(select min(created_at_ms) from plans where provider_id = ${providerId} and active and deleted_at_ms is null)`;
