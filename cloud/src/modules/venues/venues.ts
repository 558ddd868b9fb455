/** Venues and their shares in the database. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, type Problem, refusal, wrongField } from "../../ground/http/problem.ts";
import { overshares } from "./share-policy.ts";

export type VenueRow = Selectable<Schema["venues"]>;

export interface VenueFields {
  readonly name: string;
  readonly phone: string | null;
  readonly active: boolean;
}

export interface ShareFields {
  readonly siteId: string;
  readonly planId: string | null;
  readonly permille: number;
}

export async function insertVenue(world: World, tx: Tx, providerId: string, fields: VenueFields): Promise<VenueRow> {
  const nowMs = world.clock.wall().atMs;
  return tx
    .insertInto("venues")
    .values({
      providerId,
      venueId: newId(world),
      nameKey: nameKey(fields.name),
      ...fields,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(onCollision(nameTaken));
}

export async function updateVenue(
  world: World,
  tx: Tx,
  venueId: string,
  { name, phone, active }: { readonly [Field in keyof VenueFields]?: VenueFields[Field] | undefined },
): Promise<void> {
  const row = await tx
    .updateTable("venues")
    .set({
      ...(name === undefined ? {} : { name, nameKey: nameKey(name) }),
      phone,
      active,
      updatedAtMs: world.clock.wall().atMs,
    })
    .where("venueId", "=", venueId)
    .returning("venueId")
    .executeTakeFirst()
    .catch(onCollision(nameTaken));
  if (row === undefined) throw notFound("venue");
}

export async function readVenue(tx: Tx, venueId: string): Promise<VenueRow> {
  const row = await tx.selectFrom("venues").selectAll().where("venueId", "=", venueId).executeTakeFirst();
  if (row === undefined) throw notFound("venue");
  return row;
}

/**
 * All shares of a venue from now on; what was sold before keeps its own. Throws Problems that name the field, and 409 "overshared" where venues of
 * one site would get more than was sold. The caller has accrued what was sold until now, under the lock of the shares.
 */
export async function setShares(
  world: World,
  tx: Tx,
  {
    providerId,
    venueId,
    shares,
  }: { readonly providerId: string; readonly venueId: string; readonly shares: readonly ShareFields[] },
): Promise<void> {
  const keyOf = ({ siteId, planId }: ShareFields) => `${siteId} ${planId}`;
  if (new Set(shares.map(keyOf)).size < shares.length) throw wrongField("shares", "twice");
  for (const { siteId, planId } of shares) {
    await readSite(tx, siteId, "shares");
    if (planId !== null) await readPlan(tx, planId, "shares");
  }
  const open = await tx.selectFrom("venue_shares").selectAll().where("untilMs", "is", null).execute();
  for (const siteId of new Set(shares.map((share) => share.siteId))) {
    const others = open.filter((row) => row.siteId === siteId && row.venueId !== venueId);
    const all = [
      ...others.map((row) => ({ venueId: row.venueId, planId: row.planId, permille: row.permille })),
      ...shares.filter((share) => share.siteId === siteId).map((share) => ({ ...share, venueId })),
    ];
    if (overshares(all)) throw refusal("overshared", { field: "shares" });
  }
  const nowMs = world.clock.wall().atMs;
  const mine = open.filter((row) => row.venueId === venueId);
  const stays = (row: (typeof mine)[number]) =>
    shares.some((one) => one.siteId === row.siteId && one.planId === row.planId && one.permille === row.permille);
  for (const row of mine.filter((one) => !stays(one)))
    await tx.updateTable("venue_shares").set({ untilMs: nowMs }).where("shareId", "=", row.shareId).execute();
  const kept = new Set(mine.filter(stays).map((row) => `${row.siteId} ${row.planId}`));
  for (const share of shares.filter((one) => !kept.has(keyOf(one))))
    await tx
      .insertInto("venue_shares")
      .values({
        providerId,
        shareId: newId(world),
        venueId,
        siteId: share.siteId,
        planId: share.planId,
        permille: share.permille,
        fromMs: nowMs,
        untilMs: null,
      })
      .execute();
}

/** Throws Problem 412 "changed" where these are not the shares of now. Under the lock of the shares. */
export async function refuseOthers(tx: Tx, venueId: string, was: readonly ShareFields[]): Promise<void> {
  const rows = await tx
    .selectFrom("venue_shares")
    .select(["siteId", "planId", "permille"])
    .where("venueId", "=", venueId)
    .where("untilMs", "is", null)
    .execute();
  const is = rows.map((row) => `${row.siteId} ${row.planId} ${row.permille}`).sort();
  const seen = was.map((share) => `${share.siteId} ${share.planId} ${share.permille}`).sort();
  if (is.join("\n") !== seen.join("\n")) throw refusal("changed", { field: "was" });
}

export interface VenueBalance {
  readonly currency: string;
  /** What they have to get; below zero: refunds took more back than was left. */
  readonly balanceCents: number;
}

export async function readBalances(
  tx: Tx,
  providerId: string,
  venueIds: readonly string[],
): Promise<Map<string, VenueBalance[]>> {
  const { rows } = await sql<{ venueId: string; currency: string; cents: number | string }>`
    select substr(account, 7) as venue_id, currency, (0 - sum(amount_cents))::bigint as cents from ledger_postings
    where provider_id = ${providerId} and account in
      (select 'venue:' || id from jsonb_array_elements_text(${JSON.stringify(venueIds)}::jsonb) as given(id))
    group by 1, 2 order by 1, 2`.execute(tx);
  const balances = new Map<string, VenueBalance[]>(venueIds.map((id) => [id, []]));
  for (const { venueId, currency, cents } of rows)
    balances.get(venueId)?.push({ currency, balanceCents: Number(cents) });
  return balances;
}

const nameKey = (name: string): string => name.trim().replace(/\s+/g, " ").toLowerCase();

function nameTaken(): Problem {
  return refusal("name-taken", { field: "name" });
}
