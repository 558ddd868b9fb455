/** The limits of an accepted log-in, as attributes of the Access-Accept. */
import type { AccessLimits } from "../../access/access.ts";
import type { SpeedLimits } from "../../ground/dynamic-authorization.ts";
import { attributes } from "../wire/attributes.ts";
import { mikrotikRateLimit } from "../wire/mikrotik-rate-limit.ts";
import type { ReplyWriter } from "./reply-writer.ts";

const u32Max = 0xffffffff;
/** Some RouterOS versions read a time-out as a signed number. */
const timeoutSecondsMax = 0x7fffffff;

/** To the router 0 means "no limit": an accepted device has at least one second and one byte. */
export function createLimitsReply(writer: Pick<ReplyWriter, "put">): (limits: AccessLimits, grantId: string) => void {
  /** The last rate limit: many customers in a row are on the same plan. */
  let lastSpeeds: SpeedLimits | null = null;
  let rateLimit: string | null = null;

  return (limits, grantId) => {
    const { sessionSeconds, idleSeconds, totalBytes, interimSeconds, devices } = limits;
    if (sessionSeconds !== null) writer.put(attributes.sessionTimeout, between(sessionSeconds, timeoutSecondsMax));
    if (idleSeconds !== null) writer.put(attributes.idleTimeout, between(idleSeconds, timeoutSecondsMax));
    if (interimSeconds > 0) writer.put(attributes.acctInterimInterval, between(interimSeconds, u32Max));
    writer.put(attributes.portLimit, between(devices, u32Max));
    writer.put(attributes.class, grantId);
    if (!sameSpeeds(lastSpeeds, limits)) {
      lastSpeeds = limits;
      rateLimit = mikrotikRateLimit(limits);
    }
    if (rateLimit !== null) writer.put(attributes.mikrotikRateLimit, rateLimit);
    if (totalBytes === null) return;
    const total = Math.max(1, totalBytes);
    const gigawords = Math.floor(total / 2 ** 32);
    writer.put(attributes.mikrotikTotalLimit, total % 2 ** 32);
    if (gigawords > 0) writer.put(attributes.mikrotikTotalLimitGigawords, gigawords);
  };
}

function sameSpeeds(before: SpeedLimits | null, now: SpeedLimits): boolean {
  return (
    before !== null && before.downKbps === now.downKbps && before.upKbps === now.upKbps && before.burst === now.burst
  );
}

function between(value: number, most: number): number {
  return Math.min(Math.max(value, 1), most);
}
