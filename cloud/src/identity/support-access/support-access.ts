/** Support access: a platform admin acts as a provider for a while. In the API and the database it is `impersonation`. */
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { endsAtMost } from "../../ground/db/hub-clock.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { type Authenticate, readOnlyOf } from "../../ground/http/admit.ts";
import { type Permission, permissionsOf } from "../../ground/http/permissions.ts";
import type { FactorState } from "../../ground/http/second-factor-demand.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { actorOf } from "../credentials/actor-of.ts";
import { factorAtMsOf, isInForce } from "../credentials/logins.ts";
import { hashOf } from "../credentials/tokens.ts";
import { readRights } from "../users/person-rights.ts";

/** What support access never allows, though an owner may do it: giving people or programs access, exporting everything, restoring routers, logging in to them, and reading codes that are cash. */
const notForSupport: readonly Permission[] = [
  ...([
    "users.manage",
    "roles.manage",
    "tokens.manage",
    "provider.export",
    "routers.restore",
    "routers.log-in",
    "routers.log-in-write",
    "routers.log-in-full",
    "customers.personal-data",
  ] as const),
  revealsCodes,
];

export async function authenticateSupport(
  world: World,
  database: Database,
  providerId: string,
  token: string,
): ReturnType<Authenticate> {
  const found = await database.asProvider(providerId, (tx) => readSupport(world, tx, token));
  const factor = found === null ? null : await factorOfTheirs(database, found.begun);
  return found === null || factor === null ? null : found.knownWith(factor);
}

async function readSupport(world: World, tx: Tx, token: string) {
  const row = await tx
    .selectFrom("impersonations")
    .innerJoin("providers", "providers.providerId", "impersonations.providerId")
    .selectAll("impersonations")
    .select(["providers.state", "providers.arrearsAtMs", "providers.subdomain"])
    .where("impersonations.tokenHash", "=", hashOf(token))
    .executeTakeFirst();
  const nowMs = world.clock.wall().atMs;
  if (row === undefined || row.endedAtMs !== null || row.expiresAtMs <= nowMs) return null;
  if (row.startedAtMs > endsAtMost(nowMs, 0)) return null;
  if (row.state === "deleted" || row.loginId === null) return null;
  const permissions = permissionsOf("owner").filter((permission) => !notForSupport.includes(permission));
  const admin = { userId: row.adminUserId, providerId: row.providerId, role: "owner" };
  const { adminEmail: email, adminName: name, expiresAtMs: endsAtMs, reason } = row;
  const known = { readOnly: row.readOnly ? ("all" as const) : readOnlyOf(row), subdomain: row.subdomain };
  const person = { ...admin, email, name: `${name} (${platformProviderId})` };
  const knownWith = (factor: FactorState) => {
    const credential = { kind: "impersonation", id: row.impersonationId, endsAtMs, reason, factor } as const;
    return { actor: actorOf(person, permissions, credential), ...known };
  };
  return { knownWith, begun: { userId: row.adminUserId, loginId: row.loginId, atMs: row.startedAtMs } };
}

/**
 * Read at each request: an admin who was switched off, who is no longer an admin, whose log-in has ended or whose password is another by now
 * loses support access at once. How they stand to their second factor; null: it is not theirs any more.
 */
function factorOfTheirs(
  database: Database,
  begun: { readonly userId: string; readonly loginId: string; readonly atMs: number },
): Promise<FactorState | null> {
  return database.asProvider(platformProviderId, async (tx) => {
    const admin = await readRights(tx, platformProviderId, begun.userId);
    if (admin?.active !== true || !admin.permissions.includes("providers.impersonate")) return null;
    if (!(await isInForce(tx, begun))) return null;
    const provedAtMs = await factorAtMsOf(tx, begun.loginId);
    return { isOn: admin.factorIsOn, isRequired: false, isRequiredForFresh: true, provedAtMs };
  });
}

/** The admin logs out. */
export async function endSupportAccess(tx: Tx, impersonationId: string, nowMs: number): Promise<void> {
  await tx
    .updateTable("impersonations")
    .set({ endedAtMs: nowMs })
    .where("impersonationId", "=", impersonationId)
    .execute();
}

/** For a restore, as statements: what ended since the back-up stands in it as open. */
export function supportEnded(nowMs: number): readonly string[] {
  return [`update impersonations set ended_at_ms = ${nowMs} where ended_at_ms is null`];
}
