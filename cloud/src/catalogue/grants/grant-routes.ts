/** Grants: bought ones from the hub's decision on, others (vouchers, accounts) from their first use at a site. */

import { normalisePhone } from "@karibu/protocol/phone-number";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { countMax, listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { grantUse } from "../sessions/grant-use.ts";
import { isStill } from "./paused-time.ts";

const id = z.string().min(1).max(128);

export const grantView = z.object({
  grantId: z.string(),
  siteId: z.string(),
  origin: z.enum(["purchase", "voucher", "account"]),
  planName: z.string(),
  /** `waiting`: bought, not used yet. `paused`: by staff, while it had time left; its time stands still. */
  state: z.enum(["waiting", "running", "paused", "ended", "revoked"]),
  /** The payment that bought it. */
  paymentId: z.string().nullable(),
  unverified: z.boolean(),
  createdAtMs: z.number().int(),
  startedAtMs: z.number().int().nullable(),
  endsAtMs: z.number().int().nullable(),
  revokedAtMs: z.number().int().nullable(),
  /** Staff paused it: nobody uses it. */
  pausedAtMs: z.number().int().nullable(),
  usedBytes: z.number().int(),
  usedSeconds: z.number().int(),
  sessionsOpen: z.number().int(),
});

interface GrantRow {
  grantId: string;
  siteId: string;
  origin: "purchase" | "voucher" | "account";
  planName: string;
  purchaseId: string | null;
  unverified: boolean;
  createdAtMs: number;
  startedAtMs: number | null;
  endsAtMs: number | null;
  revokedAtMs: number | null;
  pausedAtMs: number | null;
  usedBytes: number;
  usedSeconds: number;
  sessionsOpen: number;
}

const list = listOf({
  sort: { made: { by: sql.ref("createdAtMs"), kind: "number" } },
  default: "-made",
  tie: [sql.ref("grantId"), sql.ref("siteId")],
  search: [sql.ref("planName"), sql.ref("grantId")],
});

const listQuery = list.query.extend({
  siteId: id.optional(),
  origin: grantView.shape.origin.optional(),
  state: grantView.shape.state.optional(),
  /** Bought by the customer who has this number. */
  phone: z.string().max(30).optional(),
});
type GrantQuery = Omit<z.output<typeof listQuery>, "phone"> & {
  readonly grantId?: string;
  readonly phoneOf?: Party | undefined;
};

export function grantRoutes(world: World) {
  const view = (row: GrantRow) => viewOf(row, world.clock.wall().atMs);
  return [
    route({
      method: "GET",
      path: "/api/v1/grants",
      summary: "Grants, newest first",
      permission: "grants.read",
      query: listQuery,
      response: pageOf(grantView),
      handle: ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => {
          const { q: _, count: _count, ...place } = query;
          const { phone } = query;
          const country = await countryOfProvider(tx, providerId);
          const phoneOf = phone === undefined ? undefined : partyOf(normalisePhone(phone, country) ?? "");
          const grants = knownGrants(tx, { ...query, phoneOf }, world.clock.wall().atMs);
          const all = { ...query, phoneOf, limit: countMax, cursor: undefined };
          const known = knownGrants(tx, all, world.clock.wall().atMs);
          const total = await list.totalOf(known, { ...place, count: query.count });
          return { ...(await list.page(withUse(tx, grants), place, view)), ...(total === null ? {} : { total }) };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/grants/{grantId}",
      summary: "One grant; if several sites used it, at the first one",
      permission: "grants.read",
      params: z.object({ grantId: id }),
      response: grantView,
      handle: async ({ params: { grantId }, transact }) =>
        transact(async (tx) => {
          const asked = { limit: 1, sort: "made", grantId };
          const rows = await withUse(tx, knownGrants(tx, asked, world.clock.wall().atMs)).execute();
          const first = rows.sort((one, other) => one.createdAtMs - other.createdAtMs)[0];
          if (first === undefined) throw notFound("grant");
          return view(first);
        }),
    }),
  ];
}

/** Bought grants, and those that a site reported first. Each part is cut to the page by its index, then both are merged. */
function knownGrants(tx: Tx, asked: GrantQuery, nowMs: number) {
  const { siteId, origin, phoneOf, state, grantId } = asked;
  const bought = tx
    .selectFrom("grants as bought")
    .leftJoin("grant_starts as start", (join) =>
      join
        .onRef("start.providerId", "=", "bought.providerId")
        .onRef("start.grantId", "=", "bought.grantId")
        .onRef("start.siteId", "=", "bought.siteId"),
    )
    .select(["bought.providerId", "bought.grantId", "bought.siteId", "bought.planName"])
    .select(sql<string | null>`coalesce(bought.purchase_id, bought.bundle_purchase_id)`.as("purchaseId"))
    .select(sql<GrantRow["origin"]>`bought.origin`.as("origin"))
    .select(["bought.unverified", "bought.createdAtMs", "start.startedAtMs", "start.endsAtMs"])
    .select(["bought.revokedAtMs", pausedAt("bought").as("pausedAtMs")])
    .$if(phoneOf !== undefined, (is) => is.where("bought.phoneHash", "=", phoneOf as Party));
  const reported = tx
    .selectFrom("grant_starts as start")
    .select(["start.providerId", "start.grantId", "start.siteId", "start.planName"])
    .select([sql<string | null>`null::text`.as("purchaseId"), "start.origin"])
    .select([sql<boolean>`false`.as("unverified"), "start.startedAtMs as createdAtMs"])
    .select(["start.startedAtMs", "start.endsAtMs", sql<number | null>`null::bigint`.as("revokedAtMs")])
    .select(pausedAt("start").as("pausedAtMs"))
    // Checked row by row, and only for bought grants: few of those began at another site than where they were bought.
    .where(sql<boolean>`(start.origin <> 'purchase' or not exists (select from grants bought
      where bought.provider_id = start.provider_id and bought.grant_id = start.grant_id and bought.site_id = start.site_id))`)
    .$if(phoneOf !== undefined, (is) => is.where(sql<boolean>`false`));
  const cut = (rows: typeof reported) =>
    list.cut(
      tx
        .selectFrom(rows.as("one"))
        .selectAll()
        .$if(siteId !== undefined, (is) => is.where("siteId", "=", siteId ?? ""))
        .$if(origin !== undefined, (is) => is.where("origin", "=", origin ?? "purchase"))
        .$if(grantId !== undefined, (is) => is.where("grantId", "=", grantId ?? ""))
        .$if(state !== undefined, (is) => is.where(stateColumn(nowMs), "=", state ?? "running")),
      asked,
    );
  const { q: _, ...place } = asked;
  const both = tx.selectFrom(cut(bought as typeof reported).as("bought_ones")).selectAll();
  const all = both.unionAll(tx.selectFrom(cut(reported).as("reported_ones")).selectAll());
  return list.cut(tx.selectFrom(all.as("known")).selectAll(), place);
}

/** Adds up usage for the rows of the page, not for the whole table. */
function withUse(tx: Tx, known: ReturnType<typeof knownGrants>) {
  return tx
    .selectFrom(known.as("known"))
    .leftJoinLateral(
      (from) =>
        from
          .selectFrom(grantUse.as("use"))
          .select([
            bounded(sql`coalesce(sum(used_bytes), 0)`).as("usedBytes"),
            bounded(sql`coalesce(sum(online_seconds), 0)`).as("usedSeconds"),
            sql<number>`count(*) filter (where stopped_at_ms is null)`.as("sessionsOpen"),
          ])
          .whereRef("use.providerId", "=", "known.providerId")
          .whereRef("use.grantId", "=", "known.grantId")
          .whereRef("use.siteId", "=", "known.siteId")
          .as("used"),
      (join) => join.onTrue(),
    )
    .selectAll("known")
    .select(sql<number>`used.used_bytes`.as("usedBytes"))
    .select(sql<number>`used.used_seconds`.as("usedSeconds"))
    .select(sql<number>`used.sessions_open`.as("sessionsOpen"));
}

const pausedAt = (row: string) => sql<number | null>`(select change.paused_at_ms from grant_changes change
  where change.provider_id = ${sql.ref(`${row}.provider_id`)} and change.site_id = ${sql.ref(`${row}.site_id`)}
    and change.grant_id = ${sql.ref(`${row}.grant_id`)})`;

/** The same as `stateOf`, in SQL. */
const stateColumn = (nowMs: number) => sql<string>`case when revoked_at_ms is not null then 'revoked'
  when paused_at_ms < coalesce(ends_at_ms, paused_at_ms + 1) then 'paused'
  when started_at_ms is null then 'waiting' when ends_at_ms <= ${nowMs}::bigint then 'ended' else 'running' end`;

function viewOf(row: GrantRow, nowMs: number): z.input<typeof grantView> {
  return {
    grantId: row.grantId,
    siteId: row.siteId,
    origin: row.origin,
    planName: row.planName,
    state: stateOf(row, nowMs),
    paymentId: row.purchaseId,
    unverified: row.unverified,
    createdAtMs: row.createdAtMs,
    startedAtMs: row.startedAtMs,
    endsAtMs: row.endsAtMs,
    revokedAtMs: row.revokedAtMs,
    pausedAtMs: row.pausedAtMs,
    usedBytes: row.usedBytes,
    usedSeconds: row.usedSeconds,
    sessionsOpen: row.sessionsOpen,
  };
}

/** By time only. A grant whose data is used up still counts as running here, because its site decides that. */
function stateOf(row: GrantRow, nowMs: number): z.input<typeof grantView>["state"] {
  if (row.revokedAtMs !== null) return "revoked";
  if (isStill(row)) return "paused";
  if (row.startedAtMs === null) return "waiting";
  return row.endsAtMs !== null && row.endsAtMs <= nowMs ? "ended" : "running";
}
