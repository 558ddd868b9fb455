/**
 * Whoever leaves loses the routers at once: their passwords end at the sites' agents, and what they have open at a router ends as far as it lets its
 * agent. The database marks what is to end (`0621-leavers-at-routers.sql`); a site that is away is told when it is back, each minute anew.
 *
 * What cannot be closed is said (`/audit`, `router-password-ended`): a router whose agent has no API or too few rights; a log-in that RouterOS does not list by
 * its name; what somebody set up there while they were in (accounts, keys, schedules), which the drift watch looks for.
 */

import { Fault } from "@karibu/protocol/fault";
import { endRouterLogIn } from "@karibu/protocol/rpc/router/router-log-ins";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import { lockRights } from "../../identity/users/person-rights.ts";
import { noteEnd } from "./password-rows.ts";
import { mayKeep } from "./router-log-in-policy.ts";

interface Parts {
  readonly world: World;
  readonly database: Database;
  readonly emit: Emit;
  readonly callSite: CallSite;
}

/** Written by the trigger too. */
const leaveJob = "sessions.leave-routers";
const callMsMax = 10_000;
const atOnceMax = 200;
const roundsMax = 100;
/** A site that hangs costs its ten seconds; meanwhile others are told. Beyond that the links of all sites would wait behind leavers. */
const sitesAtOnce = 16;
const sitesMax = 2000;

export async function workLeavers(parts: Parts, jobs: JobQueue): Promise<void> {
  await jobs.work(leaveJob, async () => void (await endLeavers(parts)));
}

/** Is any password marked, and its site not told yet? */
export const haveLeavers = (): RawBuilder<boolean> =>
  sql<boolean>`exists (select from router_passwords where leaving is not null)`;

/** How many passwords it ended at their sites. Those of sites that do not answer stay marked. */
export async function endLeavers(parts: Parts): Promise<number> {
  const sites = (await readSites(parts.database))[Symbol.iterator]();
  let ended = 0;
  // Each takes the next site when it is done with one: nobody waits for the same silence twice, and none stands before the others.
  await Promise.all(
    Array.from({ length: sitesAtOnce }, async () => {
      for (const siteId of sites) ended += await endAtSite(parts, siteId);
    }),
  );
  return ended;
}

/** Until the first silence: the rest stays marked. */
async function endAtSite(parts: Parts, siteId: string): Promise<number> {
  let ended = 0;
  for (let round = 0; round < roundsMax; round++) {
    const marked = await readMarked(parts.database, siteId);
    for (const row of marked) {
      if (row.leaving === "ask" && (await isKept(parts, row))) continue;
      if (!(await endOne(parts, row))) return ended;
      ended += 1;
    }
    if (marked.length < atOnceMax) break;
  }
  return ended;
}

/** Where the newest ones are first. */
async function readSites(database: Database): Promise<string[]> {
  const rows = await database.asPlatform("router-leavers", (tx) =>
    tx
      .selectFrom("router_passwords")
      .select("siteId")
      .where("leaving", "is not", null)
      .groupBy("siteId")
      .orderBy((of) => of.fn.max("madeAtMs"), "desc")
      .limit(sitesMax)
      .execute(),
  );
  return rows.map(({ siteId }) => siteId);
}

type Marked = Awaited<ReturnType<typeof readMarked>>[number];

function readMarked(database: Database, siteId: string) {
  return database.asPlatform("router-leavers", (tx) =>
    tx
      .selectFrom("router_passwords")
      .select(["providerId", "passwordId", "siteId", "name", "level", "leaving", "endedHow", "madeBy"])
      .where("leaving", "is not", null)
      .where("siteId", "=", siteId)
      // What is alive first: the newest.
      .orderBy("madeAtMs", "desc")
      .limit(atOnceMax)
      .execute(),
  );
}

/** Where its person may have it still, it is not marked any more. Who takes the right away at this moment marks it anew, or was before. */
function isKept({ database }: Parts, row: Marked): Promise<boolean> {
  return database.asProvider(row.providerId, async (tx) => {
    if (!mayKeep(await lockRights(tx, row.madeBy), row.level)) return false;
    await tx
      .updateTable("router_passwords")
      .set({ leaving: null })
      .where("passwordId", "=", row.passwordId)
      .where("leaving", "=", "ask")
      .execute();
    return true;
  });
}

/** False: the site was not reached. */
async function endOne(parts: Parts, row: Marked): Promise<boolean> {
  const { passwordId, name } = row;
  const answer = await parts.callSite(row.siteId, endRouterLogIn, { passwordId, name }, callMsMax).catch((error) => {
    if (error instanceof Fault) return error;
    throw error;
  });
  if (answer instanceof Fault) {
    if (row.endedHow === null) await settle(parts, row, "away");
    return false;
  }
  const { endedSessions, leftSessions, why } = answer;
  await settle(parts, row, "told", { endedSessions, leftSessions, why: why ?? null });
  return true;
}

async function settle(
  { world, database, emit }: Parts,
  { providerId, passwordId, siteId, name, madeBy: userId }: Marked,
  how: "told" | "away",
  found: object = {},
): Promise<void> {
  await database.asProvider(providerId, async (tx) => {
    // Another process may have told the same site meanwhile: the log has one line for it.
    if (!(await (how === "away" ? isNewSilence(tx, passwordId) : unmark(tx, passwordId)))) return;
    await noteEnd(tx, passwordId, { how, by: null, nowMs: world.clock.wall().atMs });
    await emit(tx, providerId, { topic: "router", id: siteId, action: "passwords" });
    const detail = { name, person: userId, isTold: how === "told", ...found };
    const entry = { providerId, userId: null, target: siteId, requestId: null, detail };
    await writeAudit(world, tx, { ...entry, action: "router-password-ended" });
  });
}

async function unmark(tx: Tx, passwordId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("router_passwords")
    .set({ leaving: null })
    .where("passwordId", "=", passwordId)
    .where("leaving", "is not", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The row stays locked until what is written of it is there. */
async function isNewSilence(tx: Tx, passwordId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("router_passwords")
    .select("endedHow")
    .where("passwordId", "=", passwordId)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined && row.endedHow === null;
}
