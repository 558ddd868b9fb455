/**
 * A person's own end of the tunnel: WinBox to chosen sites of his provider, through any NAT, until it ends. The hub forwards nothing
 * else (`fleet/tunnel/forwarding.ts`). It ends with its time, when somebody ends it, with the log-in that opened it, with a new
 * password, and with the right of its person.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { PeerReading } from "../../fleet/tunnel/config.ts";
import { type Forward, operatorAddressOf, operatorNetwork } from "../../fleet/tunnel/forwarding.ts";
import { wireguardChannel } from "../../fleet/tunnel/peers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import { permissionsOf } from "../../ground/http/permissions.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { HubModule } from "../hub-module.ts";

/** Whoever may open one. */
export const tunnelPermission = "routers.tunnel";

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
  await endExpired(tx, nowMs);
  const siteIds = [...new Set(asked.siteIds)];
  const reachable = await tx
    .selectFrom("wireguard_peers")
    .innerJoin("sites", (join) =>
      join
        .onRef("sites.provider_id", "=", "wireguard_peers.provider_id")
        .onRef("sites.site_id", "=", "wireguard_peers.site_id"),
    )
    .select("sites.site_id")
    .where("sites.provider_id", "=", providerId)
    .where("sites.site_id", "in", siteIds)
    .where("sites.deleted_at_ms", "is", null)
    .where("wireguard_peers.public_key", "is not", null)
    .execute();
  const reached = new Set(reachable.map((row) => row.site_id));
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
    .select(["address", "provider_id", "user_id"])
    .where("ended_at_ms", "is", null)
    .execute();
  if (open.filter((row) => row.provider_id === providerId && row.user_id === userId).length >= openPerPersonMax)
    throw refusal("too-many-tunnels");
  if (open.filter((row) => row.provider_id === providerId).length >= openPerProviderMax)
    throw refusal("too-many-tunnels", { rule: "tunnels-of-provider", value: openPerProviderMax });
  const taken = new Set(open.map((row) => row.address));
  let number = 0;
  while (taken.has(operatorAddressOf(number))) number++;
  if (number >= operatorNetwork.max) throw refusal("tunnel-full");
  const tunnelId = newId(world);
  await tx
    .insertInto("operator_tunnels")
    .values({
      provider_id: providerId,
      tunnel_id: tunnelId,
      user_id: userId,
      login_id: asked.loginId,
      password_mark: sql<string>`(select ${passwordMark} from users where provider_id = ${providerId} and user_id = ${userId})`,
      name: asked.name,
      address: operatorAddressOf(number),
      public_key: asked.publicKey,
      made_at_ms: nowMs,
      expires_at_ms: nowMs + asked.hours * 3_600_000,
    })
    .execute();
  await tx
    .insertInto("operator_tunnel_sites")
    .values(siteIds.map((siteId) => ({ provider_id: providerId, tunnel_id: tunnelId, site_id: siteId })))
    .execute();
  await wake(tx);
  return tunnelId;
}

/** False: there is no such tunnel, or it has ended. What is open through it is cut within seconds. */
export async function endTunnel(tx: Tx, tunnelId: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("operator_tunnels")
    .set({ ended_at_ms: nowMs })
    .where("tunnel_id", "=", tunnelId)
    .where("ended_at_ms", "is", null)
    .executeTakeFirst();
  await wake(tx);
  return numUpdatedRows > 0n;
}

/** Of the hash that is stored, not of the password. */
export const passwordMark = sql<string>`md5(users.password_hash)`;

async function endExpired(tx: Tx, nowMs: number): Promise<void> {
  await tx
    .updateTable("operator_tunnels")
    .set({ ended_at_ms: sql`expires_at_ms` })
    .where("ended_at_ms", "is", null)
    .where("expires_at_ms", "<=", nowMs)
    .execute();
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
        join.onRef("users.provider_id", "=", "t.provider_id").onRef("users.user_id", "=", "t.user_id"),
      )
      .innerJoin("logins", (join) =>
        join.onRef("logins.provider_id", "=", "t.provider_id").onRef("logins.login_id", "=", "t.login_id"),
      )
      .innerJoin("providers", "providers.provider_id", "t.provider_id")
      .leftJoin("roles", (join) =>
        join.onRef("roles.provider_id", "=", "users.provider_id").onRef("roles.role_id", "=", "users.role"),
      )
      .innerJoin("operator_tunnel_sites as s", (join) =>
        join.onRef("s.provider_id", "=", "t.provider_id").onRef("s.tunnel_id", "=", "t.tunnel_id"),
      )
      .innerJoin("wireguard_peers as p", (join) =>
        join.onRef("p.provider_id", "=", "s.provider_id").onRef("p.site_id", "=", "s.site_id"),
      )
      .select(["t.address", "t.public_key", "t.expires_at_ms", "p.address as site_address"])
      .select(["users.role", "roles.permissions"])
      .where("t.ended_at_ms", "is", null)
      .where("t.expires_at_ms", ">", nowMs)
      .where("users.active", "=", true)
      .where("t.password_mark", "=", passwordMark)
      .where("providers.state", "=", "active")
      .orderBy("t.address")
      .orderBy("p.address")
      .execute();
    const allowed = rows.filter(({ role, permissions }) =>
      permissionsOf(role, permissions as string[] | null).includes(tunnelPermission),
    );
    const peers = new Map(allowed.map((row) => [row.address, { publicKey: row.public_key, address: row.address }]));
    const forwards = allowed.map(
      (row): Forward => ({ from: row.address, to: row.site_address, untilMs: row.expires_at_ms }),
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
