/**
 * A provider's life: active, suspended, deleted, gone. Suspended: its people may only read; its sites go on selling for a
 * grace, then offer no online payment; what was sold stays good. Deleted: nobody gets in and no site sells; everything is
 * kept for a grace in which it can be brought back, then every row is purged.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { revokeAgent } from "../../fleet/enrolment/enrolment.ts";
import { publishSites } from "../../fleet/sites/sites.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { notFound, Problem } from "../../ground/http/problem.ts";
import type { ProviderRow } from "../../tenancy/providers/providers.ts";

const dayMs = 86_400_000;
const living: readonly ProviderRow["state"][] = ["active", "suspended"];

/** From which states each step may be taken, and what it writes. `graceMs`: until when, for those that have a grace. */
const steps = {
  suspend: {
    from: living,
    to: (nowMs: number, graceMs: number) => ({ state: "suspended", suspended_at_ms: nowMs, sells_until_ms: graceMs }),
  },
  reactivate: {
    from: living,
    to: () => ({ state: "active", suspended_at_ms: null, sells_until_ms: null }),
  },
  delete: {
    from: living,
    to: (nowMs: number, graceMs: number) => ({ state: "deleted", deleted_at_ms: nowMs, purge_at_ms: graceMs }),
  },
  // It comes back active, whatever it was before; its people log in anew.
  restore: {
    from: ["deleted"],
    to: () => ({
      state: "active",
      deleted_at_ms: null,
      purge_at_ms: null,
      suspended_at_ms: null,
      sells_until_ms: null,
    }),
  },
} as const satisfies Record<
  string,
  { from: readonly ProviderRow["state"][]; to: (nowMs: number, graceMs: number) => Partial<ProviderRow> }
>;

export type LifecycleStep = keyof typeof steps;

/** Takes the step, and tells the sites. Throws a Problem 404, or 409 "wrong-state". */
export async function stepProvider(
  world: World,
  publish: Publish,
  tx: Tx,
  providerId: string,
  asked: { readonly step: LifecycleStep; readonly graceDays?: number },
): Promise<ProviderRow> {
  const nowMs = world.clock.wall().atMs;
  const { from, to } = steps[asked.step];
  const row = await tx
    .updateTable("providers")
    .set({ ...to(nowMs, nowMs + (asked.graceDays ?? 0) * dayMs), updated_at_ms: nowMs })
    .where("provider_id", "=", providerId)
    .where("provider_id", "!=", platformProviderId)
    .where("state", "in", from)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw await whyNot(tx, providerId);
  await publishSites(publish, tx, providerId, nowMs);
  if (asked.step === "delete") await tx.deleteFrom("logins").where("provider_id", "=", providerId).execute();
  return row;
}

/**
 * Upkeep: sites of providers whose grace to sell is over are told; gives how many providers. Those count whose feed still says
 * that they sell: a round that failed, or never came, is made up for by the next.
 */
export async function endSelling(world: World, database: Database, publish: Publish): Promise<number> {
  const nowMs = world.clock.wall().atMs;
  const due = await database.asPlatform("end-of-selling-grace", (tx) =>
    tx
      .selectFrom("providers")
      .select("provider_id")
      .where("state", "=", "suspended")
      .where("sells_until_ms", "<=", nowMs)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom("sites")
            .innerJoin("feed_rows", (join) =>
              join
                .onRef("feed_rows.provider_id", "=", "sites.provider_id")
                .on("feed_rows.scope", "=", sql<string>`'site:' || sites.site_id`)
                .on("feed_rows.kind", "=", "site"),
            )
            .select("sites.site_id")
            .whereRef("sites.provider_id", "=", "providers.provider_id")
            .where("sites.deleted_at_ms", "is", null)
            .where(sql<boolean>`(feed_rows.body ->> 'sellsOnline')::boolean`),
        ),
      )
      .orderBy("provider_id")
      .execute(),
  );
  await eachProvider(due, (providerId) =>
    database.asProvider(providerId, (tx) => publishSites(publish, tx, providerId, nowMs)),
  );
  return due.length;
}

/**
 * Upkeep: providers whose grace after deletion is over are purged; gives how many rows went. Their agents are cut off in a
 * transaction before, and who still hangs on a link makes the purge wait for the next round: what it says meanwhile would
 * be written under an id that is gone.
 */
export async function purgeProviders(world: World, database: Database): Promise<number> {
  const nowMs = world.clock.wall().atMs;
  const due = await database.asPlatform("purge-due", (tx) =>
    tx
      .selectFrom("providers")
      .select("provider_id")
      .where("state", "=", "deleted")
      .where("purge_at_ms", "<=", nowMs)
      .where("provider_id", "!=", platformProviderId)
      .execute(),
  );
  let gone = 0;
  await eachProvider(due, async (providerId) => {
    await database.asPlatform("purge-cut-off", async (tx) => {
      const agents = await tx.selectFrom("agents").select("site_id").where("provider_id", "=", providerId).execute();
      for (const { site_id: siteId } of agents) await revokeAgent(world, tx, { providerId, siteId });
    });
    const purged = await database.asPlatform("purge-provider", async (tx) => {
      const link = await tx
        .selectFrom("site_links")
        .select("site_id")
        .where("provider_id", "=", providerId)
        .where("process_id", "is not", null)
        .executeTakeFirst();
      if (link !== undefined) return null;
      const { rows } = await sql<{ gone: number }>`
        select karibu_purge_provider(${providerId}, ${nowMs}::bigint) as gone`.execute(tx);
      return rows[0]?.gone ?? 0;
    });
    world.log.info(purged === null ? "purge-waits-for-links" : "provider-purged", { providerId });
    gone += purged ?? 0;
  });
  return gone;
}

/** One that fails does not keep the others waiting; in the end it is told. */
async function eachProvider(
  due: readonly { readonly provider_id: string }[],
  work: (providerId: string) => Promise<void>,
): Promise<void> {
  const failures: string[] = [];
  for (const { provider_id: providerId } of due)
    await work(providerId).catch((error: unknown) => failures.push(`${providerId}: ${String(error)}`));
  if (failures.length > 0) throw new Error(failures.join("; "));
}

async function whyNot(tx: Tx, providerId: string): Promise<Problem> {
  const known = await tx
    .selectFrom("providers")
    .select("state")
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
  if (known === undefined || providerId === platformProviderId) return notFound("provider");
  return new Problem(409, "wrong-state", `This provider is ${known.state}.`);
}
