/** The limits of an accepted log-in, as attributes of the Access-Accept: those of the RFCs here, and the vendor's own by its dialect. */
import type { AccountAddress } from "@karibu/protocol/accounts/customer-account";
import { attributes, timeoutSecondsMax } from "@karibu/protocol/radius/attributes";
import type { AccessLimits } from "../../access/access.ts";
import type { RadiusDialect } from "../dialects/dialect.ts";
import { radiusDialects } from "../dialects/dialects.ts";
import type { ReplyWriter } from "./reply-writer.ts";

/** `dialect`: the one of the asking client. */
export type WriteLimits = (limits: AccessLimits, grantId: string, dialect: RadiusDialect) => void;

const u32Max = 0xffffffff;

/** To the router 0 means "no limit": an accepted device has at least one second. */
export function createLimitsReply(writer: Pick<ReplyWriter, "put">): WriteLimits {
  const speedsAndBytes = new Map(
    Object.values(radiusDialects).map((dialect: RadiusDialect) => [dialect, dialect.createLimits(writer.put)] as const),
  );

  return (limits, grantId, dialect) => {
    const { sessionSeconds, idleSeconds, interimSeconds, devices } = limits;
    if (sessionSeconds !== null) writer.put(attributes.sessionTimeout, between(sessionSeconds, timeoutSecondsMax));
    if (idleSeconds !== null) writer.put(attributes.idleTimeout, between(idleSeconds, timeoutSecondsMax));
    if (interimSeconds > 0) writer.put(attributes.acctInterimInterval, between(interimSeconds, u32Max));
    writer.put(attributes.portLimit, between(devices, u32Max));
    writer.put(attributes.class, grantId);
    speedsAndBytes.get(dialect)!(limits);
  };
}

/** Where a PPP session's addresses come from. RouterOS puts the session's own address in the place of gateway 0.0.0.0. */
export function writeFramed(
  { put }: Pick<ReplyWriter, "put">,
  { ip, pool, routes, ...ipv6 }: AccountAddress,
  { delegatedIpv6Pool }: RadiusDialect,
): void {
  if (ip !== undefined) put(attributes.framedIpAddress, ip);
  else if (pool !== undefined) put(attributes.framedPool, pool);
  for (const prefix of routes ?? []) put(attributes.framedRoute, `${prefix} 0.0.0.0 1`);
  if (ipv6.ipv6Prefix !== undefined) put(attributes.delegatedIpv6Prefix, ipv6.ipv6Prefix);
  else if (ipv6.ipv6Pool !== undefined) put(delegatedIpv6Pool, ipv6.ipv6Pool);
}

function between(value: number, most: number): number {
  return Math.min(Math.max(value, 1), most);
}
