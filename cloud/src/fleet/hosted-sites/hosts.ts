/**
 * Hosts: processes that run the agents of many sites. How a host is created, enrols, and loses its right. A host belongs to the
 * platform; its sites may belong to any provider. All functions run in `asPlatform`.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newId, newSecret } from "@karibu/protocol/identifiers";
import { hostIdPrefix } from "@karibu/protocol/rpc/hosted-sites";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { revokeAgent } from "../enrolment/enrolment.ts";

/** Notifies hosts' links that a list changed. Payload: the host's id; listeners read the tables. */
export const hostedChannel = "karibu_hosted";

const tokenLifeMs = 24 * 60 * 60 * 1000;

export async function wakeHost(tx: Tx, hostId: string): Promise<void> {
  await sql`select pg_notify(${hostedChannel}, ${hostId})`.execute(tx);
}

/**
 * Returns its id. It hosts nothing until it has enrolled with a token. Only one host is allowed, because every router gets
 * the same RADIUS address, the hub's end of the tunnel: Problem 409 while another one is valid.
 */
export async function insertHost(world: World, tx: Tx, name: string): Promise<string> {
  await sql`select pg_advisory_xact_lock(${lockKeys.hosts})`.execute(tx);
  const other = await tx.selectFrom("hosts").select("name").where("revoked_at_ms", "is", null).executeTakeFirst();
  if (other !== undefined) throw refusal("host-exists", { value: other.name });
  const hostId = `${hostIdPrefix}${newId(world)}`;
  await tx.insertInto("hosts").values({ host_id: hostId, name, made_at_ms: world.clock.wall().atMs }).execute();
  return hostId;
}

/** A single-use token; the former one becomes invalid. Shown once: only a hash is stored. */
export async function createHostToken(
  world: World,
  tx: Tx,
  hostId: string,
): Promise<{ token: string; expiresAtMs: number }> {
  const token = newSecret(world);
  const expiresAtMs = world.clock.wall().atMs + tokenLifeMs;
  const changed = await tx
    .updateTable("hosts")
    .set({ token_hash: sha256Hex(token), token_expires_at_ms: expiresAtMs })
    .where("host_id", "=", hostId)
    .where("revoked_at_ms", "is", null)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) throw notFound("host");
  return { token, expiresAtMs };
}

/**
 * `publicKey`: 32 bytes, base64. The same device may ask again with the same token, because an answer can get lost. Null:
 * unknown, too old, used by another device, or revoked: the same for all, so that a guesser learns nothing.
 */
export async function enrolHost(
  tx: Tx,
  { token, publicKey }: { readonly token: string; readonly publicKey: string },
  nowMs: number,
): Promise<string | null> {
  const host = await tx
    .selectFrom("hosts")
    .select(["host_id", "public_key", "enrolled_at_ms", "token_expires_at_ms"])
    .where("token_hash", "=", sha256Hex(token))
    .where("revoked_at_ms", "is", null)
    .forUpdate()
    .executeTakeFirst();
  if (host === undefined || (host.token_expires_at_ms ?? 0) <= nowMs) return null;
  // A used token is stored as the one that created this key: it was created before the enrolment.
  const madeAtMs = (host.token_expires_at_ms as number) - tokenLifeMs;
  const isUsed = host.enrolled_at_ms !== null && host.enrolled_at_ms >= madeAtMs;
  if (isUsed) return host.public_key === publicKey ? host.host_id : null;
  await tx
    .updateTable("hosts")
    .set({ public_key: publicKey, enrolled_at_ms: nowMs })
    .where("host_id", "=", host.host_id)
    .execute();
  await wakeHost(tx, host.host_id);
  return host.host_id;
}

/** Revokes the host, and every device key that it made for its sites. They must be assigned to another host. */
export async function revokeHost(world: World, tx: Tx, hostId: string): Promise<void> {
  const changed = await tx
    .updateTable("hosts")
    .set({ revoked_at_ms: world.clock.wall().atMs, token_hash: null })
    .where("host_id", "=", hostId)
    .where("revoked_at_ms", "is", null)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) throw notFound("host");
  const sites = await tx
    .selectFrom("hosted_sites")
    .select(["provider_id", "site_id"])
    .where("host_id", "=", hostId)
    .orderBy("site_id")
    .execute();
  for (const row of sites) await revokeAgent(world, tx, { providerId: row.provider_id, siteId: row.site_id });
  await wakeHost(tx, hostId);
}

/** Does this hub run agents of sites? */
export async function hasHost(tx: Tx): Promise<boolean> {
  return (await firstHost(tx)) !== undefined;
}

/** Hubs that created several before only one was allowed use the first. */
function firstHost(tx: Tx) {
  return tx
    .selectFrom("hosts")
    .select("host_id")
    .where("revoked_at_ms", "is", null)
    .where("enrolled_at_ms", "is not", null)
    .orderBy("made_at_ms")
    .orderBy("host_id")
    .limit(1)
    .executeTakeFirst();
}

/** Throws Problem 409 where there is none. */
export async function chooseHost(tx: Tx): Promise<string> {
  const host = await firstHost(tx);
  if (host !== undefined) return host.host_id;
  throw refusal("no-host");
}

/** For a restore, as statements: see `enrolmentsEnded`. An enrolled host works on with its key. */
export const hostEnrolmentsEnded: readonly string[] = [
  "update hosts set token_hash = null, token_expires_at_ms = null where token_hash is not null",
];
