/**
 * Shadow runs where this module is off: nobody sees what they find, and nobody could stop them, so the hub does. Where the module is on again they begin anew: a run
 * with a gap in it says nothing of a whole day. A site that is away is told when it is back.
 */
import { shadowRun } from "@karibu/protocol/rpc/shadow-run";
import { sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import type { TakeoverParts } from "./takeovers.ts";

const askMs = 15_000;
const onceMax = 50;

/** A person starts one. Noted before the site is told: its answer may be lost. One run at a site: an earlier takeover's is this one's now. */
export async function noteShadowStart(tx: Tx, { site_id: siteId, takeover_id: id }: Named): Promise<void> {
  await sql`update takeovers set shadow = case takeover_id when ${id} then 'runs' end where site_id = ${siteId}`.execute(
    tx,
  );
}

/** The site says that none runs. */
export async function noteShadowEnd(tx: Tx, { site_id: siteId }: Pick<Named, "site_id">): Promise<void> {
  await tx.updateTable("takeovers").set({ shadow: null }).where("site_id", "=", siteId).execute();
}

interface Named {
  readonly site_id: string;
  readonly takeover_id: string;
}

/** @param isOn else all of them rest; one whose takeover is over ends either way */
export function restShadowRuns(
  { world, database, call }: Pick<TakeoverParts, "world" | "call"> & { readonly database: Database },
  isOn: boolean,
): MaintenanceJob {
  const isDue = isOn
    ? sql<boolean>`(shadow = 'rests' or (shadow = 'runs' and state <> 'applied'))`
    : sql<boolean>`shadow = 'runs'`;
  return {
    name: "rest-shadow-runs",
    everyMs: 60_000,
    hasWork: () => sql`exists (select from takeovers where ${isDue})`,
    async run() {
      const due = await database.asPlatform("rest-shadow-runs", (tx) =>
        tx
          .selectFrom("takeovers")
          .innerJoin("site_links as link", (join) =>
            join
              .onRef("link.provider_id", "=", "takeovers.provider_id")
              .onRef("link.site_id", "=", "takeovers.site_id"),
          )
          .select(["takeovers.provider_id", "takeover_id", "takeovers.site_id", "takeovers.state"])
          .where(isDue)
          .where("link.process_id", "is not", null)
          // Those that never answer keep no other from its turn.
          .orderBy(sql`random()`)
          .limit(onceMax)
          .execute(),
      );
      const told = await eachInTurn(world, "rest-shadow-runs", due, async (row) => {
        const isGoingOn = row.state === "applied";
        const order = isOn && isGoingOn ? "start" : "stop";
        const answer = await call(row.site_id, shadowRun, { do: order }, askMs).catch(() => null);
        if (answer === null) return 0;
        await database.asProvider(row.provider_id, (tx) =>
          tx
            .updateTable("takeovers")
            .set({ shadow: isGoingOn ? (isOn ? "runs" : "rests") : null })
            .where("takeover_id", "=", row.takeover_id)
            .where("shadow", "is not", null)
            .execute(),
        );
        return 1;
      });
      return told === 0 ? "nothing" : `${told} told`;
    },
  };
}
