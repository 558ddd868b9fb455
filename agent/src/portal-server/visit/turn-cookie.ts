/**
 * A code that waits for its turn, on a page without a script, until the page comes again by itself: in a cookie, because an address is kept by the
 * browser. Each page has its own: the cookie goes to that page's path alone.
 */
import { cutText } from "@karibu/protocol/whole-text";
import { readCookie } from "./identify-device-policy.ts";
import { decodeKey } from "./visit.ts";

const turnName = "karibu_turn";

/** `fields`: of the form; null: the code has had its turn. */
export function turnCookie(path: "/plain" | "/mine", fields: URLSearchParams | null): string {
  const code = cutText((fields?.get("code") ?? "").trim(), 200);
  const pin = cutText((fields?.get("pin") ?? "").trim(), 12);
  const value = fields === null ? "" : encodeURIComponent(new URLSearchParams({ code, pin }).toString());
  return `${turnName}=${value}; Path=${path}; Max-Age=${fields === null ? 0 : 60}; HttpOnly; SameSite=Strict`;
}

export function readTurn(cookies: string | undefined): { code: string; pin: string } | null {
  const fields = new URLSearchParams(decodeKey(readCookie(cookies, turnName) ?? ""));
  const code = fields.get("code") ?? "";
  return code === "" ? null : { code, pin: fields.get("pin") ?? "" };
}
