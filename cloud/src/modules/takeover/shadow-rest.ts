/**
 * Shadow runs where this module is off: nobody sees what they find, and nobody could stop them, so the hub does. Where the module is on again they begin anew: a run
 * with a gap in it says nothing of a whole day. A site that is away is told when it is back.
 */
import { Fault } from "@karibu/protocol/fault";
import { type ShadowReport, shadowRun } from "@karibu/protocol/rpc/shadow-run";
import { type Selectable, sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import type { TakeoverParts } from "./takeovers.ts";

const askMs = 15_000;
const onceMax = 50;

type Shadow = Selectable<Schema["takeovers"]>["shadow"];

interface Noted {
  readonly takeoverId: string;
  readonly was: Shadow;
  readonly now: Shadow;
}

/** What the site of these takeovers is told to do. One run at a site: an earlier takeover's is this one's now. @param runs whose; null: none */
async function noteShadow(tx: Tx, siteId: string, runs: string | null): Promise<readonly Noted[]> {
  const { rows } = await sql<Noted>`
    update takeovers t set shadow = case t.takeover_id when ${runs}::text then 'runs' end
    from (select takeover_id, shadow from takeovers where site_id = ${siteId} for update) before
    where t.takeover_id = before.takeover_id
    returning t.takeover_id, before.shadow as was, t.shadow as now`.execute(tx);
  return rows;
}

/** The site says that none runs. */
export const noteShadowEnd = (tx: Tx, { siteId }: Pick<Named, "siteId">): Promise<unknown> =>
  noteShadow(tx, siteId, null);

/**
 * As a person asks. It is noted before the site is told, whose answer may be lost; what the site did not do is noted as it was. Throws as `tell` does.
 */
export async function orderShadow(
  transact: <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>,
  { siteId, takeoverId: id }: Named,
  order: "start" | "stop",
  tell: () => Promise<ShadowReport>,
): Promise<ShadowReport> {
  const noted = await transact((tx) => noteShadow(tx, siteId, order === "start" ? id : null));
  try {
    const report = await tell();
    if (report.sinceMs === null) await transact((tx) => noteShadow(tx, siteId, null));
    return report;
  } catch (error) {
    // Of a lost answer nobody knows: a run that was to begin may go on there, as one that was to end.
    const isKnown = error instanceof Fault && error.code === "site/refused";
    if (isKnown || order === "stop") await transact((tx) => noteAsBefore(tx, noted));
    throw error;
  }
}

async function noteAsBefore(tx: Tx, noted: readonly Noted[]): Promise<void> {
  for (const { takeoverId: id, was, now } of noted)
    if (was !== now)
      await sql`update takeovers set shadow = ${was} where takeover_id = ${id} and shadow is not distinct from ${now}`.execute(
        tx,
      );
}

interface Named {
  readonly siteId: string;
  readonly takeoverId: string;
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
            join.onRef("link.providerId", "=", "takeovers.providerId").onRef("link.siteId", "=", "takeovers.siteId"),
          )
          .select(["takeovers.providerId", "takeoverId", "takeovers.siteId", "takeovers.state", "takeovers.shadow"])
          .where(isDue)
          .where("link.processId", "is not", null)
          // Those that never answer keep no other from its turn.
          .orderBy(sql`random()`)
          .limit(onceMax)
          .execute(),
      );
      const told = await eachInTurn(world, "rest-shadow-runs", due, async (row) => {
        const order = isOn && row.state === "applied" ? "start" : "stop";
        const answer = await call(row.siteId, shadowRun, { do: order }, askMs).catch(() => null);
        if (answer === null) return 0;
        const noted = await database.asProvider(row.providerId, (tx) => noteTold(tx, row, order, isOn));
        // A person had another order meanwhile, which the site may have heard before this one.
        if (noted !== order) await call(row.siteId, shadowRun, { do: noted }, askMs).catch(() => null);
        return 1;
      });
      return told === 0 ? "nothing" : `${told} told`;
    },
  };
}

/** What the site was told, where nobody noted anything else of it meanwhile. @returns what is noted of it now */
async function noteTold(
  tx: Tx,
  row: Named & Pick<Selectable<Schema["takeovers"]>, "state" | "shadow">,
  order: "start" | "stop",
  isOn: boolean,
): Promise<"start" | "stop"> {
  const { numUpdatedRows } = await tx
    .updateTable("takeovers")
    .set({ shadow: row.state !== "applied" ? null : isOn ? "runs" : "rests" })
    .where("takeoverId", "=", row.takeoverId)
    .where("shadow", "=", row.shadow)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return order;
  const running = await tx
    .selectFrom("takeovers")
    .select("takeoverId")
    .where("siteId", "=", row.siteId)
    .where("shadow", "=", "runs")
    .executeTakeFirst();
  return running === undefined ? "stop" : "start";
}
