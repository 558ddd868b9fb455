/** Packages in the database: two rows of one subscription, read under a lock and changed with their log. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { PlanRow } from "../../catalogue/plans/plans.ts";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { PackageEnd } from "./policy/package-policy.ts";
import type { AnySubscriptionRow, PackageRow } from "./subscription.ts";
import { lookJob } from "./subscription-job-names.ts";
import { log } from "./subscription-rows.ts";

export interface PackageRowParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly jobs: JobQueue;
}

const phoneContext = (row: { provider_id: string; subscription_id: string }) =>
  // As its rows were sealed when their table had another name.
  `renewal/${row.provider_id}/${row.subscription_id}`;

/** The customer wants it. The same customer, plan and site a second time is the same row, switched on again. */
export async function startPackage(
  parts: PackageRowParts,
  tx: Tx,
  wanted: {
    readonly providerId: string;
    readonly phone: string;
    readonly plan: PlanRow;
    readonly siteId: string;
    readonly who: string;
  },
): Promise<PackageRow> {
  const { world } = parts;
  const { providerId, phone, plan, siteId } = wanted;
  const nowMs = world.clock.wall().atMs;
  const party = parts.parties.ofPhone(providerId, phone);
  const ids = { provider_id: providerId, subscription_id: newId(world) };
  const of = { party, plan_id: plan.plan_id, site_id: siteId };
  const last = await lastBought(tx, providerId, of);
  const made = await tx
    .insertInto("subscription_packages")
    .values({
      ...ids,
      ...of,
      phone_sealed: parts.envelope.seal(Buffer.from(phone), phoneContext(ids)),
      phone_masked: maskPhone(phone),
      started_ms: nowMs,
      last_purchase_id: last,
      problem: null,
      suspended_at_ms: null,
    })
    .onConflict((conflict) => conflict.columns(["provider_id", "party", "plan_id", "site_id"]).doNothing())
    .returning("subscription_id")
    .executeTakeFirst();
  if (made !== undefined)
    await tx
      .insertInto("subscriptions")
      .values({
        ...ids,
        kind: "package",
        plan_id: plan.plan_id,
        plan_name: plan.name,
        price_cents: plan.price_cents,
        currency: plan.currency,
        anchor_ms: nowMs,
        periods: 0,
        paid_until_ms: nowMs,
        auto_renew: true,
        noted_phase: "active",
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      })
      .execute();
  const there = await packageRows(tx)
    .where("package.provider_id", "=", providerId)
    .where("package.party", "=", party)
    .where("package.plan_id", "=", plan.plan_id)
    .where("package.site_id", "=", siteId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // One that is on goes on where it is; the tries of one that is on have keys: they are counted on. One that was off starts anew.
  const isOn = there.ended_at_ms === null;
  const row = await setPackage(
    world,
    tx,
    there,
    {
      ended_at_ms: null,
      noted_phase: "active",
      plan_name: plan.name,
      price_cents: plan.price_cents,
      ...(isOn ? {} : { prompts: 0, prompted_at_ms: null }),
    },
    {
      problem: null,
      suspended_at_ms: null,
      tries: 0,
      ...(isOn ? {} : { started_ms: nowMs, last_purchase_id: last }),
    },
  );
  await log(parts, tx, row, { what: "made", who: wanted.who });
  return lookAtPackage(parts, tx, row, 0);
}

/** The newest package of these that was not taken back, however it was bought. @param afterPurchaseId only what was bought later counts */
export async function lastBought(
  tx: Tx,
  providerId: string,
  of: { readonly party: Party; readonly plan_id: string; readonly site_id: string },
  afterPurchaseId: string | null = null,
): Promise<string | null> {
  const last = await tx
    .selectFrom("purchases")
    .innerJoin("grants", (join) =>
      join
        .onRef("grants.provider_id", "=", "purchases.provider_id")
        .onRef("grants.purchase_id", "=", "purchases.purchase_id"),
    )
    .select("purchases.purchase_id")
    .where("purchases.provider_id", "=", providerId)
    .where("purchases.phone_hash", "=", of.party)
    .where("purchases.plan_id", "=", of.plan_id)
    .where("purchases.site_id", "=", of.site_id)
    .where("grants.revoked_at_ms", "is", null)
    .$if(afterPurchaseId !== null, (is) =>
      is.where("grants.created_at_ms", ">", ({ selectFrom }) =>
        selectFrom("grants as before")
          .select("before.created_at_ms")
          .where("before.provider_id", "=", providerId)
          .where("before.purchase_id", "=", afterPurchaseId ?? ""),
      ),
    )
    // By when it opened: what was asked for earlier may be paid later.
    .orderBy("grants.created_at_ms", "desc")
    .executeTakeFirst();
  return last?.purchase_id ?? null;
}

/** It is bought no more; what is bought stays. */
export async function endPackage(
  parts: Pick<PackageRowParts, "world">,
  tx: Tx,
  row: PackageRow,
  { why, who }: { readonly why: PackageEnd | "switched-off"; readonly who: string },
): Promise<PackageRow> {
  const nowMs = parts.world.clock.wall().atMs;
  const common = { ended_at_ms: nowMs, noted_phase: "ended", next_look_ms: null } as const;
  const ended = await setPackage(parts.world, tx, row, common, { problem: why, suspended_at_ms: null });
  await log(parts, tx, ended, { what: "ended", who });
  return ended;
}

/** Sends the next look, and writes down when it is: the sweep finds what a lost job would have left behind. */
export async function lookAtPackage(
  parts: PackageRowParts,
  tx: Tx,
  row: PackageRow,
  inMs: number,
): Promise<PackageRow> {
  const atMs = parts.world.clock.wall().atMs + inMs;
  const waiting = await setPackage(parts.world, tx, row, { next_look_ms: atMs }, {});
  const data = { providerId: row.provider_id, subscriptionId: row.subscription_id };
  const singletonKey = `${row.subscription_id}/${Math.ceil(atMs / 5000)}`;
  await parts.jobs.send(tx, lookJob, data, inMs === 0 ? { singletonKey } : { startAfterMs: inMs, singletonKey });
  return waiting;
}

/** An MSISDN. */
export const phoneOf = ({ envelope }: Pick<PackageRowParts, "envelope">, row: PackageRow): string =>
  envelope.open(row.phone_sealed as Buffer, phoneContext(row)).toString("utf8");

/** Packages with what all subscriptions have. */
export function packageRows(tx: Tx) {
  return tx
    .selectFrom("subscriptions")
    .innerJoin("subscription_packages as package", (join) =>
      join
        .onRef("package.provider_id", "=", "subscriptions.provider_id")
        .onRef("package.subscription_id", "=", "subscriptions.subscription_id"),
    )
    .selectAll("subscriptions")
    .select([
      "package.party",
      "package.site_id",
      "package.phone_sealed",
      "package.phone_masked",
      "package.started_ms",
      "package.last_purchase_id",
      "package.problem",
      "package.suspended_at_ms",
      "package.tries",
    ]);
}

/** Locked until the transaction ends. */
export async function readPackage(tx: Tx, subscriptionId: string): Promise<PackageRow | null> {
  const row = await packageRows(tx)
    .where("subscriptions.subscription_id", "=", subscriptionId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** What all subscriptions have, and what is the package's own. */
export async function setPackage(
  world: World,
  tx: Tx,
  row: PackageRow,
  common: Partial<AnySubscriptionRow>,
  own: Partial<Selectable<Schema["subscription_packages"]>>,
): Promise<PackageRow> {
  const changed = { ...common, updated_at_ms: world.clock.wall().atMs };
  await tx
    .updateTable("subscriptions")
    .set(changed)
    .where("provider_id", "=", row.provider_id)
    .where("subscription_id", "=", row.subscription_id)
    .execute();
  if (Object.keys(own).length > 0)
    await tx
      .updateTable("subscription_packages")
      .set(own)
      .where("provider_id", "=", row.provider_id)
      .where("subscription_id", "=", row.subscription_id)
      .execute();
  return { ...row, ...changed, ...own };
}
