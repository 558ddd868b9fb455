/** Roles: the built-in ones, and those a provider makes from named permissions. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { ModulesOn } from "../../ground/create-ground.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { createEmitMany } from "../../ground/events/record.ts";
import { type Actor, platformProviderId } from "../../ground/http/actor.ts";
import {
  exceeds,
  isBuiltIn,
  type Permission,
  permissionsOf,
  providerPermissions,
  roles,
} from "../../ground/http/permissions.ts";
import { notFound, type Problem, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { demandStanding } from "../credentials/logins.ts";
import { type ProveSelf, yourPassword } from "../credentials/prove-password.ts";

type RoleRow = Selectable<Schema["roles"]>;

export const roleView = z.object({
  /** What `role` of a user says. */
  role: z.string(),
  name: z.string(),
  builtIn: z.boolean(),
  permissions: z.array(z.string()),
  /** Its people must have a second factor. */
  needsSecondFactor: z.boolean(),
  updatedAtMs: z.number().int().nullable(),
});

const name = z.string().trim().min(1).max(60);
const permissionList = z
  .array(z.enum(providerPermissions as [Permission, ...Permission[]]))
  .max(providerPermissions.length)
  .transform((given) => [...new Set(given)]);
const params = z.object({ role: z.string().min(1).max(64) });
const rolesMax = 100;

export function roleRoutes({
  world,
  database,
  proveSelf,
  modules,
}: {
  readonly modules: ModulesOn;
  readonly world: World;
  readonly database: Database;
  readonly proveSelf: ProveSelf;
}) {
  return [
    route({
      method: "GET",
      path: "/api/v1/roles",
      summary: "Roles and their permissions; and all permissions",
      permission: "signed-in",
      response: z.object({ items: z.array(roleView), permissions: z.array(z.string()) }),
      handle: async ({ providerId, transact }) =>
        transact(async (tx) => {
          const own = await tx.selectFrom("roles").selectAll().orderBy("name").execute();
          const builtIn = roles.filter((role) => isOfProvider(role, providerId));
          const needing = await readNeeding(tx);
          const items = [...builtIn.map(builtInView), ...own.map(viewOf)].map((view) => withFactor(view, needing));
          const offered = providerPermissions.filter((permission) => !modules.withoutPermissions.has(permission));
          return { items, permissions: offered };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/roles/{role}",
      summary: "One role",
      permission: "users.read",
      params,
      response: roleView,
      handle: async ({ params: { role }, transact }) => transact((tx) => readView(tx, role)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/roles/{role}/second-factor",
      summary: "Say whether the people of a role, built-in or your own, must have a second factor; it counts at once",
      permission: "roles.manage",
      freshFactor: true,
      params,
      body: z.strictObject({ needed: z.boolean(), yourPassword }),
      response: roleView,
      handle: async ({ actor, params: { role }, body, providerId, transact }) => {
        // Without the second factor a stolen password opens the account.
        if (!body.needed) await proveSelf(actor, body.yourPassword);
        return transact(async (tx) => {
          if (!body.needed) await demandStanding(tx, actor, "yourPassword");
          const held = await permissionsOfRole(tx, role, providerId).catch(() => {
            throw notFound("role");
          });
          refuseMore(actor, held, "role");
          if (body.needed && providerId === platformProviderId) await refuseWithoutOwnFactor(tx, actor);
          const row = { providerId, role, sinceMs: world.clock.wall().atMs };
          if (body.needed)
            await tx
              .insertInto("second_factor_roles")
              .values(row)
              .onConflict((on) => on.doNothing())
              .execute();
          else await tx.deleteFrom("second_factor_roles").where("role", "=", role).execute();
          await tellHolders(world, tx, { providerId, role });
          return readView(tx, role);
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/roles",
      summary: "Create a role from permissions",
      permission: "roles.manage",
      freshFactor: true,
      body: z.strictObject({ name, permissions: permissionList }),
      status: 201,
      response: roleView,
      handle: async ({ actor, body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          if (providerId === platformProviderId) throw refusal("not-allowed");
          refuseMore(actor, body.permissions, "permissions");
          // One at a time: the count is as it is when this one is written.
          await lockName(tx, `roles/${providerId}`);
          const { count } = await tx
            .selectFrom("roles")
            .select((is) => is.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
          if (Number(count) >= rolesMax) throw refusal("too-many-roles");
          await refuseTaken(tx, body.name, null);
          const roleId = newId(world);
          auditTarget(roleId);
          const nowMs = world.clock.wall().atMs;
          const row = await tx
            .insertInto("roles")
            .values({
              providerId,
              roleId,
              name: body.name,
              permissions: json(body.permissions),
              createdAtMs: nowMs,
              updatedAtMs: nowMs,
            })
            .returningAll()
            .executeTakeFirstOrThrow()
            .catch(onCollision(nameTaken));
          return withFactor(viewOf(row), new Set());
        }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/roles/{role}",
      summary: "Change a role that the provider defined; it counts at once for everybody who has it",
      permission: "roles.manage",
      freshFactor: true,
      params,
      body: z.strictObject({ name: name.optional(), permissions: permissionList.optional(), yourPassword }),
      response: roleView,
      handle: async ({ actor, params: { role }, body, providerId, transact }) => {
        /** Throws a Problem 403 where the actor may not. True: its people may do more, so a stolen token must not be enough. */
        const givesMore = (old: RoleRow): boolean => {
          const before = permissionsOf(role, old.permissions);
          refuseMore(actor, before, "role");
          if (body.permissions === undefined) return false;
          refuseMore(actor, body.permissions, "permissions");
          return exceeds(body.permissions, before) !== null;
        };
        const wantsProof = await database.asProvider(providerId, async (tx) => givesMore(await readRole(tx, role)));
        if (wantsProof) await proveSelf(actor, body.yourPassword);
        return transact(async (tx) => {
          if (wantsProof) await demandStanding(tx, actor, "yourPassword");
          // Two changes at once: the later one must not write back what the earlier one took away.
          const old = await readRole(tx, role, "lock");
          // Somebody took permissions away since: these are more now.
          if (givesMore(old) && !wantsProof) throw refusal("password-required", { field: "yourPassword" });
          if (body.name !== undefined) await refuseTaken(tx, body.name, role);
          const row = await tx
            .updateTable("roles")
            .set({
              name: body.name ?? old.name,
              permissions: json(body.permissions ?? old.permissions),
              updatedAtMs: world.clock.wall().atMs,
            })
            .where("roleId", "=", role)
            .returningAll()
            .executeTakeFirstOrThrow()
            .catch(onCollision(nameTaken));
          const view = withFactor(viewOf(row), await readNeeding(tx));
          await tellHolders(world, tx, { providerId, role });
          return view;
        });
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/roles/{role}",
      summary: "Delete a role that the provider defined and nobody has",
      permission: "roles.manage",
      params,
      status: 204,
      response: z.null(),
      handle: async ({ params: { role }, transact }) =>
        transact(async (tx) => {
          // Who gives it to somebody at this moment has it locked.
          await readRole(tx, role, "lock");
          const holder = await tx.selectFrom("users").select("name").where("role", "=", role).executeTakeFirst();
          if (holder !== undefined)
            throw refusal("role-in-use", { field: "role", rule: "role-of", value: holder.name });
          await tx.deleteFrom("second_factor_roles").where("role", "=", role).execute();
          await tx.deleteFrom("roles").where("roleId", "=", role).execute();
          return null;
        }),
    }),
  ];
}

/** What a role may do at this provider; until the transaction ends it stays and does no more. Throws a Problem 400 when there is no such role. */
export async function permissionsOfRole(tx: Tx, role: string, providerId: string): Promise<Permission[]> {
  if (isBuiltIn(role)) {
    if (isOfProvider(role, providerId)) return permissionsOf(role);
  } else {
    const rows = tx.selectFrom("roles").select("permissions").where("roleId", "=", role);
    const row = await rows.forShare().executeTakeFirst();
    if (row !== undefined) return permissionsOf(role, row.permissions);
  }
  throw wrongField("role", "no-such-role");
}

/** What the people of a role may do has changed: their consoles, and the streams of those, ask again. */
async function tellHolders(world: World, tx: Tx, of: { readonly providerId: string; readonly role: string }) {
  const { providerId, role } = of;
  const holders = await tx
    .selectFrom("users")
    .select("userId")
    .where("providerId", "=", providerId)
    .where("role", "=", role)
    .where("active", "=", true)
    .execute();
  const changed = { providerId, topic: "user", action: "role-changed" } as const;
  await createEmitMany(world)(
    tx,
    holders.map(({ userId: id }) => ({ ...changed, id })),
  );
}

/** Nobody gives more permissions than they have, or changes who has more. */
export function refuseMore(actor: Actor, wanted: readonly string[], field: string): void {
  const more = exceeds(wanted, actor.permissions);
  if (more === null) return;
  throw refusal("exceeds-own", { field, rule: "permission-missing", value: more });
}

/** Who demands it of all platform admins could otherwise shut out the last one who can get in. */
async function refuseWithoutOwnFactor(tx: Tx, { userId }: Actor): Promise<void> {
  const me = await tx.selectFrom("users").select("totpConfirmed").where("userId", "=", userId).executeTakeFirst();
  if (me?.totpConfirmed === true) return;
  throw refusal("second-factor-first");
}

async function readRole(tx: Tx, role: string, lock?: "lock"): Promise<RoleRow> {
  const rows = tx.selectFrom("roles").selectAll().where("roleId", "=", role);
  const row = await (lock === undefined ? rows : rows.forUpdate()).executeTakeFirst();
  if (row === undefined) throw notFound("role of your own");
  return row;
}

async function refuseTaken(tx: Tx, wanted: string, mine: string | null): Promise<void> {
  const rows = await tx.selectFrom("roles").select(["roleId", "name"]).execute();
  const isTaken =
    isBuiltIn(wanted.toLowerCase()) ||
    rows.some((row) => row.roleId !== mine && row.name.toLowerCase() === wanted.toLowerCase());
  if (isTaken) throw nameTaken();
}

/** The platform has one role; every other built-in role is a provider's. */
function isOfProvider(role: string, providerId: string): boolean {
  return (role === "platform-admin") === (providerId === platformProviderId);
}

type RoleView = z.input<typeof roleView>;
type PlainView = Omit<RoleView, "needsSecondFactor">;

async function readView(tx: Tx, role: string): Promise<RoleView> {
  return withFactor(isBuiltIn(role) ? builtInView(role) : viewOf(await readRole(tx, role)), await readNeeding(tx));
}

/** The roles whose people must have a second factor. */
async function readNeeding(tx: Tx): Promise<ReadonlySet<string>> {
  const rows = await tx.selectFrom("second_factor_roles").select("role").execute();
  return new Set(rows.map(({ role }) => role));
}

function withFactor(view: PlainView, needing: ReadonlySet<string>): RoleView {
  return { ...view, needsSecondFactor: needing.has(view.role) };
}

function builtInView(role: (typeof roles)[number]): PlainView {
  return { role, name: role, builtIn: true, permissions: permissionsOf(role), updatedAtMs: null };
}

function viewOf(row: RoleRow): PlainView {
  const { name: called, permissions } = row;
  return { role: row.roleId, name: called, builtIn: false, permissions, updatedAtMs: row.updatedAtMs };
}

function nameTaken(): Problem {
  return refusal("name-taken", { field: "name" });
}
