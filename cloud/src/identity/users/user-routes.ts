/** A provider's people. The platform's admins belong to the provider `platform` and use the same routes. */

import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { exceeds } from "../../ground/http/permissions.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import { forgetGuesses, guessedName } from "../credentials/guess-guard.ts";
import { demandStanding, endLoginsOf } from "../credentials/logins.ts";
import { hashPassword, passwordSchema } from "../credentials/password.ts";
import { type ProveSelf, yourPassword } from "../credentials/prove-password.ts";
import { permissionsOfRole, refuseMore } from "../roles/role-routes.ts";
import { addPerson } from "./add-person.ts";
import { endAccess } from "./end-access.ts";
import { endSecondFactor } from "./second-factor.ts";
import { type EndTokensOf, emailSchema, refuseTaken } from "./users.ts";

type UserRow = Selectable<Schema["users"]> & { roleName: string | null };

export const staffView = z.object({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  roleName: z.string(),
  active: z.boolean(),
  secondFactor: z.boolean(),
  lockedUntilMs: z.number().int().nullable(),
  lastLoginAtMs: z.number().int().nullable(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});

const nameSchema = z.string().trim().min(1).max(100);
const role = z.string().min(1).max(64);
/** With a first password; invitations are counted as letters. Each may be a try of somebody's address, so each counts alike. */
const additionsPerDay = 30;
const params = z.object({ userId: z.string().max(64) });

const list = listOf({
  sort: {
    made: { by: sql.ref("users.userId"), kind: "string" },
    name: { by: sql`lower(users.name)`, kind: "string" },
    email: { by: sql.ref("users.email"), kind: "string" },
    lastLogin: { by: sql`coalesce(users.last_login_at_ms, 0)`, kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("users.userId")],
  search: [sql.ref("users.name"), sql.ref("users.email")],
});

export function userRoutes({
  world,
  database,
  jobs,
  endTokensOf,
  proveSelf,
  emit,
}: {
  readonly world: World;
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly proveSelf: ProveSelf;
  readonly endTokensOf: EndTokensOf;
  readonly emit: Emit;
}) {
  const additions = createSharedTries(world.clock, "added-people", { tries: additionsPerDay, perSeconds: 86_400 });
  return [
    route({
      method: "GET",
      path: "/api/v1/users",
      summary: "The provider's people",
      permission: "users.read",
      query: list.query.extend({ role: role.optional(), active: z.stringbool().optional() }),
      response: pageOf(staffView),
      handle: async ({ query, transact }) =>
        transact((tx) => {
          const rows = users(tx)
            .$if(query.role !== undefined, (is) => is.where("users.role", "=", query.role ?? ""))
            .$if(query.active !== undefined, (is) => is.where("users.active", "=", query.active as boolean));
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/users/{userId}",
      summary: "One person",
      permission: "users.read",
      params,
      response: staffView,
      volatile: ["lastLoginAtMs", "lockedUntilMs"],
      handle: async ({ params: { userId }, transact }) => transact((tx) => readUser(tx, userId)),
    }),
    route({
      method: "POST",
      path: "/api/v1/users",
      summary: "Add a person with a first password (or invite them: /invitations)",
      permission: "users.manage",
      freshFactor: true,
      body: z.strictObject({ email: emailSchema, name: nameSchema, role, password: passwordSchema, yourPassword }),
      status: 201,
      response: staffView,
      handle: async ({ actor, body, providerId, transact, auditTarget }) => {
        // First what is cheap: hashing takes a tenth of a second of a processor.
        await database.asProvider(providerId, async (tx) => {
          refuseMore(actor, await permissionsOfRole(tx, body.role, providerId), "role");
          await refuseTaken(tx, body.email);
        });
        await proveSelf(actor, body.yourPassword);
        await database.asProvider(providerId, (tx) => additions.take(tx, { providerId, subject: "all" }));
        const passwordHash = await hashPassword(world.random, body.password);
        return transact(async (tx) => {
          await demandStanding(tx, actor, "yourPassword");
          refuseMore(actor, await permissionsOfRole(tx, body.role, providerId), "role");
          const { email, name } = body;
          const person = { providerId, email, name, role: body.role, passwordHash };
          const userId = await addPerson({ world, jobs }, tx, person, "email");
          auditTarget(userId);
          return readUser(tx, userId);
        });
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/users/{userId}",
      summary: "Change a person's name, role or password, or switch them off",
      permission: "users.manage",
      freshFactor: true,
      params,
      body: z.strictObject({
        name: nameSchema.optional(),
        role: role.optional(),
        active: z.boolean().optional(),
        /** Of another person; one's own is changed by POST /api/v1/user/password, which asks for the old one. */
        password: passwordSchema.optional(),
        yourPassword,
      }),
      response: staffView,
      handle: async ({ actor, params: { userId }, body, providerId, transact }) => {
        /** Throws a Problem 403 where the actor may not. True: the change is a way in, so a stolen token must not be enough. */
        const givesAccess = async (tx: Tx, old: { role: string; active: boolean }): Promise<boolean> => {
          const before = await permissionsOfRole(tx, old.role, providerId).catch(() => []);
          refuseMore(actor, before, "userId");
          const after = body.role === undefined ? before : await permissionsOfRole(tx, body.role, providerId);
          refuseMore(actor, after, "role");
          return (
            body.password !== undefined || (body.active === true && !old.active) || exceeds(after, before) !== null
          );
        };
        const wantsProof = await database.asProvider(providerId, async (tx) =>
          givesAccess(tx, await readUser(tx, userId)),
        );
        if (body.password !== undefined && userId === actor.userId)
          throw refusal("not-allowed", { field: "password", rule: "own-password" });
        if (wantsProof) await proveSelf(actor, body.yourPassword);
        const passwordHash = body.password === undefined ? null : await hashPassword(world.random, body.password);
        const { password: _, yourPassword: __, ...plain } = body;
        const change = { ...plain, ...(passwordHash === null ? {} : { passwordHash }) };
        return transact(async (tx) => {
          await lockWithOwners(tx, userId);
          const old = await readUser(tx, userId);
          // Somebody took the person's rights away since: it is a way in now.
          if ((await givesAccess(tx, old)) && !wantsProof)
            throw refusal("password-required", { field: "yourPassword" });
          if (wantsProof) await demandStanding(tx, actor, "yourPassword");
          await tx
            .updateTable("users")
            .set({ ...change, updatedAtMs: world.clock.wall().atMs })
            .where("userId", "=", userId)
            .execute();
          const user = await readUser(tx, userId);
          await refuseNoOwner(tx);
          // The password changed, or the person is switched off: what opened with the old one ends, and stays so when they are switched on again.
          if (passwordHash !== null || !user.active)
            await endAccess(tx, endTokensOf, { userId, keptLoginId: null, nowMs: world.clock.wall().atMs });
          const what = passwordHash !== null || !user.active ? "log-ins-ended" : "changed";
          const action = what === "changed" && user.role !== old.role ? "role-changed" : what;
          await emit(tx, providerId, { topic: "user", id: userId, action });
          return user;
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/users/{userId}/reset-second-factor",
      summary: "Switch a person's second factor off (a lost phone); their log-ins end",
      permission: "users.manage",
      freshFactor: true,
      params,
      body: z.strictObject({ yourPassword }),
      response: staffView,
      handle: async ({ actor, params: { userId }, body, providerId, transact }) => {
        // One's own: a log-in that was left open has the code of the last ten minutes, and not the password.
        await proveSelf(actor, body.yourPassword, userId === actor.userId ? "by-password" : undefined);
        return transact(async (tx) => {
          await lockWithOwners(tx, userId);
          const { role: theirs } = await readUser(tx, userId);
          refuseMore(actor, await permissionsOfRole(tx, theirs, providerId).catch(() => []), "userId");
          await demandStanding(tx, actor, "yourPassword");
          await endSecondFactor(tx, userId);
          await endLoginsOf(tx, userId);
          await emit(tx, providerId, { topic: "user", id: userId, action: "log-ins-ended" });
          return readUser(tx, userId);
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/users/{userId}/unlock",
      summary: "Clear the wrong passwords of a person: they may try again at once",
      permission: "users.manage",
      freshFactor: true,
      params,
      body: null,
      response: staffView,
      handle: async ({ actor, params: { userId }, providerId, transact }) => {
        const { user, name } = await transact(async (tx) => {
          await lockWithOwners(tx, userId);
          const { role: theirs } = await readUser(tx, userId);
          refuseMore(actor, await permissionsOfRole(tx, theirs, providerId).catch(() => []), "userId");
          const free = { failedLogins: 0, lockedUntilMs: null };
          const row = await tx
            .updateTable("users")
            .set(free)
            .where("userId", "=", userId)
            .returning(["providerId", "email", "addressElsewhere"])
            .executeTakeFirstOrThrow();
          return { user: await readUser(tx, userId), name: guessedName(row) };
        });
        await database.asPlatform("unlock", (tx) => forgetGuesses(tx, name));
        return user;
      },
    }),
  ];
}

function users(tx: Tx) {
  return tx
    .selectFrom("users")
    .leftJoin("roles", (join) =>
      join.onRef("roles.providerId", "=", "users.providerId").onRef("roles.roleId", "=", "users.role"),
    )
    .selectAll("users")
    .select("roles.name as roleName");
}

async function readUser(tx: Tx, userId: string) {
  const row = await users(tx).where("users.userId", "=", userId).executeTakeFirst();
  if (row === undefined) throw notFound("user");
  return viewOf(row);
}

const isOwner = sql<boolean>`(role in ('owner', 'platform-admin') and active)`;

/**
 * Changes of the same person, and of owners, wait for each other: who may change a seller must not be at it while an owner makes an owner of them, and the
 * last two owners must not switch each other off.
 */
async function lockWithOwners(tx: Tx, userId: string): Promise<void> {
  const rows = tx.selectFrom("users").select("userId");
  await rows
    .where((is) => is.or([is("userId", "=", userId), isOwner]))
    .orderBy("userId")
    .forUpdate()
    .execute();
}

async function refuseNoOwner(tx: Tx): Promise<void> {
  if ((await tx.selectFrom("users").select("userId").where(isOwner).limit(1).executeTakeFirst()) === undefined)
    throw refusal("last-owner", { field: "role" });
}

function viewOf(row: UserRow): z.input<typeof staffView> {
  const { email, name, active } = row;
  return {
    userId: row.userId,
    email,
    name,
    role: row.role,
    roleName: row.roleName ?? row.role,
    active,
    secondFactor: row.totpConfirmed,
    lockedUntilMs: row.lockedUntilMs,
    lastLoginAtMs: row.lastLoginAtMs,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}
