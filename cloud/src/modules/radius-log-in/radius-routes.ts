/**
 * `/api/v1/settings/radius-log-in`: a provider's RADIUS server for log-ins to the console, and a check that asks it. What it stops: `radius-door.ts`.
 * Who sets it gives access to people: so it needs the right to manage them, a fresh second factor or the person's own password (a program's token does not
 * do), and every permission of the roles that are chosen. Who would guess with the check at what the server knows needs a fresh factor too. Its
 * secret is taken and never shown, and goes to no other server unless it is typed again.
 */

import { isIP } from "node:net";
import { newSecret } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { readAddress } from "../../fleet/tunnel/peers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { createEmitMany } from "../../ground/events/record.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { isBuiltIn } from "../../ground/http/permissions.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { isPublicAddress } from "../../ground/http-client/public-url.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import { demandStanding, endLoginsByDoor, peopleByDoor } from "../../identity/credentials/logins.ts";
import { type ProveSelf, yourPassword } from "../../identity/credentials/prove-password.ts";
import { permissionsOfRole, refuseMore } from "../../identity/roles/role-routes.ts";
import { radiusTroubles } from "./ask-radius.ts";
import { grownRoles, type RadiusParts, radiusSecretContext, rulesOf, secretIn, serverOf } from "./radius-door.ts";
import { passwordOctetsMax, roleAttributes, userOctetsMax } from "./radius-packets.ts";
import { judgeRadius, mayLogInByRadius, nameForms } from "./radius-policy.ts";

const hostSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .refine(
    (host) => (isIP(host) === 0 ? /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$/.test(host) : isPublicAddress(host)),
    ownRule("radius-host", "a name like radius.example.com, or an address on the internet"),
  );
const roleSchema = z.string().min(1).max(64);
const fields = {
  /** With `siteId` the router of that site is asked instead, through the hub's tunnel. */
  host: hostSchema.nullable(),
  siteId: z.string().min(1).max(64).nullable(),
  /** From 1024 on: RADIUS has 1812. */
  port: z.int().min(1024).max(65_535),
  /** What it is asked about: the whole e-mail address of a person, or what stands before its @. */
  names: z.enum(nameForms),
  /** Whose people may log in by it; owners never do. */
  roles: z.array(roleSchema).min(1).max(30),
  /** Which attribute of the accept says the role; null: it stays. */
  roleAttribute: z.enum(roleAttributes).nullable(),
  roleMap: z.array(z.strictObject({ value: z.string().min(1).max(100), role: roleSchema })).max(50),
};
export const radiusServerView = z.object({
  server: z
    .object({
      ...fields,
      port: z.int(),
      changedAtMs: z.int(),
      /** Rights that roles got since: log-ins by RADIUS do not have them until somebody who has them saves this anew. */
      grown: z.array(z.object({ role: z.string(), permissions: z.array(z.string()) })),
    })
    .nullable(),
  /** Of the last log-in that asked it; null: none has. */
  lastAskedAtMs: z.int().nullable(),
  lastOutcome: z.string().nullable(),
});
export const radiusCheckView = z.object({
  outcome: z.enum(["accept", "reject", "challenge", "no-server", "no-tunnel", ...radiusTroubles]),
  /** The name that it was asked about. */
  user: z.string(),
  /** What the chosen attribute of an accept said: texts of the provider's own server. */
  said: z.array(z.string()),
  /** Which role that means; null: none, or none is asked for. */
  role: z.string().nullable(),
});

const path = "/api/v1/settings/radius-log-in";
/** RFC 2865 §3 asks for 16 octets: a short one can be found by whoever hears one packet. */
const secretSchema = z.string().min(16).max(128);

export function radiusRoutes(parts: RadiusParts & { readonly proveSelf: ProveSelf }) {
  const { world, envelope, database, askRadius } = parts;
  const checks = createSharedTries(world.clock, "radius-check", { tries: 20, perSeconds: 3600 });
  return [
    route({
      method: "GET",
      path,
      summary: "The RADIUS server by which staff may log in to the console, without its secret",
      permission: "users.manage",
      response: radiusServerView,
      volatile: ["lastAskedAtMs", "lastOutcome"],
      handle: ({ transact }) => transact(read),
    }),
    route({
      method: "PUT",
      path,
      summary: "Let people of some roles log in to the console by a RADIUS server of the provider's own, too",
      permission: "users.manage",
      freshFactor: true,
      body: z
        .strictObject({
          ...fields,
          /** Left out: the one that is there, where host or site, and port stay. */
          secret: secretSchema.optional(),
          yourPassword,
        })
        .refine(
          ({ host, siteId }) => host !== null || siteId !== null,
          ownRule("radius-one-way", "either a host or a site"),
        ),
      response: radiusServerView,
      handle: async ({ actor, body, providerId, transact }) => {
        // Else a log-in that was left open opens the door to whoever answers for the server, for longer than itself.
        await parts.proveSelf(actor, body.yourPassword);
        return transact(async (tx) => {
          await demandStanding(tx, actor, "yourPassword");
          const { siteId, port, secret } = body;
          if (siteId !== null && (await readAddress(tx, siteId)) === null)
            throw refusal("site-without-tunnel", { field: "siteId" });
          const confirmed: Record<string, readonly string[]> = {};
          for (const role of new Set([...body.roles, ...body.roleMap.map((one) => one.role)])) {
            const isIn = body.roles.includes(role);
            if (!mayLogInByRadius(role) || !isIn) throw refusal("radius-role", { field: isIn ? "roles" : "roleMap" });
            const rights = await permissionsOfRole(tx, role, providerId);
            refuseMore(actor, rights, "roles");
            if (!isBuiltIn(role)) confirmed[role] = rights;
          }
          await lockServer(tx, providerId);
          const was = await tx.selectFrom("console_radius").selectAll().executeTakeFirst();
          const host = siteId === null ? body.host : null;
          // Else the kept secret would go wherever somebody points it.
          const isSame = was !== undefined && was.host === host && was.siteId === siteId && was.port === port;
          if (secret === undefined && !isSame) throw refusal("password-again", { field: "secret" });
          const nowMs = world.clock.wall().atMs;
          const isKept = isSame && (secret === undefined || secret === secretIn(envelope, was));
          const row = {
            confirmed: json(confirmed),
            // Later than before, also where a clock went back: what the other server opened must not fit this one.
            serverAtMs: isKept ? was.serverAtMs : Math.max(nowMs, (was?.serverAtMs ?? 0) + 1),
            host,
            siteId,
            port,
            names: body.names,
            roles: json([...new Set(body.roles)]),
            roleAttribute: body.roleAttribute,
            roleMap: json(body.roleAttribute === null ? [] : body.roleMap),
            changedAtMs: Math.max(nowMs, (was?.changedAtMs ?? 0) + 1),
            ...(secret === undefined
              ? {}
              : { secretSealed: envelope.seal(Buffer.from(secret), radiusSecretContext(providerId)) }),
          };
          await tx
            .insertInto("console_radius")
            .values({ providerId, secretSealed: was?.secretSealed ?? Buffer.alloc(0), ...row })
            .onConflict((on) => on.column("providerId").doUpdateSet(row))
            .execute();
          await tellPeople(world, tx, providerId, { atMs: row.serverAtMs, roles: body.roles });
          return await read(tx);
        });
      },
    }),
    route({
      method: "DELETE",
      path,
      summary: "Everybody logs in to the console by Karibu's own passwords alone again",
      permission: "users.manage",
      freshFactor: true,
      status: 204,
      response: z.null(),
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          await lockServer(tx, providerId);
          await tx.deleteFrom("console_radius").where("providerId", "=", providerId).execute();
          await tellPeople(world, tx, providerId, null);
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/settings/checks/radius-log-in",
      summary: "Ask the RADIUS server by one real packet: about a name and a password, or about a name that nobody has",
      permission: "users.manage",
      freshFactor: true,
      body: z.strictObject({
        user: z.string().trim().min(1).max(userOctetsMax).optional(),
        password: z.string().min(1).max(passwordOctetsMax).optional(),
      }),
      response: radiusCheckView,
      handle: async ({ body, providerId, remoteAddress, transact }) => {
        await database.asProvider(providerId, (tx) => checks.take(tx, { providerId, subject: "all" }));
        const user = body.user ?? `karibu-check-${newSecret(world, 3)}`;
        const known = await transact(async (tx) => {
          const row = await tx.selectFrom("console_radius").selectAll().executeTakeFirst();
          if (row === undefined) return null;
          const grown = new Set((await grownRoles(tx, row)).keys());
          return { rules: rulesOf(row), grown, server: await serverOf(parts, tx, row) };
        });
        const nothing = { user, said: [], role: null };
        if (known === null) return { outcome: "no-server" as const, ...nothing };
        const { rules, grown, server } = known;
        if (server === null) return { outcome: "no-tunnel" as const, ...nothing };
        const typed = { password: body.password ?? newSecret(world, 12), from: remoteAddress };
        const answer = await askRadius(server, { user, ...typed });
        if (answer.kind === "none") return { outcome: answer.why, ...nothing };
        if (answer.kind !== "accept" || rules.roleAttribute === null) return { outcome: answer.kind, ...nothing };
        const verdict = judgeRadius(answer, { role: "", rules, grown });
        const said = answer.values[rules.roleAttribute].slice(0, 10).map((text) => cutText(text, 100));
        return { outcome: "accept" as const, user, said, role: verdict.kind === "enter" ? verdict.role : null };
      },
    }),
  ];
}

/** Two people who change it take turns: else the server of the one would get the secret of the other, or one that was taken away would be back. */
const lockServer = (tx: Tx, providerId: string) => lockName(tx, `console-radius/${providerId}`);

/**
 * Log-ins by another server than this end, and those of roles that were not chosen again, with all that was opened in them; the consoles of the others ask
 * again what they may. Null: there is no server any more.
 */
async function tellPeople(
  world: World,
  tx: Tx,
  providerId: string,
  door: Parameters<typeof endLoginsByDoor>[1],
): Promise<void> {
  const emit = createEmitMany(world);
  const tell = (people: readonly string[], action: string) =>
    emit(
      tx,
      people.map((id) => ({ providerId, topic: "user" as const, id, action })),
    );
  await tell(await endLoginsByDoor(tx, door), "log-ins-ended");
  await tell(await peopleByDoor(tx), "role-changed");
}

async function read(tx: Tx): Promise<z.input<typeof radiusServerView>> {
  const row = await tx.selectFrom("console_radius").selectAll().executeTakeFirst();
  if (row === undefined) return { server: null, lastAskedAtMs: null, lastOutcome: null };
  const { host, siteId, port, changedAtMs } = row;
  return {
    server: {
      ...{ host, siteId, port, ...rulesOf(row), roles: [...row.roles], roleMap: [...row.roleMap], changedAtMs },
      grown: [...(await grownRoles(tx, row))].map(([role, permissions]) => ({ role, permissions: [...permissions] })),
    },
    lastAskedAtMs: row.askedAtMs,
    lastOutcome: row.outcome,
  };
}
