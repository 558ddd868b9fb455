/**
 * The door by which people of chosen roles log in to the console with the password that their provider's RADIUS server knows. The form is the same one:
 * a password that is not Karibu's is asked about there.
 *
 * Attackers and what stops them. Who guesses: each try was counted before (`identity/credentials/guess-guard.ts`), whoever judges the password. Who wants to be an owner, or
 * somebody new: owners never log in by it, a person must be one of the staff first, and the role that an answer names must be among those that an owner
 * chose, who could give them (`radius-routes.ts`). Who holds the RADIUS server: the people of those roles are his, and the second factor still is not. Who
 * kills it: everybody has a password of Karibu too. Who gives a role more rights later than an owner chose it with: a log-in by RADIUS has the confirmed ones
 * alone, and its people get no such role by it, until somebody who has these rights confirms them. Whose server was taken away, or got another secret: the
 * log-ins that it opened are over (`logins.door_at_ms`), also after a restore of an older back-up. Who has the same name before another @ than a colleague: nobody of that name is asked about. Who
 * measures how long a refusal takes: where any provider has such a server, each refusal of a password takes the same time at least (`identity/log-in/login.ts`), whoever
 * was asked about. What is left: a server that needs longer than that tells that the address has such a role, within the counted tries.
 */
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import { readAddress } from "../../fleet/tunnel/peers.ts";
import type { Ground } from "../../ground/create-ground.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { createEmit } from "../../ground/events/record.ts";
import { isBuiltIn, permissionsOf } from "../../ground/http/permissions.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import type { DoorEntry, PasswordDoor, PersonAtDoor } from "../../identity/log-in/password-door.ts";
import { moveToRole } from "../../identity/users/users.ts";
import type { AskRadius, RadiusServer } from "./ask-radius.ts";
import {
  judgeRadius,
  localPart,
  type RadiusRules,
  type RadiusVerdict,
  radiusNameOf,
  rightsByRadius,
  unconfirmed,
} from "./radius-policy.ts";

export interface RadiusParts extends Pick<Ground, "world" | "database" | "envelope"> {
  readonly askRadius: AskRadius;
}

export type RadiusRow = Selectable<Schema["console_radius"]>;

export const radiusSecretContext = (providerId: string): string => `console-radius/${providerId}`;

export const rulesOf = ({ names, roles, roleAttribute, roleMap }: RadiusRow): RadiusRules => ({
  names,
  roles,
  roleAttribute,
  roleMap,
});

export const secretIn = (envelope: Pick<Envelope, "open">, row: RadiusRow): string =>
  envelope.open(row.secretSealed, radiusSecretContext(row.providerId)).toString("utf8");

/** Null: the site's router is in no tunnel. */
export async function serverOf(
  { envelope }: Pick<RadiusParts, "envelope">,
  tx: Tx,
  row: RadiusRow,
): Promise<RadiusServer | null> {
  const of = { providerId: row.providerId, port: row.port, secret: secretIn(envelope, row) };
  if (row.host !== null) return { ...of, way: "internet", host: row.host };
  const address = row.siteId === null ? null : await readAddress(tx, row.siteId);
  return address === null ? null : { ...of, way: "tunnel", host: address };
}

/** The server's `server_at_ms` is what a log-in keeps of the door. */
export const radiusDoor = (parts: RadiusParts): PasswordDoor => ({
  name: "radius",
  isUsed: async (tx) =>
    (await tx.selectFrom("console_radius").select("providerId").limit(1).executeTakeFirst()) !== undefined,
  enter: (person, typed) => enter(parts, person, typed),
  settle: (tx, person, entry) => settle(parts.world, tx, person, entry),
  async rightsIn(tx, login, rights) {
    const now = await tx
      .selectFrom("console_radius")
      .select(["serverAtMs", "roles", "confirmed"])
      .where("providerId", "=", login.providerId)
      .executeTakeFirst();
    return rightsByRadius(login, now ?? null, rights);
  },
});

async function enter(
  parts: RadiusParts,
  person: PersonAtDoor,
  typed: { readonly password: string; readonly from: string },
): Promise<DoorEntry | null> {
  const { database, askRadius } = parts;
  const providerId = person.providerId;
  const known = await database.asProvider(providerId, async (tx) => {
    const row = await tx.selectFrom("console_radius").selectAll().executeTakeFirst();
    if (row === undefined) return null;
    const rules = rulesOf(row);
    const user = radiusNameOf(person, rules);
    if (user === null || (rules.names === "before-at" && !(await isOnlyOne(tx, person.email)))) return null;
    const grown = new Set((await grownRoles(tx, row)).keys());
    return { rules, user, grown, serverAtMs: row.serverAtMs, server: await serverOf(parts, tx, row) };
  });
  if (known === null) return null;
  const { rules, user, server, grown, serverAtMs } = known;
  const verdict: RadiusVerdict =
    server === null
      ? { kind: "refused", why: "no-tunnel" }
      : judgeRadius(await askRadius(server, { user, ...typed }), { role: person.role, rules, grown });
  await note(parts, providerId, verdict);
  return verdict.kind === "enter" ? { role: verdict.role, doorAtMs: serverAtMs } : null;
}

/** Somebody of the staff whose address differs only behind the @ would log in as this person. */
async function isOnlyOne(tx: Tx, email: string): Promise<boolean> {
  const name = localPart(email);
  const alike = await tx
    .selectFrom("users")
    .select("email")
    .where((row) => row.fn<boolean>("starts_with", ["email", row.val(`${name}@`)]))
    .execute();
  return alike.filter((one) => localPart(one.email) === name).length === 1;
}

async function note({ world, database }: RadiusParts, providerId: string, verdict: RadiusVerdict): Promise<void> {
  const outcome = verdict.kind === "enter" ? "accept" : verdict.why;
  await database.asProvider(providerId, (tx) =>
    tx
      .updateTable("console_radius")
      .set({ askedAtMs: world.clock.wall().atMs, outcome })
      .where("providerId", "=", providerId)
      .execute(),
  );
}

/** False where the server was taken away, the roles changed, or somebody changed the person. */
async function settle(
  world: World,
  tx: Tx,
  person: PersonAtDoor,
  { role, doorAtMs, requestId }: DoorEntry & { readonly requestId: string },
): Promise<boolean> {
  const row = await tx.selectFrom("console_radius").selectAll().executeTakeFirst();
  if (
    row === undefined ||
    row.serverAtMs !== doorAtMs ||
    !row.roles.includes(role) ||
    radiusNameOf(person, rulesOf(row)) === null
  )
    return false;
  if (role !== person.role && (!(await isRole(tx, role)) || (await grownRoles(tx, row)).has(role))) return false;
  if (!(await moveToRole(tx, person.userId, { from: person.role, to: role, nowMs: world.clock.wall().atMs })))
    return false;
  if (role === person.role) return true;
  const detail = { from: person.role, to: role };
  const entry = { providerId: person.providerId, userId: person.userId, target: person.userId, requestId, detail };
  await writeAudit(world, tx, { ...entry, action: "role-by-radius" });
  // What is open elsewhere hears no more than this role may.
  await createEmit(world)(tx, person.providerId, { topic: "user", id: person.userId, action: "role-changed" });
  return true;
}

/** Which of the chosen roles have rights that nobody confirmed, and which ones. */
export async function grownRoles(
  tx: Tx,
  { roles, confirmed }: Pick<RadiusRow, "roles" | "confirmed">,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tx
    .selectFrom("roles")
    .select(["roleId", "permissions"])
    .where("roleId", "in", ["", ...roles])
    .execute();
  return new Map(
    rows.flatMap(({ roleId: role, permissions }) => {
      const more = unconfirmed(role, permissionsOf(role, permissions), confirmed);
      return more.length === 0 ? [] : [[role, more] as const];
    }),
  );
}

/** One that was deleted since may still be among the chosen ones. */
async function isRole(tx: Tx, role: string): Promise<boolean> {
  if (isBuiltIn(role)) return true;
  const row = await tx.selectFrom("roles").select("roleId").where("roleId", "=", role).executeTakeFirst();
  return row !== undefined;
}
