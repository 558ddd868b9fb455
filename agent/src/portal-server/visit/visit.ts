/** One request of a customer's device: the device, its redirect's hints, and the cookie that the answer sets. */
import { newSecret } from "@karibu/protocol/identifiers";
import { type DeviceHint, deviceHintNames } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import type { Device } from "../../access/portal-access.ts";
import type { HostMac, HostTable } from "../../ground/host-table.ts";
import type { HttpRequest } from "../../ground/http.ts";
import { ownUrl } from "../http/own-url.ts";
import { plainAddress } from "../http/peer-address.ts";
import { deviceCookie, identifyDevice, type LimitKey } from "./identify-device-policy.ts";

export interface VisitSettings {
  /** The portal's URL for phones (RFC 8908, and where a card's page leads back); null: the address at which the request came. */
  readonly portalUrl: string | null;
  /** Addresses that many phones share (the router, when it masquerades). Loopback always counts as shared. */
  readonly sharedAddresses: readonly string[];
  /**
   * The addresses of the site's routers beside the one whose API the agent has: that one lists none of the phones behind them, whatever address such
   * a phone claims. Absent: it has none.
   */
  readonly otherRouters?: readonly string[];
}

export interface Visit {
  readonly hint: DeviceHint;
  readonly device: Device;
  readonly cookieHeader: string | undefined;
  /** The portal's URL for this phone; null: not known. */
  readonly homeUrl: string | null;
  readonly limitKeys: readonly LimitKey[];
  /** `Set-Cookie` of the device token. Each visit renews it for a year. */
  readonly tokenCookie: string;
}

/** The MAC comes from the router where it can be asked, else from the phone's redirect. */
export async function makeVisit(
  world: World,
  settings: VisitSettings,
  hosts: HostTable,
  request: HttpRequest,
  hint: DeviceHint,
): Promise<Visit> {
  const cookieHeader = request.headers.cookie;
  const seen = identifyDevice({
    cookie: cookieHeader,
    hint,
    peerAddress: request.address,
    sharedAddresses: settings.sharedAddresses,
  });
  const token = seen.token ?? newSecret(world, 16);
  const host: HostMac =
    seen.address === null
      ? { kind: "not-known" }
      : isBehindOther(settings, request)
        ? { kind: "elsewhere" }
        : await hosts.macOf(seen.address);
  const mac = host.kind === "known" ? host.mac : host.kind === "absent" ? null : seen.mac;
  const isElsewhere = host.kind === "elsewhere";
  const isUnasked = host.kind === "not-known" || isElsewhere;
  return {
    hint,
    device: {
      token,
      mac,
      address: seen.address,
      ...claimsOf(seen, isUnasked),
      ...(isElsewhere ? { isElsewhere } : {}),
    },
    cookieHeader,
    homeUrl: settings.portalUrl ?? ownUrl(request),
    limitKeys: seen.limitKeys,
    tokenCookie: setCookie(deviceCookie, token, 365 * 86_400),
  };
}

/** What of the device is its own word. Behind a shared address the router knows whose address it named, and not who named it. */
function claimsOf(
  { isAddressClaimed }: { readonly isAddressClaimed: boolean },
  isUnasked: boolean,
): Pick<Device, "claims"> {
  if (isUnasked) return { claims: isAddressClaimed ? "mac-and-address" : "mac" };
  return isAddressClaimed ? { claims: "address" } : {};
}

function isBehindOther({ otherRouters = [] }: VisitSettings, { address }: HttpRequest): boolean {
  return address !== null && otherRouters.includes(plainAddress(address));
}

export function setCookie(name: string, value: string, maxAgeSeconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
}

export function hintOf(query: URLSearchParams): DeviceHint {
  const hint: DeviceHint = {};
  for (const name of deviceHintNames) {
    const value = query.get(name);
    if (value !== null) hint[name] = value;
  }
  return hint;
}

/** Decodes a URL component. Never throws: a text that can't be decoded comes back unchanged. */
export function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
