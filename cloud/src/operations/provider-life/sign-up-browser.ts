/** The browser that signed up: a cookie that says so to the link in its letter, for as long as the link works. */
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import type { Request } from "express";
import { validHours } from "../../identity/credentials/mailed-tokens.ts";
import { sessionPath } from "../../identity/log-in/browser-session.ts";

const cookieName = "karibu_sign_up";
const tokenBytes = 32;

/** The cookie for the browser, and the hash that the sign-up keeps. A browser that signs up again is known by the newest alone. */
export function newSignUpBrowser(
  { random }: Pick<World, "random">,
  publicUrl: string,
): { readonly hash: string; readonly cookie: string } {
  const value = Buffer.from(random.bytes(tokenBytes)).toString("base64url");
  return { hash: sha256Hex(value), cookie: setCookie(value, publicUrl, validHours["sign-up"] * 3600) };
}

/** The hash of what the browser sent; null: it sent no such cookie. */
export function signUpBrowserOf(request: Pick<Request, "headers">): string | null {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [key, value] = pair.trim().split("=");
    if (key === cookieName && value !== undefined && value.length <= 100) return sha256Hex(value);
  }
  return null;
}

export const endedSignUpBrowser = (publicUrl: string): string => setCookie("", publicUrl, 0);

/** It goes only to the one route that confirms a sign-up in a browser. */
function setCookie(value: string, publicUrl: string, ageSeconds: number): string {
  const secure = publicUrl.startsWith("https://") ? "; Secure" : "";
  return `${cookieName}=${value}; Path=${sessionPath}/sign-up; Max-Age=${ageSeconds}; HttpOnly; SameSite=Strict${secure}`;
}
