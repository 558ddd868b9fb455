/**
 * Staff at a site's routers: a password of a quarter of an hour, shown once, and who was on a router.
 *
 * Attackers: a log-in that was left open or stolen (a fresh second factor, and nobody without one); support access and programs (only the person,
 * by a log-in of their own); a role that wants more than it has (each level has its permission); who reads the database (neither the password
 * nor its hash lies there, but for the seconds in which another process carries the order); who repeats an order (the agent knows its id); a
 * person who leaves (`end-leavers.ts`); a site that lies about who was on it (its rows are its own alone, and shown as text). Who holds the hub holds the routers of the sites
 * that switched this on: so it is off until a script was imported there.
 */

import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { Fault } from "@karibu/protocol/fault";
import { newId } from "@karibu/protocol/identifiers";
import { unixMs } from "@karibu/protocol/quantities";
import {
  drawRouterLogIn,
  type RouterLogInLevel,
  routerLogInGroups,
  routerLogInLevels,
  routerLogInLifeMs,
} from "@karibu/protocol/router/router-log-in";
import { allowRouterLogIn, endRouterLogIn } from "@karibu/protocol/rpc/router/router-log-ins";
import { keySchema } from "@karibu/protocol/schema";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { lockRights } from "../../identity/users/person-rights.ts";
import { readServices } from "../router-services/service-rows.ts";
import { readSite } from "../sites/sites.ts";
import { logInKinds, passwordEnds } from "./log-in-kinds.ts";
import { noteEnd } from "./password-rows.ts";
import {
  alivePerPersonMax,
  alivePerSiteMax,
  mayKeep,
  passwordState,
  permissionForLevel,
  refusedPassword,
} from "./router-log-in-policy.ts";

export const routerPasswordView = z.object({
  passwordId: z.string(),
  name: z.string(),
  level: z.enum(routerLogInLevels),
  state: z.enum(["alive", "expired", "ended", "not-taken"]),
  madeBy: z.string(),
  madeAtMs: z.int(),
  expiresAtMs: z.int(),
  endedBy: z.string().nullable(),
  endedAtMs: z.int().nullable(),
  /** `away`: the site could not be told; it ends the password by itself. */
  endedHow: z.enum(passwordEnds).nullable(),
});

export const madePasswordView = z.object({
  passwordId: z.string(),
  name: z.string(),
  /** Shown this once: it is kept nowhere. */
  password: z.string(),
  level: z.enum(routerLogInLevels),
  /** The router's user group. */
  group: z.string(),
  expiresAtMs: z.int(),
});

export const endedPasswordView = z.object({
  /** False: the site is away. The password ends there by itself; what is open goes on. */
  isTold: z.boolean(),
  endedSessions: z.int(),
  /** Null: the router could not be asked. */
  leftSessions: z.int().nullable(),
  /** Why some are left: the router's own words, hostile text. */
  why: z.string().nullable(),
});

export const routerLogInView = z.object({
  id: z.string(),
  atMs: z.int(),
  name: z.string(),
  /** Whose password it was; null: it is not known here. */
  person: z.string().nullable(),
  what: z.enum(logInKinds),
  from: z.string().nullable(),
  nas: z.string(),
});

interface Parts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly emit: Emit;
  readonly callSite: CallSite;
}

const callMsMax = 20_000;
/** What is open outlives its password. */
const endableMs = 30 * 86_400_000;
const passwords = listOf({
  sort: { made: { by: sql.ref("router_passwords.passwordId"), kind: "string" } },
  default: "-made",
  tie: [sql.ref("router_passwords.passwordId")],
  search: [sql.ref("router_passwords.name"), sql.ref("router_passwords.madeByName")],
});
const logIns = listOf({
  sort: { at: { by: sql.ref("router_log_ins.atMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("router_log_ins.logInId")],
  search: [sql.ref("router_log_ins.name"), sql.ref("router_log_ins.cameFrom"), sql.ref("router_log_ins.nas")],
});

export function routerLogInRoutes({ world, envelope, emit, callSite }: Parts) {
  const params = z.object({ siteId: keySchema });
  const one = z.object({ siteId: keySchema, passwordId: keySchema });
  const path = "/api/v1/routers/{siteId}/passwords";
  const now = () => world.clock.wall().atMs;

  return [
    route({
      method: "POST",
      path,
      summary: "A password of a quarter of an hour for a site's routers, shown once: Winbox, SSH, WebFig, API",
      permission: "routers.log-in",
      freshFactor: true,
      params,
      body: z.strictObject({ level: z.enum(routerLogInLevels) }),
      status: 201,
      response: madePasswordView,
      handle: async ({ params: { siteId }, body: { level }, actor, providerId, transact, auditTarget }) => {
        refuse(actor, level);
        const { name, password } = drawRouterLogIn((count) => world.random.bytes(count));
        const passwordId = newId(world);
        const madeAtMs = now();
        const expiresAtMs = unixMs(madeAtMs + routerLogInLifeMs);
        await transact(async (tx) => {
          await readSite(tx, siteId);
          await refuseLeaver(tx, actor, level);
          const services = await readServices(envelope, tx, { providerId, siteId });
          if ((services?.chosen.staff ?? null) === null) throw refusal("no-staff-log-in");
          await refuseMany(tx, { siteId, userId: actor.userId, nowMs: madeAtMs });
          await tx
            .insertInto("router_passwords")
            .values({
              providerId,
              passwordId,
              siteId,
              name,
              level,
              madeBy: actor.userId,
              madeByName: cutText(actor.name, 100),
              madeAtMs,
              expiresAtMs,
            })
            .execute();
          auditTarget(siteId);
        });
        const order = { passwordId, name, ntHash: ntHashHex(password), level, expiresAtMs };
        const answer = await callSite(siteId, allowRouterLogIn, order, callMsMax).catch(asFault);
        const isMade = !(answer instanceof Fault) && answer.kind === "allowed";
        await transact(async (tx) => {
          // Nobody was shown it, so nobody knows it, whatever the site made of it.
          if (!isMade) await noteEnd(tx, passwordId, { how: "not-taken", by: null, nowMs: now() });
          await emit(tx, providerId, { topic: "router", id: siteId, action: "passwords" });
        });
        if (!isMade) throw refusal("router-password-not-made");
        return { passwordId, name, password, level, group: routerLogInGroups[level], expiresAtMs };
      },
    }),
    route({
      method: "GET",
      path,
      summary: "Passwords that staff made for a site's routers, newest first; never the passwords themselves",
      permission: "routers.log-in",
      params,
      query: passwords.query,
      response: pageOf(routerPasswordView),
      handle: ({ params: { siteId }, query, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const rows = tx.selectFrom("router_passwords").selectAll().where("router_passwords.siteId", "=", siteId);
          return await passwords.page(rows, query, (row) => viewOf(row, now()));
        }),
    }),
    route({
      method: "POST",
      path: `${path}/{passwordId}/end`,
      summary:
        "From now on the password opens nothing, and what is open by it at the router ends, as far as the router lets its agent",
      permission: "routers.log-in",
      params: one,
      body: null,
      response: endedPasswordView,
      handle: async ({ params: { siteId, passwordId }, actor, providerId, transact, auditTarget }) => {
        const { name } = await transact(async (tx) => {
          await readSite(tx, siteId);
          const row = await tx
            .selectFrom("router_passwords")
            .select(["name", "madeAtMs"])
            .where("siteId", "=", siteId)
            .where("passwordId", "=", passwordId)
            .executeTakeFirst();
          if (row === undefined || now() - row.madeAtMs > endableMs) throw notFound("password");
          auditTarget(siteId);
          return row;
        });
        const answer = await callSite(siteId, endRouterLogIn, { passwordId, name }, callMsMax).catch(asFault);
        const isTold = !(answer instanceof Fault);
        await transact(async (tx) => {
          const how = isTold ? "told" : "away";
          await noteEnd(tx, passwordId, { how, by: cutText(actor.name, 100), nowMs: now() });
          await emit(tx, providerId, { topic: "router", id: siteId, action: "passwords" });
        });
        if (!isTold) return { isTold, endedSessions: 0, leftSessions: null, why: null };
        return {
          isTold,
          endedSessions: answer.endedSessions,
          leftSessions: answer.leftSessions,
          why: answer.why ?? null,
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/log-ins",
      summary: "Who was on a site's routers with such a password, newest first, as the site tells; kept for a year",
      permission: "routers.log-in",
      params,
      query: logIns.query.extend({ ...spanFields }),
      response: pageOf(routerLogInView),
      handle: ({ params: { siteId }, query, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const rows = tx
            .selectFrom("router_log_ins")
            .leftJoin("router_passwords as known", (join) =>
              join
                .onRef("known.providerId", "=", "router_log_ins.providerId")
                .onRef("known.name", "=", "router_log_ins.name")
                .onRef("known.siteId", "=", "router_log_ins.siteId"),
            )
            .selectAll("router_log_ins")
            .select("known.madeByName as person")
            .where("router_log_ins.siteId", "=", siteId)
            .where(within(sql.ref("router_log_ins.atMs"), query));
          return await logIns.page(rows, query, (row) => ({
            id: row.logInId,
            atMs: row.atMs,
            name: row.name,
            person: row.person,
            what: row.what,
            from: row.cameFrom,
            nas: row.nas,
          }));
        }),
    }),
  ];
}

/** Throws a Problem 403. */
function refuse(actor: Actor, level: keyof typeof permissionForLevel): void {
  switch (refusedPassword(actor, level)) {
    case "no-person":
      throw refusal("not-allowed", { rule: "person-alone" });
    case "no-permission":
      throw refusal("not-allowed", { rule: "permission-missing", value: permissionForLevel[level] });
    case "no-factor":
      throw refusal("router-password-wants-factor");
    case null:
      return;
  }
}

/** Who lost the right a moment ago: what took it waits for this transaction, or this one for it, so no password is made behind the back of `end-leavers.ts`. */
async function refuseLeaver(tx: Tx, { userId }: Actor, level: RouterLogInLevel): Promise<void> {
  if (!mayKeep(await lockRights(tx, userId), level)) throw refusal("not-allowed");
}

async function refuseMany(
  tx: Tx,
  { siteId, userId, nowMs }: { readonly siteId: string; readonly userId: string; readonly nowMs: number },
): Promise<void> {
  // One after the other, so that two at once do not both count the last place.
  await lockName(tx, `router-passwords ${siteId}`);
  const alive = await tx
    .selectFrom("router_passwords")
    .select("madeBy")
    .where("siteId", "=", siteId)
    .where("expiresAtMs", ">", nowMs)
    .where("endedAtMs", "is", null)
    .execute();
  const own = alive.filter((row) => row.madeBy === userId).length;
  if (own >= alivePerPersonMax || alive.length >= alivePerSiteMax)
    throw refusal("too-many-router-passwords", { retryAfterSeconds: 60 });
}

function viewOf(row: Selectable<Schema["router_passwords"]>, nowMs: number): z.input<typeof routerPasswordView> {
  return {
    passwordId: row.passwordId,
    name: row.name,
    level: row.level,
    state: passwordState({ endedHow: row.endedHow, expiresAtMs: row.expiresAtMs }, nowMs),
    madeBy: row.madeByName,
    madeAtMs: row.madeAtMs,
    expiresAtMs: row.expiresAtMs,
    endedBy: row.endedByName,
    endedAtMs: row.endedAtMs,
    endedHow: row.endedHow,
  };
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  throw error;
}
