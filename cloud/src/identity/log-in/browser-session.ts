/**
 * The log-in of a browser: one cookie for all of its tabs. Scripts can't read it and other sites can't send it. By it each tab gets
 * access tokens, which it keeps in memory; a new tab does not end the token of another, so nothing is rotated and two tabs that
 * ask at the same moment don't disturb each other. Logging out ends the row, and with it every tab. Scripts and programs log in
 * by `POST /login` instead and send bearer tokens only.
 */
import type { World } from "@karibu/protocol/world";
import type { Request } from "express";
import type { Database } from "../../ground/db/database.ts";
import { createEmit } from "../../ground/events/record.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { isOwnOrigin } from "../../ground/http/own-origin.ts";
import { refusal } from "../../ground/http/problem.ts";
import { writeAudit } from "../audit/audit.ts";
import { endLogin, insertTabToken, prolongLogin } from "../credentials/logins.ts";
import { accessLifeMs, hashOf, newToken, readToken, refreshLifeMs } from "../credentials/tokens.ts";
import { actorBehind, type FindDoor, findLogin, isOver } from "./authenticate.ts";

const hourMs = 3_600_000;
/** A browser that is used every day asks for the password again after this time. */
const browserLifeMs = 90 * 24 * hourMs;

const cookieName = "karibu_session";
/** The cookie goes only where it is exchanged for a token. */
export const sessionPath = "/api/v1/session";

export interface TabToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** The row of a browser's log-in, what its cookie holds (`refreshToken`), and the first tab's token. */
export function newBrowserLogin(world: World, of: { readonly providerId: string; readonly nowMs: number }) {
  const refreshToken = newToken(world, of.providerId, "web");
  const tab = newTabToken(world, of);
  return {
    tokens: { token: tab.token, refreshToken, expiresAtMs: tab.expiresAtMs },
    tab,
    row: {
      // The row has no access token of its own: nothing hashes to no bytes.
      tokenHash: new Uint8Array(0),
      tokenExpiresAtMs: of.nowMs,
      refreshHash: hashOf(refreshToken),
      refreshExpiresAtMs: of.nowMs + refreshLifeMs,
      refreshedAtMs: of.nowMs,
      inBrowser: true,
    },
  };
}

function newTabToken(world: World, { providerId, nowMs }: { readonly providerId: string; readonly nowMs: number }) {
  const token = newToken(world, providerId, "tab");
  return { token, hash: hashOf(token), expiresAtMs: nowMs + accessLifeMs };
}

/** An access token for one more tab, or for one whose token has run out. Throws a Problem 401 "refresh-refused". */
export async function tokenForTab(
  {
    world,
    database,
    passwordDoor,
  }: { readonly world: World; readonly database: Database; readonly passwordDoor: FindDoor },
  cookie: string | null,
): Promise<{ actor: Actor; tab: TabToken; cookie: string; cookieEndsInMs: number }> {
  const nowMs = world.clock.wall().atMs;
  const claim = readToken(cookie ?? "");
  const given =
    claim?.kind !== "web" || cookie === null
      ? null
      : await database.asProvider(claim.providerId, async (tx) => {
          const row = await findLogin(tx, "refreshHash", cookie);
          if (row === undefined || isOver(row, nowMs)) return null;
          const actor = await actorBehind(passwordDoor, tx, row);
          if (actor === null) return null;
          const endsAtMs = Math.min(nowMs + refreshLifeMs, row.createdAtMs + browserLifeMs);
          if (endsAtMs <= nowMs) return null;
          const tab = newTabToken(world, { providerId: row.providerId, nowMs });
          await prolongLogin(tx, row.loginId, nowMs, endsAtMs);
          await insertTabToken(tx, { providerId: row.providerId, loginId: row.loginId, nowMs }, tab);
          return { actor, tab, cookie, cookieEndsInMs: endsAtMs - nowMs };
        });
  if (given === null) throw refusal("refresh-refused");
  return given;
}

/** Ends the log-in of this cookie, if there is one: all tabs are out. */
export async function endSession(
  world: World,
  database: Database,
  cookie: string | null,
  requestId: string,
): Promise<void> {
  const claim = readToken(cookie ?? "");
  if (claim?.kind !== "web" || cookie === null) return;
  await database.asProvider(claim.providerId, async (tx) => {
    const row = await findLogin(tx, "refreshHash", cookie);
    if (row === undefined) return;
    await endLogin(tx, row.loginId);
    const entry = { providerId: row.providerId, userId: row.userId, target: row.loginId, requestId };
    await writeAudit(world, tx, { ...entry, action: "log-out", detail: {} });
    await createEmit(world)(tx, row.providerId, { topic: "user", id: row.userId, action: "log-ins-ended" });
  });
}

/** What the browser sent; null: no cookie. */
export function sessionCookieOf(request: Request): string | null {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [key, value] = pair.trim().split("=");
    if (key === cookieName && value !== undefined && value.length <= 200) return value;
  }
  return null;
}

/** The `Set-Cookie` header; `value` null removes it. `publicUrl`: where browsers reach the hub. */
export function sessionCookie(value: string | null, publicUrl: string, lifeMs = refreshLifeMs): string {
  const secure = publicUrl.startsWith("https://") ? "; Secure" : "";
  const age = value === null ? 0 : Math.floor(lifeMs / 1000);
  return `${cookieName}=${value ?? ""}; Path=${sessionPath}; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
}

/**
 * The cookie comes by itself, so the request must show that the console sent it: with a header that a form can't set, and from
 * this very origin. Throws a Problem 403. @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function refuseOtherOrigins(request: Request, publicUrl: string): void {
  const origin = request.get("Origin") ?? "";
  const site = request.get("Sec-Fetch-Site");
  if (
    request.get("Karibu-Console") === "1" &&
    isOwnOrigin(origin, request.host, publicUrl) &&
    (site === undefined || site === "same-origin")
  )
    return;
  throw refusal("other-origin");
}
