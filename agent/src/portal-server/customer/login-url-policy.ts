/**
 * Which URL the phone posts its one-time log-in to. A hint may only vary the path on a host that the router itself, or a setting,
 * named: a forged link must not carry a log-in elsewhere. Until one is known, a hint must be an address of a private network, where
 * every hotspot's is; a name would be anybody's. What a forger in the guests' own network would get is a token of two minutes that is
 * good for one host's address only.
 */
import { isPrivateIpv4 } from "../http/peer-address.ts";

export interface KnownLogins {
  /** Log-in pages that the settings or the router named; the first is for phones that came without the hotspot's redirect. */
  readonly loginUrls: readonly string[];
  /** Absent means false. True: before any is known, the router's redirect may name its host (a hosted site: no other way to know it). */
  readonly takesNames?: boolean;
}

export function chooseLoginUrl(
  hint: string | undefined,
  { loginUrls, takesNames = false }: KnownLogins,
): string | null {
  const hinted = webUrl(hint);
  const known = loginUrls.map(webUrl).filter((url) => url !== null);
  if (hinted === null) return known[0]?.href ?? null;
  if (known.some(({ hostname }) => hostname === hinted.hostname)) return hinted.href;
  if (known.length > 0) return known[0]?.href ?? null;
  return takesNames || isPrivateIpv4(hinted.hostname) ? hinted.href : null;
}

/** The address at which the same hotspot logs a phone out, and forgets its MAC cookie, which would log it in again. */
export function logOutUrl(loginUrl: string): string {
  const url = new URL("logout", loginUrl);
  url.searchParams.set("erase-cookie", "on");
  return url.href;
}

/** The origin a page may post to, for its Content-Security-Policy; null when there is none. */
export function loginOrigin(url: string | null): string | null {
  return url === null ? null : new URL(url).origin;
}

function webUrl(text: string | undefined): URL | null {
  if (text === undefined || text.length > 1000) return null;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  return url.username === "" && url.password === "" ? url : null;
}
