/** Log-ins in the database: a pair of token hashes each. Changes of a person's password or state end log-ins here. */

import type { Insertable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { refusal } from "../../ground/http/problem.ts";

export type NewLogin = Insertable<Schema["logins"]>;

export async function insertLogin(tx: Tx, login: NewLogin): Promise<void> {
  await tx.insertInto("logins").values(login).execute();
}

/** The pair of tokens that a refresh creates. `previous_refresh_hash`: of the token that was exchanged for it. */
export type LoginTokens = Omit<NewLogin, "provider_id" | "login_id" | "user_id" | "created_at_ms">;

export async function replaceTokens(tx: Tx, loginId: string, tokens: LoginTokens): Promise<void> {
  await tx.updateTable("logins").set(tokens).where("login_id", "=", loginId).execute();
}

export async function endLogin(tx: Tx, loginId: string): Promise<void> {
  await tx.deleteFrom("logins").where("login_id", "=", loginId).execute();
}

/**
 * First in a transaction that a password opened: it may have changed since it was compared, which ended this log-in and all that there was. Until
 * the end here it waits. Throws a Problem 403 "wrong-password" that names `field`.
 */
export async function demandStanding(
  tx: Tx,
  { userId, credential }: { readonly userId: string; readonly credential: { readonly id: string } },
  field: "password" | "currentPassword" | "yourPassword",
): Promise<void> {
  await tx.selectFrom("users").select("user_id").where("user_id", "=", userId).forUpdate().executeTakeFirst();
  const login = await tx
    .selectFrom("logins")
    .select("login_id")
    .where("login_id", "=", credential.id)
    .executeTakeFirst();
  if (login === undefined) throw refusal("wrong-password", { field });
}

/** Ends a log-in, and those that were split from it or from which it was split. */
export async function endFamily(tx: Tx, login: { readonly login_id: string; readonly family_id: string | null }) {
  const first = login.family_id ?? login.login_id;
  await tx
    .deleteFrom("logins")
    .where((is) => is.or([is("login_id", "=", first), is("family_id", "=", first)]))
    .execute();
}

/** This refresh token was exchanged for another. */
export async function noteSpentRefresh(
  tx: Tx,
  login: { readonly provider_id: string; readonly login_id: string },
  spent: { readonly hash: Uint8Array; readonly atMs: number },
): Promise<void> {
  const { provider_id, login_id } = login;
  await tx
    .insertInto("spent_refreshes")
    .values({ provider_id, login_id, refresh_hash: spent.hash, spent_at_ms: spent.atMs })
    .onConflict((on) => on.doNothing())
    .execute();
}

/** The log-in that this token of an earlier generation belonged to. Undefined: none that stands. */
export async function findSpentRefresh(tx: Tx, hash: Buffer) {
  return tx
    .selectFrom("spent_refreshes")
    .innerJoin("logins", (join) =>
      join
        .onRef("logins.provider_id", "=", "spent_refreshes.provider_id")
        .onRef("logins.login_id", "=", "spent_refreshes.login_id"),
    )
    .select(["logins.login_id", "logins.user_id", "logins.family_id"])
    .where("spent_refreshes.refresh_hash", "=", hash)
    .executeTakeFirst();
}

const tabTokensMax = 40;

/** An access token of one tab. Those of the log-in that have run out go, and the oldest beyond forty. */
export async function insertTabToken(
  tx: Tx,
  of: { readonly providerId: string; readonly loginId: string; readonly nowMs: number },
  token: { readonly hash: Uint8Array; readonly expiresAtMs: number },
): Promise<void> {
  const newest = tx
    .selectFrom("tab_tokens")
    .select("token_hash")
    .where("login_id", "=", of.loginId)
    .where("expires_at_ms", ">", of.nowMs)
    .orderBy("expires_at_ms", "desc")
    .limit(tabTokensMax - 1);
  await tx.deleteFrom("tab_tokens").where("login_id", "=", of.loginId).where("token_hash", "not in", newest).execute();
  await tx
    .insertInto("tab_tokens")
    .values({
      provider_id: of.providerId,
      token_hash: token.hash,
      login_id: of.loginId,
      expires_at_ms: token.expiresAtMs,
    })
    .execute();
}

/** A code of the second factor counted in this log-in. */
export async function noteFactor(tx: Tx, loginId: string, nowMs: number): Promise<void> {
  await tx.updateTable("logins").set({ factor_at_ms: nowMs }).where("login_id", "=", loginId).execute();
}

/** When a code of the second factor last counted in it; null: none has. */
export async function factorAtMsOf(tx: Tx, loginId: string): Promise<number | null> {
  const login = await tx.selectFrom("logins").select("factor_at_ms").where("login_id", "=", loginId).executeTakeFirst();
  return login?.factor_at_ms ?? null;
}

/** The last use is written at most this often: reading a list should not write. */
const lastUseEveryMs = 60_000;

/** It was used by its access token. */
export async function noteUse(
  tx: Tx,
  row: { readonly login_id: string; readonly used_at_ms: number | null },
  nowMs: number,
): Promise<void> {
  if (row.used_at_ms !== null && nowMs - row.used_at_ms < lastUseEveryMs) return;
  await tx.updateTable("logins").set({ used_at_ms: nowMs }).where("login_id", "=", row.login_id).execute();
}

/** A browser's log-in was used. */
export async function prolongLogin(tx: Tx, loginId: string, nowMs: number, expiresAtMs: number): Promise<void> {
  await tx
    .updateTable("logins")
    .set({ refreshed_at_ms: nowMs, refresh_expires_at_ms: expiresAtMs })
    .where("login_id", "=", loginId)
    .execute();
}

/** False: this person has no such log-in. */
export async function endOwnLogin(tx: Tx, userId: string, loginId: string): Promise<boolean> {
  const ended = await tx
    .deleteFrom("logins")
    .where("user_id", "=", userId)
    .where("login_id", "=", loginId)
    .executeTakeFirst();
  return ended.numDeletedRows > 0n;
}

/** All log-ins of a person, or all but the one that the person uses now; what was begun in that one ends too (`isInForce`). */
export async function endLoginsOf(
  tx: Tx,
  userId: string,
  except: { readonly loginId: string; readonly nowMs: number } | null = null,
): Promise<void> {
  await tx
    .deleteFrom("logins")
    .where("user_id", "=", userId)
    .$if(except !== null, (is) => is.where("login_id", "!=", except?.loginId ?? ""))
    .execute();
  if (except === null) return;
  await tx.updateTable("logins").set({ cut_at_ms: except.nowMs }).where("login_id", "=", except.loginId).execute();
}

/** Whether what a person began in a log-in then, and works outside it, is still theirs. */
export async function isInForce(
  tx: Tx,
  begun: { readonly userId: string; readonly loginId: string; readonly atMs: number },
): Promise<boolean> {
  const login = await tx
    .selectFrom("logins")
    .select("cut_at_ms")
    .where("login_id", "=", begun.loginId)
    .where("user_id", "=", begun.userId)
    .executeTakeFirst();
  return login !== undefined && (login.cut_at_ms === null || login.cut_at_ms < begun.atMs);
}

/** Ends all log-ins of a provider's people. @returns who they are, also those who have a program alone */
export async function endLoginsOfProvider(tx: Tx, providerId: string): Promise<string[]> {
  await tx.deleteFrom("logins").where("provider_id", "=", providerId).execute();
  const people = await tx.selectFrom("users").select("user_id").where("provider_id", "=", providerId).execute();
  return people.map(({ user_id: userId }) => userId);
}

/** Log-ins by a RADIUS server that is not this one any more. Null: all that came by one. @returns whose they were */
export async function endLoginsByRadius(tx: Tx, exceptAtMs: number | null): Promise<string[]> {
  const ended = await tx
    .deleteFrom("logins")
    .where("radius_at_ms", "is not", null)
    .$if(exceptAtMs !== null, (is) => is.where("radius_at_ms", "<>", exceptAtMs))
    .returning("user_id")
    .execute();
  return [...new Set(ended.map(({ user_id: userId }) => userId))];
}

/** Whose log-ins by RADIUS stand. */
export async function peopleByRadius(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom("logins")
    .select("user_id")
    .distinct()
    .where("radius_at_ms", "is not", null)
    .execute();
  return rows.map(({ user_id: userId }) => userId);
}

/** Log-ins of this provider whose refresh token has expired. */
export async function dropExpiredLogins(tx: Tx, nowMs: number): Promise<void> {
  await tx.deleteFrom("logins").where("refresh_expires_at_ms", "<=", nowMs).execute();
}

/** Newest first, at most a hundred. */
export async function readLoginsOf(tx: Tx, userId: string) {
  return tx
    .selectFrom("logins")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("refreshed_at_ms", "desc")
    .limit(100)
    .execute();
}

/**
 * For a restore, as statements. Everybody logs in again: a log-in that ended since the back-up, and a refresh token that was spent since,
 * stand in it as good. So do links to a new password, and invitations that were cancelled.
 */
export const logInsEnded: readonly string[] = [
  "delete from logins",
  "delete from mailed_tokens where kind = 'password-reset'",
  "delete from mailed_tokens where kind in ('invitation', 'sign-up-invitation') and used_at_ms is null",
];
