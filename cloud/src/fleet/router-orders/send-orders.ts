/** The steps of one router's lane, each a transaction: what is sent next, and what came of it. */

import type { RouterAction } from "@karibu/protocol/router/router-actions";
import type { RouterRow } from "@karibu/protocol/router/router-views";
import { storableText } from "@karibu/protocol/whole-text";
import { type RawBuilder, sql, type Updateable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { hasComeSql } from "../../ground/db/hub-clock.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { isLinked } from "../link/site-links.ts";
import type { Place } from "../routers/read-router.ts";
import { forgetFreshness, storable } from "../routers/reading-store.ts";
import { advanceBulk, type BulkParts } from "./bulks.ts";
import { longActionOf } from "./long-actions.ts";
import { repeatAfterMs, repeatMsMax, spend, unansweredMsMax } from "./order-policy.ts";
import type { OrderState } from "./order-states.ts";
import { readAction, unreadable } from "./order-store.ts";
import { noLongerAllowed, standingOf } from "./still-may.ts";

/** A lane that its process did not renew for so long is free. */
const heldMs = 30_000;

export interface Sending {
  readonly orderId: string;
  readonly bulkId: string | null;
  readonly action: RouterAction;
  readonly actor: string;
  readonly expiresAtMs: number;
  readonly timesSent: number;
}

export type NextStep =
  | { readonly kind: "send"; readonly order: Sending }
  | { readonly kind: "later"; readonly atMs: number }
  | { readonly kind: "idle" }
  /** This one ended without being sent: the next may go. */
  | { readonly kind: "over" }
  /** Nobody of the provider ordered it: the caller finds out whether this person still acts for providers, and asks again. */
  | { readonly kind: "whose"; readonly userId: string };

const isLaneDue = (nowMs: number) =>
  sql`${hasComeSql("d.nextAtMs", repeatMsMax, nowMs)} and ${hasComeSql("d.heldUntilMs", heldMs, nowMs)}`;
const isOverdue = (nowMs: number) => sql`((state = 'waiting' and expires_at_ms <= ${nowMs}::bigint)
  or (state = 'sent' and expires_at_ms <= ${nowMs - unansweredMsMax}::bigint))`;

/** Runs, and none of its orders is open: who gave the last one its outcome ended before the next stage had begun. */
const isStalled = sql`b.state = 'running' and not exists (select from router_orders o
  where o.provider_id = b.provider_id and o.bulk_id = b.bulk_id and o.state in ('waiting', 'sent'))`;

export async function stalledBulks(tx: Tx, max: number): Promise<{ providerId: string; bulkId: string }[]> {
  const { rows } = await sql<{ providerId: string; bulkId: string }>`
    select b.provider_id, b.bulk_id from router_bulks b where ${isStalled} limit ${max}`.execute(tx);
  return rows;
}

export interface LanesWanted {
  readonly processId: string;
  readonly nowMs: number;
  readonly max: number;
  /** Of one provider, with those that this process holds already. */
  readonly ofProviderMax: number;
  /** By provider: how many lanes this process holds. */
  readonly held: Readonly<Record<string, number>>;
}

/**
 * Lanes that are due, whose site has its link in this process, and that nobody holds; of the providers with fewest first. A provider whose sites
 * answer late, or never, keeps only its own part from the others.
 */
export async function takeLanes(tx: Tx, wanted: LanesWanted): Promise<Place[]> {
  const { processId, nowMs, max, ofProviderMax, held } = wanted;
  const { rows } = await sql<Place>`
    with ranked as (
      select d.provider_id, d.site_id, coalesce((${JSON.stringify(held)}::jsonb ->> d.provider_id)::int, 0)
        + row_number() over (partition by d.provider_id order by d.next_at_ms, d.site_id) as rank
      from router_lanes d where ${isLinked("d", processId)} and ${isLaneDue(nowMs)}
    )
    update router_lanes n set held_by = ${processId}, held_until_ms = ${nowMs + heldMs}::bigint
    from (
      select d.provider_id, d.site_id from router_lanes d
      join ranked r on r.provider_id = d.provider_id and r.site_id = d.site_id and r.rank <= ${ofProviderMax}
      where ${isLaneDue(nowMs)}
      order by r.rank, d.next_at_ms limit ${max} for update of d skip locked
    ) due
    where n.provider_id = due.provider_id and n.site_id = due.site_id
    returning n.provider_id, n.site_id
  `.execute(tx);
  return rows;
}

export async function renewLanes(tx: Tx, processId: string, siteIds: readonly string[], nowMs: number): Promise<void> {
  await sql`update router_lanes set held_until_ms = ${nowMs + heldMs}::bigint
    where held_by = ${processId} and site_id in (select jsonb_array_elements_text(${JSON.stringify(siteIds)}::jsonb))`.execute(
    tx,
  );
}

/** Is there anything that a look of this process would do? Without its limits. */
export const ordersWait = (processId: string, nowMs: number): RawBuilder<boolean> => sql<boolean>`(
  exists (select from router_orders where ${isOverdue(nowMs)})
  or exists (select from router_lanes d where ${isLinked("d", processId)} and ${isLaneDue(nowMs)})
  or exists (select from router_bulks b where ${isStalled}))`;

/** The next order of this router is `sent` from now on: whatever happens to this process, it is repeated until it is answered. */
export async function takeNext(
  parts: BulkParts,
  tx: Tx,
  { providerId, siteId }: Place,
  processId: string,
  helper?: { readonly userId: string; readonly may: boolean },
): Promise<NextStep> {
  const nowMs = parts.world.clock.wall().atMs;
  const lane = await tx
    .selectFrom("router_lanes")
    .selectAll()
    .where("siteId", "=", siteId)
    .where("heldBy", "=", processId)
    .forUpdate()
    .executeTakeFirst();
  if (lane === undefined) return { kind: "idle" }; // others took this process for dead
  const setLane = (change: {
    nextAtMs?: number | null;
    heldUntilMs: number;
    budgetMilli?: number;
    budgetAtMs?: number;
  }) => tx.updateTable("router_lanes").set(change).where("siteId", "=", siteId).execute();
  const next = await tx
    .selectFrom("router_orders")
    .selectAll()
    .where("siteId", "=", siteId)
    .where((is) =>
      is.or([is("state", "=", "sent"), is.and([is("state", "=", "waiting"), is("expiresAtMs", ">", nowMs)])]),
    )
    .orderBy("orderId")
    .limit(1)
    .executeTakeFirst();
  if (next === undefined) {
    await setLane({ nextAtMs: null, heldUntilMs: 0 });
    return { kind: "idle" };
  }
  /** False: somebody cancelled it, or its time ended, since it was read. */
  const setOrder = async (change: Updateable<Schema["router_orders"]>): Promise<boolean> => {
    const { numUpdatedRows } = await tx
      .updateTable("router_orders")
      .set(change)
      .where("orderId", "=", next.orderId)
      .where("state", "=", next.state)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  };
  const end = async (change: { state: "refused" | "cancelled" | "unknown"; why: string }): Promise<NextStep> => {
    if (!(await setOrder({ ...change, answeredAtMs: nowMs, passwordSealed: null }))) return { kind: "over" };
    if (next.bulkId !== null) await advanceBulk(parts, tx, providerId, next.bulkId);
    await parts.emit(tx, providerId, { topic: "router", id: siteId, action: `order-${change.state}` });
    return { kind: "over" };
  };
  // What is sent already is asked for again: the answer may be known.
  const long = next.state === "sent" ? null : await longActionOf(tx, siteId);
  if (long !== null && long.kind !== "restart" && (long.isAtRouter || next.kind === "reboot")) {
    const atMs = nowMs + heldMs;
    await setLane({ nextAtMs: atMs, heldUntilMs: 0 });
    return { kind: "later", atMs };
  }
  const standing = await standingOf(tx, providerId, next.orderedBy, next.kind);
  if (standing === "elsewhere" && helper?.userId !== next.orderedBy) return { kind: "whose", userId: next.orderedBy };
  const may = standing === "may" || (standing === "elsewhere" && helper?.may === true);
  // What was sent may have been done: whether it was, a person must look.
  if (!may) return end({ state: next.state === "sent" ? "unknown" : "cancelled", why: noLongerAllowed });
  const action = readAction(parts.envelope, next, next.orderId);
  if (action === null) return end({ state: "refused", why: unreadable });
  const spent = spend({ milli: lane.budgetMilli, atMs: lane.budgetAtMs }, nowMs);
  if (spent.kind === "later") {
    await setLane({ nextAtMs: spent.atMs, heldUntilMs: 0 });
    return spent;
  }
  const sent = { state: "sent", sentAtMs: next.sentAtMs ?? nowMs, timesSent: next.timesSent + 1 } as const;
  if (!(await setOrder(sent))) return { kind: "over" };
  await setLane({
    heldUntilMs: nowMs + heldMs,
    budgetMilli: spent.left.milli,
    budgetAtMs: spent.left.atMs,
  });
  await parts.emit(tx, providerId, { topic: "router", id: siteId, action: "order-sent" });
  return {
    kind: "send",
    order: {
      orderId: next.orderId,
      bulkId: next.bulkId,
      action,
      actor: next.orderedByName,
      expiresAtMs: next.expiresAtMs,
      timesSent: next.timesSent + 1,
    },
  };
}

export interface Outcome {
  readonly state: Exclude<OrderState, "waiting" | "sent" | "cancelled">;
  readonly why: string | null;
  readonly row: RouterRow | null;
}

export async function noteOutcome(
  parts: BulkParts,
  tx: Tx,
  { providerId, siteId }: Place,
  { orderId, bulkId }: Pick<Sending, "orderId" | "bulkId">,
  { state, why, row }: Outcome,
): Promise<void> {
  await tx
    .updateTable("router_orders")
    .set({
      state,
      why: why === null ? null : storableText(why),
      row: row === null ? null : storable(row),
      answeredAtMs: parts.world.clock.wall().atMs,
      passwordSealed: null,
    })
    .where("orderId", "=", orderId)
    .where("state", "=", "sent")
    .execute();
  await forgetFreshness(tx, siteId);
  if (bulkId !== null) await advanceBulk(parts, tx, providerId, bulkId);
  await parts.emit(tx, providerId, { topic: "router", id: siteId, action: `order-${state}` });
}

/** No answer came: the lane rests, and then sends the same order again. */
export async function restLane(
  parts: BulkParts,
  tx: Tx,
  siteId: string,
  processId: string,
  timesSent: number,
): Promise<void> {
  const nowMs = parts.world.clock.wall().atMs;
  await tx
    .updateTable("router_lanes")
    .set({ nextAtMs: nowMs + repeatAfterMs(timesSent), heldUntilMs: 0 })
    .where("siteId", "=", siteId)
    .where("heldBy", "=", processId)
    .execute();
}

export interface Ended {
  readonly providerId: string;
  readonly siteId: string;
  readonly bulkId: string | null;
  readonly state: "expired" | "unknown";
}

/** Orders whose time is over, of all sites. What was sent and never answered is given up a day later, and a person looks. */
export async function endOverdue(tx: Tx, nowMs: number, max: number): Promise<Ended[]> {
  const { rows } = await sql<Ended>`
    update router_orders o set state = case o.state when 'waiting' then 'expired' else 'unknown' end,
      answered_at_ms = ${nowMs}::bigint, password_sealed = null
    from (
      select provider_id, order_id from router_orders
      where ${isOverdue(nowMs)}
      limit ${max} for update skip locked
    ) over
    where o.provider_id = over.provider_id and o.order_id = over.order_id
    returning o.provider_id, o.site_id, o.bulk_id, o.state
  `.execute(tx);
  return rows;
}
