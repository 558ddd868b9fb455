/**
 * A provider's life cycle: active, suspended, deleted, purged. Suspended: its people may only read. Its sites sell for a
 * grace, then offer no online payment; what was sold stays valid. Deleted: nobody can log in and no site sells; all data is
 * kept for a grace in which the provider can be restored, then every row is purged.
 */

import { setImmediate as nextRound } from "node:timers/promises";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { revokeAgent, sitesWithAgent } from "../../fleet/enrolment/enrolment.ts";
import { hasOpenLink } from "../../fleet/link/site-links.ts";
import type { Sites } from "../../fleet/sites/sites.ts";
import { isToldToSell } from "../../fleet/sites/told-to-sell.ts";
import { readCatalog } from "../../ground/db/catalog.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { createEmit, createEmitMany } from "../../ground/events/record.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { endLoginsOfProvider } from "../../identity/credentials/logins.ts";
import { giveFreeAddresses } from "../../identity/users/users.ts";
import { setArrears } from "../../tenancy/providers/arrears.ts";
import {
  changeProviderState,
  type LifeCycleStep,
  notePurge,
  providersOverGrace,
  providersToPurge,
} from "../../tenancy/providers/provider-state.ts";
import type { ProviderRow } from "../../tenancy/providers/providers.ts";

export interface LifeCycleParts {
  readonly world: World;
  readonly sites: Pick<Sites, "publishAll">;
}

export interface StepParts extends LifeCycleParts {
  /** A module says what providers that owe the platform can't do. */
  readonly areArrearsKept: boolean;
}

/** For the consoles of the platform's admins. */
export type ProviderChange = LifeCycleStep | "made";

/** As the platform. */
export const tellAdmins = (world: World, tx: Tx, providerId: string, change: ProviderChange): Promise<void> =>
  createEmit(world)(tx, platformProviderId, { topic: "admin", id: providerId, action: `provider-${change}` });

/**
 * Takes the step, and publishes it to the sites. Where nobody keeps arrears, to reactivate a provider opens what was shut for them. Throws a Problem 404,
 * or 409 "wrong-state".
 */
export async function stepProvider(
  { world, sites, areArrearsKept }: StepParts,
  tx: Tx,
  providerId: string,
  asked: { readonly step: LifeCycleStep; readonly graceDays?: number },
): Promise<ProviderRow> {
  const nowMs = world.clock.wall().atMs;
  const row = await changeProviderState(tx, providerId, asked, nowMs);
  if (asked.step === "reactivate" && !areArrearsKept)
    await setArrears(tx, providerId, { readOnlyAtMs: null, salesStoppedAtMs: null });
  await sites.publishAll(tx, providerId);
  if (asked.step === "delete") {
    const people = await endLoginsOfProvider(tx, providerId);
    const ended = { providerId, topic: "user", action: "log-ins-ended" } as const;
    // Their open streams ask at once whether they may go on.
    await createEmitMany(world)(
      tx,
      people.map((id) => ({ ...ended, id })),
    );
  }
  await tellAdmins(world, tx, providerId, asked.step);
  return row;
}

/**
 * Maintenance: stops online sales at providers whose grace is over; returns how many providers. It finds those whose feed still
 * says that they sell, so the next round finishes what a failed or missed round left.
 */
export async function endSelling({ world, sites }: LifeCycleParts, database: Database): Promise<number> {
  const nowMs = world.clock.wall().atMs;
  const due = await database.asPlatform("end-of-selling-grace", (tx) =>
    providersOverGrace(tx, nowMs, isToldToSell("providers")),
  );
  await eachProvider(due, (providerId) => database.asProvider(providerId, (tx) => sites.publishAll(tx, providerId)));
  return due.length;
}

/** Rows in one transaction of a purge: on the embedded engine everybody waits for it. */
const sliceRows = 2000;
/** A run's share of the hour: all other maintenance waits behind it. */
const purgeMsMax = 3 * 60_000;

/**
 * Maintenance: purges providers whose grace after deletion is over; returns how many rows were deleted. A first transaction
 * marks the provider as going and revokes its agents. An agent whose link is still open makes the purge wait for the next round: its records
 * would be written under an id that no longer exists.
 *
 * The rows go in slices, a transaction each: first those that refer to others, and the provider's own row last. The next run goes on
 * wherever this one ended.
 */
export async function purgeProviders(
  world: World,
  database: Database,
  isEnding: () => boolean = () => false,
): Promise<number> {
  const nowMs = world.clock.wall().atMs;
  const untilMs = world.clock.monotonicMs() + purgeMsMax;
  const isOver = () => isEnding() || world.clock.monotonicMs() > untilMs;
  const due = await database.asPlatform("purge-due", (tx) => providersToPurge(tx, nowMs));
  let gone = 0;
  await eachProvider(due, async (providerId) => {
    if (isOver()) return;
    // First the mark, from which on nobody brings the provider back: an agent that was cut off is cut off for good.
    const isBegun = await database.asPlatform("purge-begin", async (tx) => {
      if (!(await notePurge(tx, providerId, nowMs))) return false;
      for (const siteId of await sitesWithAgent(tx, providerId)) await revokeAgent(world, tx, { providerId, siteId });
      return true;
    });
    if (!isBegun) return;
    if (await database.asPlatform("purge-links", (tx) => hasOpenLink(tx, providerId))) {
      world.log.info("purge-waits-for-links", { providerId });
      return;
    }
    for (const table of await database.asPlatform("purge-tables", readPurgedTables)) {
      for (let count = sliceRows; count === sliceRows; gone += count) {
        if (isOver()) return;
        // The embedded engine waits for nothing, so slices in a row would keep Node from its sockets.
        await nextRound();
        count = await database.asPlatform("purge-slice", (tx) => purgeSlice(tx, providerId, table));
      }
    }
    gone += await database.asPlatform("purge-rest", async (tx) => {
      const { rows } = await sql<{ gone: number }>`
        select karibu_purge_provider(${providerId}, ${nowMs}::bigint) as gone`.execute(tx);
      await giveFreeAddresses(tx);
      return rows[0]?.gone ?? 0;
    });
    world.log.info("provider-purged", { providerId });
  });
  return gone;
}

/** Those that refer to others come before them. */
async function readPurgedTables(tx: Tx): Promise<readonly string[]> {
  const tables = (await readCatalog(tx)).toReversed();
  return tables
    .filter(({ name, columns }) => name !== "providers" && columns.some((column) => column.name === "provider_id"))
    .map(({ name }) => name);
}

async function purgeSlice(tx: Tx, providerId: string, table: string): Promise<number> {
  const { rows } = await sql<{ gone: number }>`
    select karibu_purge_slice(${providerId}, ${table}::regclass, ${sliceRows}) as gone`.execute(tx);
  return rows[0]?.gone ?? 0;
}

/** A failure does not stop the others; it is thrown at the end. */
async function eachProvider(
  due: readonly { readonly providerId: string }[],
  work: (providerId: string) => Promise<void>,
): Promise<void> {
  const failures: string[] = [];
  for (const { providerId } of due)
    await work(providerId).catch((error: unknown) => failures.push(`${providerId}: ${String(error)}`));
  if (failures.length > 0) throw new Error(failures.join("; "));
}
