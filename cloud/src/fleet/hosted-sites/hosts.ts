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
import { hasEnded } from "../../ground/db/hub-clock.ts";
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
  const other = await tx.selectFrom("hosts").select("name").where("revokedAtMs", "is", null).executeTakeFirst();
  if (other !== undefined) throw refusal("host-exists", { value: other.name });
  const hostId = `${hostIdPrefix}${newId(world)}`;
  await tx.insertInto("hosts").values({ hostId, name, madeAtMs: world.clock.wall().atMs }).execute();
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
    .set({ tokenHash: sha256Hex(token), tokenExpiresAtMs: expiresAtMs, tokenUsed: false })
    .where("hostId", "=", hostId)
    .where("revokedAtMs", "is", null)
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
    .select(["hostId", "publicKey", "tokenUsed", "tokenExpiresAtMs"])
    .where("tokenHash", "=", sha256Hex(token))
    .where("revokedAtMs", "is", null)
    .forUpdate()
    .executeTakeFirst();
  if (host === undefined || hasEnded(host.tokenExpiresAtMs ?? 0, tokenLifeMs, nowMs)) return null;
  if (host.tokenUsed) return host.publicKey === publicKey ? host.hostId : null;
  await tx
    .updateTable("hosts")
    .set({ publicKey, enrolledAtMs: nowMs, tokenUsed: true })
    .where("hostId", "=", host.hostId)
    .execute();
  await wakeHost(tx, host.hostId);
  return host.hostId;
}

/** Revokes the host, and every device key that it made for its sites. They must be assigned to another host. */
export async function revokeHost(world: World, tx: Tx, hostId: string): Promise<void> {
  const changed = await tx
    .updateTable("hosts")
    .set({ revokedAtMs: world.clock.wall().atMs, tokenHash: null })
    .where("hostId", "=", hostId)
    .where("revokedAtMs", "is", null)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) throw notFound("host");
  const sites = await tx
    .selectFrom("hosted_sites")
    .select(["providerId", "siteId"])
    .where("hostId", "=", hostId)
    .orderBy("siteId")
    .execute();
  for (const row of sites) await revokeAgent(world, tx, { providerId: row.providerId, siteId: row.siteId });
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
    .select("hostId")
    .where("revokedAtMs", "is", null)
    .where("enrolledAtMs", "is not", null)
    .orderBy("madeAtMs")
    .orderBy("hostId")
    .limit(1)
    .executeTakeFirst();
}

/** Throws Problem 409 where there is none. */
export async function chooseHost(tx: Tx): Promise<string> {
  const host = await firstHost(tx);
  if (host !== undefined) return host.hostId;
  throw refusal("no-host");
}

/** For a restore, as statements: see `enrolmentsEnded`. An enrolled host works on with its key. */
export const hostEnrolmentsEnded: readonly string[] = [
  "update hosts set token_hash = null, token_expires_at_ms = null where token_hash is not null",
];
