/** RouterOS: MikroTik's attributes. */
import { attributes } from "@karibu/protocol/radius/attributes";
import type { SpeedLimits } from "../../ground/dynamic-authorization.ts";
import { suspendedList } from "../../ground/suspended-list.ts";
import { type RadiusDialect, splitBytes } from "./dialect.ts";

export const mikrotik: RadiusDialect = {
  staffGroup: attributes.mikrotikGroup,
  delegatedIpv6Pool: attributes.mikrotikDelegatedIpv6Pool,
  addressList: attributes.mikrotikAddressList,

  createLimits(put) {
    /** The last rate limit: many customers in a row are on the same plan. */
    let lastSpeeds: SpeedLimits | null = null;
    let rateLimit: string | null = null;
    return (limits) => {
      const { totalBytes } = limits;
      if (!sameSpeeds(lastSpeeds, limits)) {
        lastSpeeds = limits;
        rateLimit = rateLimitOf(limits);
      }
      if (rateLimit !== null) put(attributes.mikrotikRateLimit, rateLimit);
      if (limits.held === "page") put(attributes.mikrotikAddressList, suspendedList);
      if (totalBytes === null) return;
      const { octets, gigawords } = splitBytes(totalBytes);
      put(attributes.mikrotikTotalLimit, octets);
      if (gigawords > 0) put(attributes.mikrotikTotalLimitGigawords, gigawords);
    };
  },

  speedChange: (speed) => [{ name: "mikrotikRateLimit", value: rateLimitOf(speed) ?? "0/0" }],
};

function sameSpeeds(before: SpeedLimits | null, now: SpeedLimits): boolean {
  return (
    before !== null && before.downKbps === now.downKbps && before.upKbps === now.upKbps && before.burst === now.burst
  );
}

/**
 * Mikrotik-Rate-Limit: `rx/tx [rx-burst/tx-burst rx-threshold/tx-threshold rx-seconds/tx-seconds [priority
 * [rx-min/tx-min]]]`. The router's side:
 * rx is what the customer sends, so upload comes first. 0 is no limit. Null when there is nothing to limit.
 * @see MikroTik manual, RADIUS, Mikrotik-Rate-Limit
 */
function rateLimitOf(limits: SpeedLimits): string | null {
  const { downKbps, upKbps, burst } = limits;
  if (downKbps === null && upKbps === null) return null;
  const rate = `${speed(upKbps)}/${speed(downKbps)}`;
  if (burst === null) return rate;
  const peak = `${speed(burst.upKbps)}/${speed(burst.downKbps)}`;
  const threshold = `${speed(burst.thresholdUpKbps)}/${speed(burst.thresholdDownKbps)}`;
  const { priority, minDownKbps, minUpKbps } = burst;
  const hasMin = minDownKbps !== undefined || minUpKbps !== undefined;
  // The fields are told apart by their places alone: what stands before one that is given must be given too.
  const rank = priority === undefined && !hasMin ? "" : ` ${priority ?? lastPriority}`;
  const least = hasMin ? ` ${speed(minUpKbps ?? null)}/${speed(minDownKbps ?? null)}` : "";
  return `${rate} ${peak} ${threshold} ${burst.seconds}/${burst.seconds}${rank}${least}`;
}

/** RouterOS' own, where none is given. */
const lastPriority = 8;

function speed(kbps: number | null): string {
  if (kbps === null || kbps === 0) return "0";
  return kbps % 1000 === 0 ? `${kbps / 1000}M` : `${kbps}k`;
}
