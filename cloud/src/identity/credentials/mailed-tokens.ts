/**
 * Links in letters: each works once and for a limited time. A new link of a kind for an address ends the former one, but not where
 * strangers may ask for it (a sign-up, a forgotten password): they would end the link of somebody else.
 */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { endsAtMost } from "../../ground/db/hub-clock.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { type Problem, refusal } from "../../ground/http/problem.ts";
import type { RateLimit } from "../../ground/http/rate-limit.ts";
import { hashOf, newToken, readToken } from "./tokens.ts";

type MailedKind = Schema["mailed_tokens"]["kind"];
export type MailedRow = Selectable<Schema["mailed_tokens"]>;

/** How long each link works, hours: an invited person may be travelling. */
export const validHours: Record<MailedKind, number> = {
  "password-reset": 2,
  "sign-up": 24,
  "sign-up-invitation": 168,
  invitation: 168,
};

/** May somebody who is not signed in cause such a letter? */
const strangersAsk: Record<MailedKind, boolean> = {
  "password-reset": true,
  "sign-up": true,
  "sign-up-invitation": false,
  invitation: false,
};

export async function makeMailedToken(
  world: World,
  tx: Tx,
  link: {
    readonly providerId: string;
    readonly kind: MailedKind;
    readonly email: string;
    readonly userId?: string;
    readonly createdBy?: string;
    readonly detail?: Record<string, unknown>;
  },
): Promise<{ token: string; row: MailedRow }> {
  const token = newToken(world, link.providerId, "mail");
  const nowMs = world.clock.wall().atMs;
  if (!strangersAsk[link.kind]) await dropUnused(tx, link);
  const row = await tx
    .insertInto("mailed_tokens")
    .values({
      providerId: link.providerId,
      tokenId: newId(world),
      kind: link.kind,
      tokenHash: hashOf(token),
      email: link.email,
      userId: link.userId ?? null,
      createdBy: link.createdBy ?? null,
      detail: link.detail ?? {},
      createdAtMs: nowMs,
      usedAtMs: null,
      expiresAtMs: nowMs + validHours[link.kind] * 3_600_000,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { token, row };
}

/**
 * Spends the token in the same transaction as what it opens. Throws a Problem 400 "link-refused", the same for one that is
 * too old, spent or link up.
 */
export async function withMailedToken<T>(
  world: World,
  database: Database,
  given: { readonly token: string; readonly kind: MailedKind; readonly asPlatform?: boolean },
  work: (tx: Tx, row: MailedRow) => Promise<T>,
): Promise<T> {
  const claim = readToken(given.token);
  if (claim?.kind !== "mail") throw linkRefused();
  const spend = async (tx: Tx): Promise<T> => {
    const nowMs = world.clock.wall().atMs;
    const row = await tx
      .updateTable("mailed_tokens")
      .set({ usedAtMs: nowMs })
      .where("tokenHash", "=", hashOf(given.token))
      .where("kind", "=", given.kind)
      .where("usedAtMs", "is", null)
      .where("expiresAtMs", ">", nowMs)
      .where("expiresAtMs", "<=", endsAtMost(nowMs, validHours[given.kind] * 3_600_000))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw linkRefused();
    return work(tx, row);
  };
  return given.asPlatform
    ? database.asPlatform(`mailed-${given.kind}`, spend)
    : database.asProvider(claim.providerId, spend);
}

/** All links of a kind that were sent, whether followed or not. */
export function selectMailed(tx: Tx, kind: MailedKind) {
  return tx.selectFrom("mailed_tokens").selectAll().where("kind", "=", kind);
}

/** When the newest link of a kind was sent to a person; null: none was. As a column beside `users`. */
export const lastMailedAtMs = (
  kind: MailedKind,
): RawBuilder<number | null> => sql`(select max(t.created_at_ms) from mailed_tokens t
  where t.provider_id = users.provider_id and t.kind = ${kind} and t.email = users.email and t.user_id = users.user_id)`;

/** Of an invitation. */
export const invitationStates = ["open", "accepted", "expired"] as const;

export function invitationState(row: MailedRow, nowMs: number): (typeof invitationStates)[number] {
  if (row.usedAtMs !== null) return "accepted";
  return row.expiresAtMs <= nowMs ? "expired" : "open";
}

interface GivenLink {
  readonly token: string;
  readonly kind: MailedKind;
  readonly asPlatform?: boolean;
}

/** What a link is for; it stays as it is. Null: its token is wrong, used or too old. */
export async function findOpenLink(world: World, database: Database, given: GivenLink): Promise<MailedRow | null> {
  const claim = readToken(given.token);
  if (claim?.kind !== "mail") return null;
  const nowMs = world.clock.wall().atMs;
  const find = (tx: Tx) =>
    tx
      .selectFrom("mailed_tokens")
      .selectAll()
      .where("tokenHash", "=", hashOf(given.token))
      .where("kind", "=", given.kind)
      .where("usedAtMs", "is", null)
      .where("expiresAtMs", ">", nowMs)
      .where("expiresAtMs", "<=", endsAtMost(nowMs, validHours[given.kind] * 3_600_000))
      .executeTakeFirst();
  const open = await (given.asPlatform
    ? database.asPlatform(`mailed-${given.kind}`, find)
    : database.asProvider(claim.providerId, find));
  return open ?? null;
}

/**
 * Before slow work. A link that opens something counts for itself, an unknown one for its network: a token of 256 bits is not guessed, and a neighbour's
 * bad ones must shut nobody out. Throws what `withMailedToken` throws for a token that is wrong, used or too old; or a Problem 429.
 */
export async function takeLinkTry(
  world: World,
  database: Database,
  limit: RateLimit,
  given: GivenLink & { readonly remoteAddress: string },
): Promise<void> {
  const link = await findOpenLink(world, database, given);
  limit.take(link?.tokenId ?? networkOf(given.remoteAddress));
  if (link === null) throw linkRefused();
}

/** The newest link of a kind to this address that nobody has followed, also one that is too old. */
export function findUnused(tx: Tx, kind: MailedKind, email: string): Promise<MailedRow | undefined> {
  return tx
    .selectFrom("mailed_tokens")
    .selectAll()
    .where("kind", "=", kind)
    .where("email", "=", email)
    .where("usedAtMs", "is", null)
    .orderBy("createdAtMs", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** The newest links of a kind to this address that nobody has followed, at most twenty, also those that are too old. */
export function readUnused(
  tx: Tx,
  link: { readonly providerId: string; readonly kind: MailedKind; readonly email: string },
): Promise<MailedRow[]> {
  return tx
    .selectFrom("mailed_tokens")
    .selectAll()
    .where("providerId", "=", link.providerId)
    .where("kind", "=", link.kind)
    .where("email", "=", link.email)
    .where("usedAtMs", "is", null)
    .orderBy("createdAtMs", "desc")
    .limit(20)
    .execute();
}

/** Ends all links of a kind to this address that nobody has followed. */
export async function dropUnused(
  tx: Tx,
  link: { readonly providerId: string; readonly kind: MailedKind; readonly email: string },
): Promise<void> {
  await tx
    .deleteFrom("mailed_tokens")
    .where("providerId", "=", link.providerId)
    .where("kind", "=", link.kind)
    .where("email", "=", link.email)
    .where("usedAtMs", "is", null)
    .execute();
}

/** Ends the open invitations of a person and their links to a new password: whoever had their account or mailbox may have them. */
export async function dropLinksOf(tx: Tx, userId: string): Promise<void> {
  await tx
    .deleteFrom("mailed_tokens")
    .where((is) =>
      is.or([
        is.and([is("kind", "=", "invitation"), is("createdBy", "=", userId)]),
        is.and([is("kind", "=", "password-reset"), is("userId", "=", userId)]),
      ]),
    )
    .where("usedAtMs", "is", null)
    .execute();
}

/** Ends a link. False: there is no such unused token. */
export async function dropMailedToken(tx: Tx, kind: MailedKind, tokenId: string): Promise<boolean> {
  const dropped = await tx
    .deleteFrom("mailed_tokens")
    .where("tokenId", "=", tokenId)
    .where("kind", "=", kind)
    .where("usedAtMs", "is", null)
    .executeTakeFirst();
  return dropped.numDeletedRows > 0n;
}

/** What is kept of a used token. */
export async function replaceDetail(tx: Tx, token: MailedRow, detail: Record<string, unknown>): Promise<void> {
  await tx
    .updateTable("mailed_tokens")
    .set({ detail })
    .where("providerId", "=", token.providerId)
    .where("tokenId", "=", token.tokenId)
    .execute();
}

/** The same for every link that opens nothing, whatever the reason. */
export function linkRefused(): Problem {
  return refusal("link-refused", { field: "token" });
}
