/**
 * Which URL the phone posts its one-time log-in to. Where the hotspot is configured, a hint may only vary the path on that
 * very host: a forged link must not carry a log-in elsewhere. Where it is not, the redirect's word is all there is; what a
 * forger would get then is a token of two minutes that is good for one address only.
 */
export function chooseLoginUrl(options: { hinted: string | undefined; configured: string | null }): string | null {
  const hinted = webUrl(options.hinted);
  const configured = webUrl(options.configured ?? undefined);
  if (configured === null) return hinted === null ? null : hinted.href;
  return hinted !== null && hinted.hostname === configured.hostname ? hinted.href : configured.href;
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
