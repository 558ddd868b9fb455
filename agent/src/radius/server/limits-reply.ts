/** The limits of an accepted log-in, as attributes of the Access-Accept. */
import type { AccountAddress } from "@karibu/protocol/accounts/customer-account";
import { attributes } from "@karibu/protocol/radius/attributes";
import type { AccessLimits } from "../../access/access.ts";
import type { SpeedLimits } from "../../ground/dynamic-authorization.ts";
import { suspendedList } from "../../ground/suspended-list.ts";
import { type Dialect, defaultDialect } from "../wire/dialects.ts";
import { mikrotikRateLimit } from "../wire/mikrotik-rate-limit.ts";
import { wisprBandwidth } from "../wire/wispr-bandwidth.ts";
import type { ReplyWriter } from "./reply-writer.ts";

/** `dialect`: the one of the asking client. */
export type WriteLimits = (limits: AccessLimits, grantId: string, dialect?: Dialect) => void;

const u32Max = 0xffffffff;
/** Some RouterOS versions read a time-out as a signed number. */
const timeoutSecondsMax = 0x7fffffff;

type Put = Pick<ReplyWriter, "put">;

/** To the router 0 means "no limit": an accepted device has at least one second and one byte. */
export function createLimitsReply(writer: Put): WriteLimits {
  const writeSpeedsAndBytes: Readonly<Record<Dialect, (limits: AccessLimits) => void>> = {
    mikrotik: createMikrotikLimits(writer),
    wispr: (limits) => writeWisprLimits(writer, limits),
  };

  return (limits, grantId, dialect = defaultDialect) => {
    const { sessionSeconds, idleSeconds, interimSeconds, devices } = limits;
    if (sessionSeconds !== null) writer.put(attributes.sessionTimeout, between(sessionSeconds, timeoutSecondsMax));
    if (idleSeconds !== null) writer.put(attributes.idleTimeout, between(idleSeconds, timeoutSecondsMax));
    if (interimSeconds > 0) writer.put(attributes.acctInterimInterval, between(interimSeconds, u32Max));
    writer.put(attributes.portLimit, between(devices, u32Max));
    writer.put(attributes.class, grantId);
    writeSpeedsAndBytes[dialect](limits);
  };
}

function createMikrotikLimits(writer: Put): (limits: AccessLimits) => void {
  /** The last rate limit: many customers in a row are on the same plan. */
  let lastSpeeds: SpeedLimits | null = null;
  let rateLimit: string | null = null;

  return (limits) => {
    const { totalBytes } = limits;
    if (!sameSpeeds(lastSpeeds, limits)) {
      lastSpeeds = limits;
      rateLimit = mikrotikRateLimit(limits);
    }
    if (rateLimit !== null) writer.put(attributes.mikrotikRateLimit, rateLimit);
    if (limits.held === "page") writer.put(attributes.mikrotikAddressList, suspendedList);
    if (totalBytes === null) return;
    const { octets, gigawords } = splitBytes(totalBytes);
    writer.put(attributes.mikrotikTotalLimit, octets);
    if (gigawords > 0) writer.put(attributes.mikrotikTotalLimitGigawords, gigawords);
  };
}

function writeWisprLimits(writer: Put, limits: AccessLimits): void {
  const { up, down } = wisprBandwidth(limits);
  if (up > 0) writer.put(attributes.wisprBandwidthMaxUp, up);
  if (down > 0) writer.put(attributes.wisprBandwidthMaxDown, down);
  if (limits.totalBytes === null) return;
  const { octets, gigawords } = splitBytes(limits.totalBytes);
  writer.put(attributes.chilliSpotMaxTotalOctets, octets);
  if (gigawords > 0) writer.put(attributes.chilliSpotMaxTotalGigawords, gigawords);
}

function splitBytes(totalBytes: number): { readonly octets: number; readonly gigawords: number } {
  const total = Math.max(1, totalBytes);
  return { octets: total % 2 ** 32, gigawords: Math.floor(total / 2 ** 32) };
}

/** Where a PPP session's addresses come from. RouterOS puts the session's own address in the place of gateway 0.0.0.0. */
export function writeFramed(writer: Pick<ReplyWriter, "put">, { ip, pool, routes, ...ipv6 }: AccountAddress): void {
  if (ip !== undefined) writer.put(attributes.framedIpAddress, ip);
  else if (pool !== undefined) writer.put(attributes.framedPool, pool);
  for (const prefix of routes ?? []) writer.put(attributes.framedRoute, `${prefix} 0.0.0.0 1`);
  if (ipv6.ipv6Prefix !== undefined) writer.put(attributes.delegatedIpv6Prefix, ipv6.ipv6Prefix);
  else if (ipv6.ipv6Pool !== undefined) writer.put(attributes.mikrotikDelegatedIpv6Pool, ipv6.ipv6Pool);
}

function sameSpeeds(before: SpeedLimits | null, now: SpeedLimits): boolean {
  return (
    before !== null && before.downKbps === now.downKbps && before.upKbps === now.upKbps && before.burst === now.burst
  );
}

function between(value: number, most: number): number {
  return Math.min(Math.max(value, 1), most);
}
