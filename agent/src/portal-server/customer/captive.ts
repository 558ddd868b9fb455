import type { Online } from "@karibu/protocol/portal-api";

export const captiveContentType = "application/captive+json";

/**
 * The captive-portal API: a phone's system asks whether there is a portal, and how much is left. `portalUrl` null: not known, so the phone
 * finds the portal by its own probes. @see RFC 8908 §5
 */
export function captiveAnswer(portalUrl: string | null, online: Online | null): Record<string, unknown> {
  return {
    captive: online === null,
    ...(portalUrl === null ? {} : { "user-portal-url": portalUrl }),
    "can-extend-session": true,
    ...(online !== null && online.secondsLeft !== null ? { "seconds-remaining": online.secondsLeft } : {}),
    ...(online !== null && online.bytesLeft !== null ? { "bytes-remaining": online.bytesLeft } : {}),
  };
}
