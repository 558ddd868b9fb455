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
export type LoginTokens = Omit<NewLogin, "providerId" | "loginId" | "userId" | "createdAtMs">;

export async function replaceTokens(tx: Tx, loginId: string, tokens: LoginTokens): Promise<void> {
  await tx.updateTable("logins").set(tokens).where("loginId", "=", loginId).execute();
}

export async function endLogin(tx: Tx, loginId: string): Promise<void> {
  await tx.deleteFrom("logins").where("loginId", "=", loginId).execute();
}

/**
 * First in a transaction that a password opened: it may have changed since it was compared, which ended this log-in and all that there was. Until
 * the end here it waits. Throws a Problem 403 "wrong-password" that names `field`, or "not-allowed" where the person has another role meanwhile: what they
 * may give was read from the former one.
 */
export async function demandStanding(
  tx: Tx,
  {
    userId,
    role,
    credential,
  }: { readonly userId: string; readonly role: string; readonly credential: { readonly id: string } },
  field: "password" | "currentPassword" | "yourPassword",
): Promise<void> {
  const person = await tx
    .selectFrom("users")
    .select("role")
    .where("userId", "=", userId)
    .forUpdate()
    .executeTakeFirst();
  const login = await tx.selectFrom("logins").select("loginId").where("loginId", "=", credential.id).executeTakeFirst();
  if (login === undefined) throw refusal("wrong-password", { field });
  if (person?.role !== role) throw refusal("not-allowed");
}

/** Ends a log-in, and those that were split from it or from which it was split. */
export async function endFamily(tx: Tx, login: { readonly loginId: string; readonly familyId: string | null }) {
  const first = login.familyId ?? login.loginId;
  await tx
    .deleteFrom("logins")
    .where((is) => is.or([is("loginId", "=", first), is("familyId", "=", first)]))
    .execute();
}

/** This refresh token was exchanged for another. */
export async function noteSpentRefresh(
  tx: Tx,
  login: { readonly providerId: string; readonly loginId: string },
  spent: { readonly hash: Uint8Array; readonly atMs: number },
): Promise<void> {
  const { providerId, loginId } = login;
  await tx
    .insertInto("spent_refreshes")
    .values({ providerId, loginId, refreshHash: spent.hash, spentAtMs: spent.atMs })
    .onConflict((on) => on.doNothing())
    .execute();
}

/** The log-in that this token of an earlier generation belonged to. Undefined: none that stands. */
export async function findSpentRefresh(tx: Tx, hash: Buffer) {
  return tx
    .selectFrom("spent_refreshes")
    .innerJoin("logins", (join) =>
      join
        .onRef("logins.providerId", "=", "spent_refreshes.providerId")
        .onRef("logins.loginId", "=", "spent_refreshes.loginId"),
    )
    .select(["logins.loginId", "logins.userId", "logins.familyId"])
    .where("spent_refreshes.refreshHash", "=", hash)
    .executeTakeFirst();
}

/**
 * First in a refresh: it may begin a second log-in beside the one whose answer got lost. Who ends all log-ins of a person has written that person's row
 * before, and would not see one that is begun meanwhile.
 */
export async function lockPersonOf(tx: Tx, refreshHash: Buffer): Promise<void> {
  const spent = tx.selectFrom("spent_refreshes").select("loginId").where("refreshHash", "=", refreshHash);
  const theirs = tx
    .selectFrom("logins")
    .select("userId")
    .where((is) =>
      is.or([
        is("refreshHash", "=", refreshHash),
        is("previousRefreshHash", "=", refreshHash),
        is("loginId", "in", spent),
      ]),
    );
  await tx.selectFrom("users").select("userId").where("userId", "in", theirs).forNoKeyUpdate().execute();
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
    .select("tokenHash")
    .where("loginId", "=", of.loginId)
    .where("expiresAtMs", ">", of.nowMs)
    .orderBy("expiresAtMs", "desc")
    .limit(tabTokensMax - 1);
  await tx.deleteFrom("tab_tokens").where("loginId", "=", of.loginId).where("tokenHash", "not in", newest).execute();
  await tx
    .insertInto("tab_tokens")
    .values({
      providerId: of.providerId,
      tokenHash: token.hash,
      loginId: of.loginId,
      expiresAtMs: token.expiresAtMs,
    })
    .execute();
}

/** A code of the second factor counted in this log-in. */
export async function noteFactor(tx: Tx, loginId: string, nowMs: number): Promise<void> {
  await tx.updateTable("logins").set({ factorAtMs: nowMs }).where("loginId", "=", loginId).execute();
}

/** When a code of the second factor last counted in it; null: none has. */
export async function factorAtMsOf(tx: Tx, loginId: string): Promise<number | null> {
  const login = await tx.selectFrom("logins").select("factorAtMs").where("loginId", "=", loginId).executeTakeFirst();
  return login?.factorAtMs ?? null;
}

/** The last use is written at most this often: reading a list should not write. */
const lastUseEveryMs = 60_000;

/** It was used by its access token. */
export async function noteUse(
  tx: Tx,
  row: { readonly loginId: string; readonly usedAtMs: number | null },
  nowMs: number,
): Promise<void> {
  if (row.usedAtMs !== null && nowMs - row.usedAtMs < lastUseEveryMs) return;
  await tx.updateTable("logins").set({ usedAtMs: nowMs }).where("loginId", "=", row.loginId).execute();
}

/** A browser's log-in was used. */
export async function prolongLogin(tx: Tx, loginId: string, nowMs: number, expiresAtMs: number): Promise<void> {
  await tx
    .updateTable("logins")
    .set({ refreshedAtMs: nowMs, refreshExpiresAtMs: expiresAtMs })
    .where("loginId", "=", loginId)
    .execute();
}

/** False: this person has no such log-in. */
export async function endOwnLogin(tx: Tx, userId: string, loginId: string): Promise<boolean> {
  const ended = await tx
    .deleteFrom("logins")
    .where("userId", "=", userId)
    .where("loginId", "=", loginId)
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
    .where("userId", "=", userId)
    .$if(except !== null, (is) => is.where("loginId", "!=", except?.loginId ?? ""))
    .execute();
  if (except === null) return;
  await tx.updateTable("logins").set({ cutAtMs: except.nowMs }).where("loginId", "=", except.loginId).execute();
}

/** Whether what a person began in a log-in then, and works outside it, is still theirs. */
export async function isInForce(
  tx: Tx,
  begun: { readonly userId: string; readonly loginId: string; readonly atMs: number },
): Promise<boolean> {
  const login = await tx
    .selectFrom("logins")
    .select("cutAtMs")
    .where("loginId", "=", begun.loginId)
    .where("userId", "=", begun.userId)
    .executeTakeFirst();
  return login !== undefined && (login.cutAtMs === null || login.cutAtMs < begun.atMs);
}

/** Ends all log-ins of a provider's people. @returns who they are, also those who have a program alone */
export async function endLoginsOfProvider(tx: Tx, providerId: string): Promise<string[]> {
  await tx.deleteFrom("logins").where("providerId", "=", providerId).execute();
  const people = await tx.selectFrom("users").select("userId").where("providerId", "=", providerId).execute();
  return people.map(({ userId }) => userId);
}

/** Log-ins by a password door that is not this one any more, or of people whose role it opens nothing for. Null: all that came by one. @returns whose they were */
export async function endLoginsByDoor(
  tx: Tx,
  door: { readonly atMs: number; readonly roles: readonly string[] } | null,
): Promise<string[]> {
  const ended = await tx
    .deleteFrom("logins")
    .where("doorAtMs", "is not", null)
    .$if(door !== null, (is) =>
      is.where((or) => {
        const kept = or
          .selectFrom("users")
          .select("userId")
          .where("role", "in", ["", ...(door?.roles ?? [])]);
        return or.or([or("doorAtMs", "<>", door?.atMs ?? 0), or("userId", "not in", kept)]);
      }),
    )
    .returning("userId")
    .execute();
  return [...new Set(ended.map(({ userId }) => userId))];
}

/** Whose log-ins by a password door stand. */
export async function peopleByDoor(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom("logins").select("userId").distinct().where("doorAtMs", "is not", null).execute();
  return rows.map(({ userId }) => userId);
}

/** Log-ins of this provider whose refresh token has expired. */
export async function dropExpiredLogins(tx: Tx, nowMs: number): Promise<void> {
  await tx.deleteFrom("logins").where("refreshExpiresAtMs", "<=", nowMs).execute();
}

/** Newest first, at most a hundred. */
export async function readLoginsOf(tx: Tx, userId: string) {
  return tx
    .selectFrom("logins")
    .selectAll()
    .where("userId", "=", userId)
    .orderBy("refreshedAtMs", "desc")
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
