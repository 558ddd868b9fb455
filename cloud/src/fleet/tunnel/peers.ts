/** The routers in the tunnel: assigns addresses; stores, rotates and removes public keys. */
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import { refusal } from "../../ground/http/problem.ts";
import { type QuotaCount, refuseBeyond } from "../../ground/quotas/quotas.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { requireSite } from "../sites/sites.ts";
import { addressOf, type Peer, type PeerReading, tunnelNetwork } from "./config.ts";
import { makeWireguardKeys } from "./wireguard-keys.ts";

/** Payload: empty; listeners read the table. */
export const wireguardChannel = "karibu_wireguard";

const sealContext = "wireguard-hub";

export interface HubKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Created once per database. */
export async function loadHubKeys(world: World, database: Database, envelope: Envelope): Promise<HubKeys> {
  const made = makeWireguardKeys(world.random);
  return await database.asPlatform("wireguard-keys", async (tx) => {
    await tx
      .insertInto("wireguard_hub")
      .values({
        publicKey: made.publicKey,
        privateSealed: envelope.seal(Buffer.from(made.privateKey, "base64"), sealContext),
        madeAtMs: world.clock.wall().atMs,
      })
      .onConflict((on) => on.doNothing())
      .execute();
    const row = await tx.selectFrom("wireguard_hub").selectAll().executeTakeFirstOrThrow();
    const privateKey = envelope.open(row.privateSealed, sealContext).toString("base64");
    return { privateKey, publicKey: row.publicKey };
  });
}

export const tunnelQuota: QuotaCount = {
  kind: "tunnel-addresses",
  used: async (tx, providerId) => {
    const { count } = await tx
      .selectFrom("wireguard_peers")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("providerId", "=", providerId)
      .executeTakeFirstOrThrow();
    return Number(count);
  },
};

/** Selects a 1, if somebody who is no router has or had this key. */
export type TunnelKeyHolders = (publicKey: string) => RawBuilder<unknown>;

interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

/** Addresses and keys are unique, so transactions that assign them wait for each other. */
async function oneAtATime(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockKeys.tunnel})`.execute(tx);
}

/**
 * The site's tunnel address. It stays the same until the site leaves the tunnel. For `asPlatform`: addresses are unique over all
 * providers. Throws Problem 404 where the provider has no such site, and "quota-reached".
 */
export async function reserveAddress(world: World, tx: Tx, { providerId, siteId }: Place): Promise<string> {
  await oneAtATime(tx);
  await requireSite(tx, { providerId, siteId });
  const mine = await tx
    .selectFrom("wireguard_peers")
    .select("address")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .executeTakeFirst();
  if (mine !== undefined) return mine.address;
  await refuseBeyond(tx, { providerId, more: 1, nowMs: world.clock.wall().atMs }, tunnelQuota);
  const rows = await tx.selectFrom("wireguard_peers").select("address").execute();
  const taken = new Set(rows.map((row) => row.address));
  let number = 0;
  while (taken.has(addressOf(number))) number++;
  if (number >= tunnelNetwork.sitesMax) throw refusal("tunnel-full");
  const address = addressOf(number);
  await tx
    .insertInto("wireguard_peers")
    .values({ providerId, siteId, address, madeAtMs: world.clock.wall().atMs })
    .execute();
  return address;
}

/** Null: the site is not in the tunnel. */
export async function readAddress(tx: Tx, siteId: string): Promise<string | null> {
  return (await readPeer(tx, siteId))?.address ?? null;
}

/** Undefined: the site is not in the tunnel. */
export const readPeer = (tx: Tx, siteId: string) =>
  tx.selectFrom("wireguard_peers").selectAll().where("siteId", "=", siteId).executeTakeFirst();

/**
 * Stores the router's public key. A first key is used at once. A new key waits beside the old one until its first
 * hand-shake, so that a router whose new key never arrives stays reachable. For `asPlatform`: a key of another site,
 * of the hub or of a person is refused, because the interface identifies peers by their keys.
 */
export async function setPeerKey(
  tx: Tx,
  { providerId, siteId }: Place,
  { publicKey, otherHolders }: { readonly publicKey: string; readonly otherHolders: readonly TunnelKeyHolders[] },
): Promise<void> {
  await oneAtATime(tx);
  const peer = await tx
    .selectFrom("wireguard_peers")
    .select(["publicKey"])
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .forUpdate()
    .executeTakeFirst();
  if (peer === undefined) throw refusal("no-address");
  const { rows } = await sql`
    select 1 from wireguard_peers where (provider_id, site_id) <> (${providerId}, ${siteId})
      and ${publicKey} in (public_key, next_public_key)
    union all select 1 from wireguard_hub where public_key = ${publicKey}
    ${sql.join(
      otherHolders.map((holders) => sql`union all ${holders(publicKey)}`),
      sql` `,
    )} limit 1
  `.execute(tx);
  if (rows.length > 0) throw refusal("key-taken", { field: "publicKey" });
  const change =
    peer.publicKey === null || peer.publicKey === publicKey
      ? { publicKey, nextPublicKey: null }
      : { nextPublicKey: publicKey };
  await tx
    .updateTable("wireguard_peers")
    .set(change)
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .execute();
  await wake(tx);
}

/** Its address becomes free for others. A hosted site's RADIUS uses its address: end its hosting first. */
export async function removePeer(tx: Tx, siteId: string): Promise<void> {
  await tx.deleteFrom("wireguard_peers").where("siteId", "=", siteId).execute();
  await wake(tx);
}

async function wake(tx: Tx): Promise<void> {
  await sql`select pg_notify(${wireguardChannel}, '')`.execute(tx);
}

/** How many sites have a place in the tunnel: a column of a statement of the platform. */
export const peersKnown = sql<number>`(select count(*) from wireguard_peers)`;

/** How many of them spoke through it since then. */
export const peersSeen = (sinceMs: number) =>
  sql<number>`(select count(*) from wireguard_peers where last_handshake_at_ms > ${sinceMs}::bigint)`;

/** When each site of a provider that has a key spoke through it last; null: never. */
export async function lastHandshakes(tx: Tx, providerId: string): Promise<(number | null)[]> {
  const rows = await tx
    .selectFrom("wireguard_peers")
    .select("lastHandshakeAtMs")
    .where("providerId", "=", providerId)
    .where("publicKey", "is not", null)
    .execute();
  return rows.map(({ lastHandshakeAtMs: atMs }) => atMs);
}

/** For all providers, for the interface. */
export async function readPeers(tx: Tx): Promise<Peer[]> {
  const rows = await tx
    .selectFrom("wireguard_peers")
    .select(["publicKey", "nextPublicKey", "address"])
    .where("publicKey", "is not", null)
    .orderBy("address")
    .execute();
  const known = new Set(rows.map((row) => row.publicKey));
  return rows.flatMap((row) => [
    { publicKey: row.publicKey as string, address: row.address },
    ...(row.nextPublicKey === null || known.has(row.nextPublicKey)
      ? []
      : [{ publicKey: row.nextPublicKey, address: null }]),
  ]);
}

/**
 * Returns whether a rotation has ended: then the interface needs the new peers. `machine`: the owner of this interface. Where
 * several machines have one, only the one with a peer's newest hand-shake counts, because the peer talks to it. What another
 * machine counted before can't be separated from what is counted already, so its count only begins then.
 */
export async function notePeers(
  tx: Tx,
  readings: readonly PeerReading[],
  { machine, nowMs }: { readonly machine: string; readonly nowMs: number },
): Promise<boolean> {
  const list = JSON.stringify(readings);
  // If two sites had this key before duplicates were refused, the first one keeps it.
  const rotated = await sql`
    update wireguard_peers p set public_key = p.next_public_key, next_public_key = null, rotated_at_ms = ${nowMs}::bigint,
      counted_received_bytes = 0, counted_sent_bytes = 0, counted_by = ${machine}
    from jsonb_to_recordset(${list}::jsonb) as f("publicKey" text, "lastHandshakeAtMs" bigint)
    where p.next_public_key = f."publicKey" and f."lastHandshakeAtMs" is not null
      and not exists (select 1 from wireguard_peers o where o.public_key = p.next_public_key)
  `.execute(tx);
  // One of the two counters is lower than before: the interface was restarted, and both began at zero.
  const base = (counted: "received" | "sent") => sql`case
    when p.counted_by <> ${machine} then ${counted === "received" ? sql`f."receivedBytes"` : sql`f."sentBytes"`}
    when f."receivedBytes" >= p.counted_received_bytes and f."sentBytes" >= p.counted_sent_bytes
      then p.${sql.ref(`counted_${counted}_bytes`)}
    else 0 end`;
  await sql`
    update wireguard_peers p set last_handshake_at_ms = coalesce(f."lastHandshakeAtMs", p.last_handshake_at_ms),
      endpoint = coalesce(f.endpoint, p.endpoint), measured_at_ms = ${nowMs}::bigint,
      received_bytes = p.received_bytes + f."receivedBytes" - (${base("received")}),
      sent_bytes = p.sent_bytes + f."sentBytes" - (${base("sent")}),
      counted_received_bytes = f."receivedBytes", counted_sent_bytes = f."sentBytes", counted_by = ${machine}
    from jsonb_to_recordset(${list}::jsonb) as f("publicKey" text, endpoint text, "lastHandshakeAtMs" bigint,
      "receivedBytes" bigint, "sentBytes" bigint)
    where p.public_key = f."publicKey" and coalesce(p.measured_at_ms, 0) <= ${nowMs}::bigint
      and (coalesce(p.counted_by, ${machine}) = ${machine}
        or coalesce(f."lastHandshakeAtMs", 0) > coalesce(p.last_handshake_at_ms, 0))
  `.execute(tx);
  return (rotated.numAffectedRows ?? 0n) > 0n;
}

/** The address of the site of a row in the tunnel, as a column. Null: it has none. @param table has `provider_id` and `site_id` */
export const tunnelAddressOf = <Address extends string | null = string | null>(
  table: string,
): RawBuilder<Address> => sql`(select address from wireguard_peers peer
  where peer.provider_id = ${sql.ref(`${table}.providerId`)} and peer.site_id = ${sql.ref(`${table}.siteId`)})`;
