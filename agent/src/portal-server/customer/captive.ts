import type { Online } from "@karibu/protocol/portal-api";

export const captiveContentType = "application/captive+json";

/** What a phone's system asks before any browser: is there a portal, and how much is left? @see RFC 8908 §5 */
export function captiveAnswer(portalUrl: string, online: Online | null): Record<string, unknown> {
  return {
    captive: online === null,
    "user-portal-url": portalUrl,
    "can-extend-session": true,
    ...(online !== null && online.secondsLeft !== null ? { "seconds-remaining": online.secondsLeft } : {}),
    ...(online !== null && online.bytesLeft !== null ? { "bytes-remaining": online.bytesLeft } : {}),
  };
}
