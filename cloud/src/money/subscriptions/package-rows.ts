/** Packages in the database: two rows of one subscription, read under a lock and changed with their log. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { PlanRow } from "../../catalogue/plans/plans.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { lastBought } from "../purchases/buyers.ts";
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

const phoneContext = (row: { providerId: string; subscriptionId: string }) =>
  // As its rows were sealed when their table had another name.
  `renewal/${row.providerId}/${row.subscriptionId}`;

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
  const ids = { providerId, subscriptionId: newId(world) };
  const of = { party, planId: plan.planId, siteId };
  const last = await lastBought(tx, providerId, of);
  const made = await tx
    .insertInto("subscription_packages")
    .values({
      ...ids,
      ...of,
      phoneSealed: parts.envelope.seal(Buffer.from(phone), phoneContext(ids)),
      phoneMasked: maskPhone(phone),
      startedMs: nowMs,
      lastPurchaseId: last,
      problem: null,
      suspendedAtMs: null,
    })
    .onConflict((conflict) => conflict.columns(["providerId", "party", "planId", "siteId"]).doNothing())
    .returning("subscriptionId")
    .executeTakeFirst();
  if (made !== undefined)
    await tx
      .insertInto("subscriptions")
      .values({
        ...ids,
        kind: "package",
        planId: plan.planId,
        planName: plan.name,
        priceCents: plan.priceCents,
        currency: plan.currency,
        anchorMs: nowMs,
        periods: 0,
        paidUntilMs: nowMs,
        autoRenew: true,
        notedPhase: "active",
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      })
      .execute();
  const there = await packageRows(tx)
    .where("package.providerId", "=", providerId)
    .where("package.party", "=", party)
    .where("package.planId", "=", plan.planId)
    .where("package.siteId", "=", siteId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // One that is on goes on where it is; the tries of one that is on have keys: they are counted on. One that was off starts anew.
  const isOn = there.endedAtMs === null;
  const row = await setPackage(
    world,
    tx,
    there,
    {
      endedAtMs: null,
      notedPhase: "active",
      planName: plan.name,
      priceCents: plan.priceCents,
      ...(isOn ? {} : { prompts: 0, promptedAtMs: null }),
    },
    {
      problem: null,
      suspendedAtMs: null,
      tries: 0,
      ...(isOn ? {} : { startedMs: nowMs, lastPurchaseId: last }),
    },
  );
  await log(parts, tx, row, { what: "made", who: wanted.who });
  return lookAtPackage(parts, tx, row, 0);
}

/** It is bought no more; what is bought stays. */
export async function endPackage(
  parts: Pick<PackageRowParts, "world">,
  tx: Tx,
  row: PackageRow,
  { why, who }: { readonly why: PackageEnd | "switched-off"; readonly who: string },
): Promise<PackageRow> {
  const nowMs = parts.world.clock.wall().atMs;
  const common = { endedAtMs: nowMs, notedPhase: "ended", nextLookMs: null } as const;
  const ended = await setPackage(parts.world, tx, row, common, { problem: why, suspendedAtMs: null });
  await log(parts, tx, ended, { what: "ended", who });
  return ended;
}

/** Sends the next look, and writes down when it is: the sweep finds what a lost job would have left behind. @param sinceMs from when that long; left out: from now */
export async function lookAtPackage(
  parts: PackageRowParts,
  tx: Tx,
  row: PackageRow,
  inMs: number,
  sinceMs?: number,
): Promise<PackageRow> {
  const nowMs = parts.world.clock.wall().atMs;
  const atMs = (sinceMs ?? nowMs) + inMs;
  const waiting = await setPackage(parts.world, tx, row, { nextLookMs: atMs }, {});
  const data = { providerId: row.providerId, subscriptionId: row.subscriptionId };
  const singletonKey = `${row.subscriptionId}/${Math.ceil(atMs / 5000)}`;
  await parts.jobs.send(tx, lookJob, data, { startAfterMs: Math.max(0, atMs - nowMs), singletonKey });
  return waiting;
}

/** An MSISDN. */
export const phoneOf = ({ envelope }: Pick<PackageRowParts, "envelope">, row: PackageRow): string =>
  envelope.open(row.phoneSealed as Buffer, phoneContext(row)).toString("utf8");

/** Packages with what all subscriptions have. */
export function packageRows(tx: Tx) {
  return tx
    .selectFrom("subscriptions")
    .innerJoin("subscription_packages as package", (join) =>
      join
        .onRef("package.providerId", "=", "subscriptions.providerId")
        .onRef("package.subscriptionId", "=", "subscriptions.subscriptionId"),
    )
    .selectAll("subscriptions")
    .select([
      "package.party",
      "package.siteId",
      "package.phoneSealed",
      "package.phoneMasked",
      "package.startedMs",
      "package.lastPurchaseId",
      "package.problem",
      "package.suspendedAtMs",
      "package.tries",
    ]);
}

/** Locked until the transaction ends. */
export async function readPackage(tx: Tx, subscriptionId: string): Promise<PackageRow | null> {
  const row = await packageRows(tx)
    .where("subscriptions.subscriptionId", "=", subscriptionId)
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
  const changed = { ...common, updatedAtMs: world.clock.wall().atMs };
  await tx
    .updateTable("subscriptions")
    .set(changed)
    .where("providerId", "=", row.providerId)
    .where("subscriptionId", "=", row.subscriptionId)
    .execute();
  if (Object.keys(own).length > 0)
    await tx
      .updateTable("subscription_packages")
      .set(own)
      .where("providerId", "=", row.providerId)
      .where("subscriptionId", "=", row.subscriptionId)
      .execute();
  return { ...row, ...changed, ...own };
}
