/**
 * How a device becomes the agent of a site. An operator creates a token (single use, short-lived, stored as a hash). The
 * device sends it with its public key over HTTPS, and from then on only that key can act for the site. Enrolling again
 * (a replaced router) replaces the key and ends the old link; revoking ends it for good. A device that lost its key waits with its used
 * token until an operator readmits it.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import { hubKeyMark } from "@karibu/protocol/link/hub-time";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { hasEnded } from "../../ground/db/hub-clock.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { siteIsThere } from "../sites/site-is-there.ts";
import { dropReadmissions, noteReadmission, takeReadmission } from "./readmissions.ts";

/** An installer has to drive there. */
const tokenLifeMs = 24 * 60 * 60 * 1000;

/** Notifies links that a device's right changed. Payload: the site's id; listeners read the tables. */
export const linkChannel = "karibu_link";

/** For the retention of tokens: the present device's own one stays, because a device that lost its key asks with it. */
export const notOfPresentDevice = `not exists (select from agents a where a.provider_id = enrolment_tokens.provider_id
  and a.site_id = enrolment_tokens.site_id and a.public_key = enrolment_tokens.used_by_key)`;

interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

/**
 * Creates a token for a site and makes its earlier unused ones invalid. The token is shown once; only a hash is stored. `hubPublicKey`: the token ends with
 * what the device knows the hub by before it is enrolled.
 */
export async function createEnrolmentToken(
  world: World,
  tx: Tx,
  place: Place,
  hubPublicKey: string | null = null,
): Promise<{ token: string; expiresAtMs: number }> {
  const token = newSecret(world) + (hubPublicKey === null ? "" : hubKeyMark(hubPublicKey));
  const expiresAtMs = world.clock.wall().atMs + tokenLifeMs;
  await dropUnusedTokens(tx, place);
  await tx
    .insertInto("enrolment_tokens")
    .values({
      providerId: place.providerId,
      siteId: place.siteId,
      tokenHash: sha256Hex(token),
      expiresAtMs,
      usedAtMs: null,
      usedByKey: null,
    })
    .execute();
  return { token, expiresAtMs };
}

/** May a device of this site enrol with this token, or has its present device enrolled with it? */
export async function isTokenGood(
  world: World,
  tx: Tx,
  { providerId, siteId }: Place,
  token: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom("enrolment_tokens")
    .leftJoin("agents", (join) =>
      join
        .onRef("agents.providerId", "=", "enrolment_tokens.providerId")
        .onRef("agents.siteId", "=", "enrolment_tokens.siteId"),
    )
    .select(["usedAtMs", "usedByKey", "expiresAtMs", "agents.publicKey", "agents.revokedAtMs"])
    .where("enrolment_tokens.providerId", "=", providerId)
    .where("enrolment_tokens.siteId", "=", siteId)
    .where("tokenHash", "=", sha256Hex(token))
    .executeTakeFirst();
  if (row === undefined) return false;
  if (row.usedAtMs === null) return !hasEnded(row.expiresAtMs, tokenLifeMs, world.clock.wall().atMs);
  return row.usedByKey === row.publicKey && row.revokedAtMs === null;
}

/** When an agent of the site enrolled; null: none has. */
export async function enrolledAtMs(tx: Tx, siteId: string): Promise<number | null> {
  const agent = await tx.selectFrom("agents").select("enrolledAtMs").where("siteId", "=", siteId).executeTakeFirst();
  return agent?.enrolledAtMs ?? null;
}

/** Has an agent enrolled at this site since then, whatever became of its right? */
export async function hasEnrolledSince(tx: Tx, { providerId, siteId }: Place, sinceMs: number): Promise<boolean> {
  const row = await tx
    .selectFrom("agents")
    .select("siteId")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("enrolledAtMs", ">=", sinceMs)
    .executeTakeFirst();
  return row !== undefined;
}

/** Was this site's present agent revoked since then? */
export async function wasRevokedSince(tx: Tx, { providerId, siteId }: Place, sinceMs: number): Promise<boolean> {
  const row = await tx
    .selectFrom("agents")
    .select("siteId")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("revokedAtMs", ">=", sinceMs)
    .executeTakeFirst();
  return row !== undefined;
}

export type EnrolOutcome =
  | { readonly kind: "enrolled"; readonly providerId: string; readonly siteId: string }
  /** The site's present device enrolled with this token, and now it comes with another key: an operator must readmit it. */
  | { readonly kind: "waits"; readonly providerId: string; readonly siteId: string }
  /** Unknown, too old, or used by another device: the same answer for all, so that a guesser learns nothing. */
  | { readonly kind: "refused" };

/** `publicKey`: 32 bytes, base64. The same device may ask again with the same token, because an answer can get lost. */
export async function enrolAgent(
  world: World,
  database: Database,
  request: { readonly token: string; readonly publicKey: string; readonly remoteAddress?: string },
): Promise<EnrolOutcome> {
  const nowMs = world.clock.wall().atMs;
  return await database.asPlatform("enrol-agent", async (tx) => {
    const token = await tx
      .selectFrom("enrolment_tokens")
      .selectAll()
      .where("tokenHash", "=", sha256Hex(request.token))
      .where(siteIsThere("enrolment_tokens"))
      .forUpdate()
      .executeTakeFirst();
    if (token === undefined) return { kind: "refused" };
    const { providerId, siteId } = token;
    if (token.usedAtMs !== null) {
      const agent = await tx
        .selectFrom("agents")
        .select(["publicKey", "revokedAtMs"])
        .where("providerId", "=", providerId)
        .where("siteId", "=", siteId)
        .executeTakeFirst();
      if (agent === undefined || agent.revokedAtMs !== null) return { kind: "refused" };
      // A later token, or another readmission, has taken this one's place.
      if (token.usedByKey !== agent.publicKey) return { kind: "refused" };
      if (agent.publicKey === request.publicKey) return { kind: "enrolled", providerId, siteId };
      const { publicKey, remoteAddress = "" } = request;
      const asked = { publicKey, tokenHash: token.tokenHash, remoteAddress, nowMs };
      const isNoted = await noteReadmission(tx, { providerId, siteId }, asked);
      return isNoted ? { kind: "waits", providerId, siteId } : { kind: "refused" };
    }
    if (hasEnded(token.expiresAtMs, tokenLifeMs, nowMs)) return { kind: "refused" };
    await tx
      .updateTable("enrolment_tokens")
      .set({ usedAtMs: nowMs, usedByKey: request.publicKey })
      .where("providerId", "=", providerId)
      .where("tokenHash", "=", token.tokenHash)
      .execute();
    const device = { publicKey: request.publicKey, enrolledAtMs: nowMs, revokedAtMs: null };
    await tx
      .insertInto("agents")
      .values({ providerId, siteId, ...device })
      .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(device))
      .execute();
    await dropReadmissions(tx, { providerId, siteId });
    await notifyLinks(tx, siteId);
    return { kind: "enrolled", providerId, siteId };
  });
}

/** The key of a device that waits takes the place of the site's old one, whose link ends. Throws a Problem 404. */
export async function readmitAgent(world: World, tx: Tx, place: Place, readmissionId: string): Promise<void> {
  const { providerId, siteId } = place;
  const { publicKey, tokenHash } = await takeReadmission(tx, siteId, readmissionId);
  await tx
    .updateTable("agents")
    .set({ publicKey, enrolledAtMs: world.clock.wall().atMs })
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("revokedAtMs", "is", null)
    .execute();
  await tx
    .updateTable("enrolment_tokens")
    .set({ usedByKey: publicKey })
    .where("providerId", "=", providerId)
    .where("tokenHash", "=", tokenHash)
    .execute();
  await dropReadmissions(tx, place);
  await notifyLinks(tx, siteId);
}

/** Revokes a device: its link is closed at once, at any hub process, and its unused tokens become invalid. */
export async function revokeAgent(world: World, tx: Tx, place: Place): Promise<void> {
  // Tokens first: this waits for a device that uses one at this moment, so that the next statement finds its row.
  await dropUnusedTokens(tx, place);
  await dropReadmissions(tx, place);
  await tx
    .updateTable("agents")
    .set({ revokedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", place.providerId)
    .where("siteId", "=", place.siteId)
    .where("revokedAtMs", "is", null)
    .execute();
  await notifyLinks(tx, place.siteId);
}

/** One at a time for a site: one that is made at this moment is dropped too. */
async function dropUnusedTokens(tx: Tx, { providerId, siteId }: Place): Promise<void> {
  await lockName(tx, `enrolment/${providerId}/${siteId}`);
  await tx
    .deleteFrom("enrolment_tokens")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("usedAtMs", "is", null)
    .execute();
}

export async function notifyLinks(tx: Tx, siteId: string): Promise<void> {
  await sql`select pg_notify(${linkChannel}, ${siteId})`.execute(tx);
}

/** For a restore, as statements: a token that was used or dropped since the back-up stands in it as good. */
export const enrolmentsEnded: readonly string[] = ["delete from enrolment_tokens where used_at_ms is null"];

/** When the first of the agents that may act for a site enrolled, as a column. Null: none has. */
export const firstEnrolledAtMs = (providerId: string): RawBuilder<number | null> =>
  sql`(select min(enrolled_at_ms) from agents where provider_id = ${providerId} and revoked_at_ms is null)`;

/** Sites of which a device has enrolled, also where it was cut off since. */
export async function sitesWithAgent(tx: Tx, providerId: string): Promise<readonly string[]> {
  const agents = await tx.selectFrom("agents").select("siteId").where("providerId", "=", providerId).execute();
  return agents.map(({ siteId }) => siteId);
}
