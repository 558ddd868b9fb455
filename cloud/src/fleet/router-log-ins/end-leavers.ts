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
import { sql } from "kysely";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { permissionsOf } from "../../ground/http/permissions.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
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

export async function workLeavers(parts: Parts, jobs: JobQueue): Promise<void> {
  await jobs.work(leaveJob, async () => void (await endLeavers(parts)));
}

/** How many passwords it ended at their sites. Those of sites that do not answer stay marked. */
export async function endLeavers(parts: Parts): Promise<number> {
  const marked = await readMarked(parts.database);
  /** Nobody waits for the same silence twice. */
  const silent = new Set<string>();
  let ended = 0;
  for (const row of marked) {
    if (staysTheirs(row)) await unmark(parts, row);
    else if (!silent.has(row.site_id)) {
      const isTold = await endOne(parts, row);
      if (isTold) ended += 1;
      else silent.add(row.site_id);
    }
  }
  return ended;
}

type Marked = Awaited<ReturnType<typeof readMarked>>[number];

/** The marked passwords, each with its person. */
const markedIn = (tx: Tx) =>
  tx
    .selectFrom("router_passwords")
    .leftJoin("users", (join) =>
      join
        .onRef("users.provider_id", "=", "router_passwords.provider_id")
        .onRef("users.user_id", "=", "router_passwords.made_by"),
    )
    .leftJoin("roles", (join) =>
      join.onRef("roles.provider_id", "=", "users.provider_id").onRef("roles.role_id", "=", "users.role"),
    )
    .select([
      "router_passwords.provider_id",
      "router_passwords.password_id",
      "router_passwords.site_id",
      "router_passwords.name",
      "router_passwords.level",
      "router_passwords.leaving",
      "router_passwords.ended_how",
      "router_passwords.made_by",
    ])
    .select(["users.active", "users.role", "users.totp_confirmed", "roles.permissions as role_permissions"])
    .where("router_passwords.leaving", "is not", null);

function readMarked(database: Database) {
  return database.asPlatform("router-leavers", (tx) =>
    markedIn(tx)
      // What no site was asked about before those of sites that stay silent, however many these are; then what is alive: the newest.
      .orderBy(sql`router_passwords.ended_how is null`, "desc")
      .orderBy("router_passwords.made_at_ms", "desc")
      .limit(atOnceMax)
      .execute(),
  );
}

/** Something changed, and their person may still make it. */
function staysTheirs({ leaving, level, active, role, totp_confirmed: factorIsOn, role_permissions: own }: Marked) {
  const person =
    role === null || active === null ? null : { active, factorIsOn, permissions: permissionsOf(role, own) };
  return leaving === "ask" && mayKeep(person, level);
}

/** Looks once more behind the lock that whoever marks the row waits for: else a mark of this very moment would be wiped away with the old one. */
async function unmark(
  { database }: Parts,
  { provider_id: providerId, password_id: passwordId }: Marked,
): Promise<void> {
  await database.asProvider(providerId, async (tx) => {
    const row = tx.selectFrom("router_passwords").select("password_id").where("password_id", "=", passwordId);
    await row.forUpdate().execute();
    const now = await markedIn(tx).where("router_passwords.password_id", "=", passwordId).executeTakeFirst();
    if (now !== undefined && staysTheirs(now))
      await tx.updateTable("router_passwords").set({ leaving: null }).where("password_id", "=", passwordId).execute();
  });
}

/** False: the site was not reached. */
async function endOne(parts: Parts, row: Marked): Promise<boolean> {
  const { password_id: passwordId, name } = row;
  const answer = await parts.callSite(row.site_id, endRouterLogIn, { passwordId, name }, callMsMax).catch((error) => {
    if (error instanceof Fault) return error;
    throw error;
  });
  if (answer instanceof Fault) {
    if (row.ended_how === null) await settle(parts, row, "away");
    return false;
  }
  const { endedSessions, leftSessions, why } = answer;
  await settle(parts, row, "told", { endedSessions, leftSessions, why: why ?? null });
  return true;
}

async function settle(
  { world, database, emit }: Parts,
  { provider_id: providerId, password_id: passwordId, site_id: siteId, name, made_by: userId }: Marked,
  how: "told" | "away",
  found: object = {},
): Promise<void> {
  await database.asProvider(providerId, async (tx) => {
    if (how !== "away")
      await tx.updateTable("router_passwords").set({ leaving: null }).where("password_id", "=", passwordId).execute();
    await noteEnd(tx, passwordId, { how, by: null, nowMs: world.clock.wall().atMs });
    await emit(tx, providerId, { topic: "router", id: siteId, action: "passwords" });
    const detail = { name, person: userId, isTold: how === "told", ...found };
    const entry = { providerId, userId: null, target: siteId, requestId: null, detail };
    await writeAudit(world, tx, { ...entry, action: "router-password-ended" });
  });
}
