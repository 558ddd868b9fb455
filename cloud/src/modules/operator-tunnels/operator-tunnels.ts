/**
 * A person's own end of the tunnel: WinBox to chosen sites of his provider, through any NAT, until it ends. The hub forwards nothing
 * else (`fleet/tunnel/forwarding.ts`). It ends with its time, when somebody ends it, with the log-in that opened it, with a new
 * password, when its person switches a second factor on, and with the right of its person.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { PeerReading } from "../../fleet/tunnel/config.ts";
import { type Forward, operatorAddressOf, operatorNetwork } from "../../fleet/tunnel/forwarding.ts";
import { wireguardChannel } from "../../fleet/tunnel/peers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { endsAtMost, hasEnded } from "../../ground/db/hub-clock.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import { permissionsOf } from "../../ground/http/permissions.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { HubModule } from "../hub-module.ts";

/** Whoever may open one. */
export const tunnelPermission = "routers.tunnel";

/** For so long at most. */
export const tunnelHoursMax = 12;
const tunnelMsMax = tunnelHoursMax * 3_600_000;
const openPerPersonMax = 5;
const openPerProviderMax = 100;

export interface NewTunnel {
  readonly providerId: string;
  readonly userId: string;
  readonly loginId: string;
  readonly name: string;
  readonly publicKey: string;
  readonly siteIds: readonly string[];
  readonly hours: number;
}

/**
 * For `asPlatform`: addresses and keys are unique over all providers, so the provider's own rows are asked for by name. Throws Problems:
 * "site-without-tunnel" and "key-taken", which name the field, and "too-many-tunnels".
 */
export async function openTunnel(world: World, tx: Tx, asked: NewTunnel): Promise<string> {
  const { providerId, userId } = asked;
  await sql`select pg_advisory_xact_lock(${lockKeys.tunnel})`.execute(tx);
  const nowMs = world.clock.wall().atMs;
  await endOver(tx, nowMs);
  const siteIds = [...new Set(asked.siteIds)];
  const reachable = await tx
    .selectFrom("wireguard_peers")
    .innerJoin("sites", (join) =>
      join
        .onRef("sites.providerId", "=", "wireguard_peers.providerId")
        .onRef("sites.siteId", "=", "wireguard_peers.siteId"),
    )
    .select("sites.siteId")
    .where("sites.providerId", "=", providerId)
    .where("sites.siteId", "in", siteIds)
    .where("sites.deletedAtMs", "is", null)
    .where("wireguard_peers.publicKey", "is not", null)
    .execute();
  const reached = new Set(reachable.map((row) => row.siteId));
  const missing = siteIds.findIndex((siteId) => !reached.has(siteId));
  if (missing >= 0) throw refusal("site-without-tunnel", { field: `siteIds.${missing}` });
  const { rows: takers } = await sql`
    select 1 from wireguard_peers where ${asked.publicKey} in (public_key, next_public_key)
    union all select 1 from wireguard_hub where public_key = ${asked.publicKey}
    union all select 1 from operator_tunnels where public_key = ${asked.publicKey} limit 1
  `.execute(tx);
  if (takers.length > 0) throw refusal("key-taken", { field: "publicKey" });
  const open = await tx
    .selectFrom("operator_tunnels")
    .select(["address", "providerId", "userId"])
    .where("endedAtMs", "is", null)
    .execute();
  if (open.filter((row) => row.providerId === providerId && row.userId === userId).length >= openPerPersonMax)
    throw refusal("too-many-tunnels");
  if (open.filter((row) => row.providerId === providerId).length >= openPerProviderMax)
    throw refusal("too-many-tunnels", { rule: "tunnels-of-provider", value: openPerProviderMax });
  const taken = new Set(open.map((row) => row.address));
  let number = 0;
  while (taken.has(operatorAddressOf(number))) number++;
  if (number >= operatorNetwork.max) throw refusal("tunnel-full");
  const tunnelId = newId(world);
  await tx
    .insertInto("operator_tunnels")
    .values({
      providerId,
      tunnelId,
      userId,
      loginId: asked.loginId,
      passwordMark: sql<string>`(select ${passwordMark} from users where provider_id = ${providerId} and user_id = ${userId})`,
      name: asked.name,
      address: operatorAddressOf(number),
      publicKey: asked.publicKey,
      // It is opened after the cut, also where the clock was set back since.
      madeAtMs: sql<number>`greatest(${nowMs}::bigint, (select cut_at_ms + 1 from logins where provider_id = ${providerId} and login_id = ${asked.loginId}))`,
      expiresAtMs: nowMs + asked.hours * 3_600_000,
    })
    .execute();
  await tx
    .insertInto("operator_tunnel_sites")
    .values(siteIds.map((siteId) => ({ providerId, tunnelId, siteId })))
    .execute();
  await wake(tx);
  return tunnelId;
}

/** False: there is no such tunnel, or it has ended. What is open through it is cut within seconds. */
export async function endTunnel(tx: Tx, tunnelId: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("operator_tunnels")
    .set({ endedAtMs: nowMs })
    .where("tunnelId", "=", tunnelId)
    .where("endedAtMs", "is", null)
    .executeTakeFirst();
  await wake(tx);
  return numUpdatedRows > 0n;
}

/** Of the hash that is stored, not of the password. */
const passwordMark = sql<string>`md5(users.password_hash)`;

/** Beside `logins` and `users`, of a tunnel `t`: the log-in that opened it stands, and nothing that was begun in it was ended since (`isInForce`). */
export const isItsLogin = sql<boolean>`t.password_mark = ${passwordMark} and coalesce(logins.cut_at_ms < t.made_at_ms, true)`;

/** Of a tunnel `t`: its time is not over, and it was not opened while the clock was ahead. */
export const isInTime = (nowMs: number) =>
  sql<boolean>`(t.expires_at_ms > ${nowMs}::bigint and t.expires_at_ms <= ${endsAtMost(nowMs, tunnelMsMax)}::bigint)`;

/** As `isInTime`, of a row. */
export const isTimeOver = (expiresAtMs: number, nowMs: number): boolean => hasEnded(expiresAtMs, tunnelMsMax, nowMs);

/** Those whose time or log-in is over hold no address any more, and count among nobody's open ones. */
async function endOver(tx: Tx, nowMs: number): Promise<void> {
  await sql`
    update operator_tunnels t set ended_at_ms = least(${nowMs}::bigint, t.expires_at_ms)
    where t.ended_at_ms is null and (not ${isInTime(nowMs)} or not exists (
      select from logins join users on users.provider_id = logins.provider_id and users.user_id = logins.user_id
      where logins.provider_id = t.provider_id and logins.login_id = t.login_id and ${isItsLogin}))`.execute(tx);
}

async function wake(tx: Tx): Promise<void> {
  await sql`select pg_notify(${wireguardChannel}, '')`.execute(tx);
}

/** For a restore, as statements: what was ended since the back-up stands in it as open. */
export function operatorTunnelsEnded(nowMs: number): readonly string[] {
  return [`update operator_tunnels set ended_at_ms = ${nowMs} where ended_at_ms is null`];
}

/** For the interface, over all providers. A person who was switched off, or lost the right, has no end. */
export const operatorEnds: NonNullable<HubModule["operatorEnds"]> = {
  async read(tx, nowMs) {
    const rows = await tx
      .selectFrom("operator_tunnels as t")
      .innerJoin("users", (join) =>
        join.onRef("users.providerId", "=", "t.providerId").onRef("users.userId", "=", "t.userId"),
      )
      .innerJoin("logins", (join) =>
        join.onRef("logins.providerId", "=", "t.providerId").onRef("logins.loginId", "=", "t.loginId"),
      )
      .innerJoin("providers", "providers.providerId", "t.providerId")
      .leftJoin("roles", (join) =>
        join.onRef("roles.providerId", "=", "users.providerId").onRef("roles.roleId", "=", "users.role"),
      )
      .innerJoin("operator_tunnel_sites as s", (join) =>
        join.onRef("s.providerId", "=", "t.providerId").onRef("s.tunnelId", "=", "t.tunnelId"),
      )
      .innerJoin("wireguard_peers as p", (join) =>
        join.onRef("p.providerId", "=", "s.providerId").onRef("p.siteId", "=", "s.siteId"),
      )
      .select(["t.address", "t.publicKey", "t.expiresAtMs", "p.address as siteAddress"])
      .select(["users.role", "roles.permissions"])
      .where("t.endedAtMs", "is", null)
      .where(isInTime(nowMs))
      .where("users.active", "=", true)
      .where(isItsLogin)
      .where("providers.state", "=", "active")
      .orderBy("t.address")
      .orderBy("p.address")
      .execute();
    const allowed = rows.filter(({ role, permissions }) =>
      permissionsOf(role, permissions as string[] | null).includes(tunnelPermission),
    );
    const peers = new Map(allowed.map((row) => [row.address, { publicKey: row.publicKey, address: row.address }]));
    const forwards = allowed.map(
      (row): Forward => ({ from: row.address, to: row.siteAddress, untilMs: row.expiresAtMs }),
    );
    return { peers: [...peers.values()], forwards };
  },
  async note(tx, readings: readonly PeerReading[]) {
    const list = JSON.stringify(readings.filter(({ lastHandshakeAtMs }) => lastHandshakeAtMs !== null));
    await sql`
      update operator_tunnels t set last_handshake_at_ms = f."lastHandshakeAtMs", endpoint = f.endpoint
      from jsonb_to_recordset(${list}::jsonb) as f("publicKey" text, endpoint text, "lastHandshakeAtMs" bigint)
      where t.public_key = f."publicKey" and t.ended_at_ms is null
        and t.last_handshake_at_ms is distinct from f."lastHandshakeAtMs"
    `.execute(tx);
  },
};
