/** One request of a customer's device: who it is, what its redirect said, and the cookies that its answer carries. */
import { newSecret } from "@karibu/protocol/identifiers";
import type { DeviceHint } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import type { Device } from "../../access/portal-access.ts";
import type { PortalRequest, PortalSettings } from "../portal-parts.ts";
import type { HostBook, HostMac } from "./host-table.ts";
import { deviceCookie, identifyDevice } from "./identify-device-policy.ts";

export interface Visit {
  readonly hint: DeviceHint;
  readonly device: Device;
  readonly cookieHeader: string | undefined;
  /** This portal as the phone reaches it; null: its request did not say. */
  readonly homeUrl: string | null;
  readonly limitKeys: readonly { readonly key: string; readonly shared: boolean }[];
  /** `Set-Cookie` of the device token, renewed at each visit: a year from the last one. */
  readonly tokenCookie: string;
}

/** The MAC is the router's word where the router can be asked; else what the phone's redirect said. */
export async function makeVisit(
  world: World,
  settings: PortalSettings,
  hosts: HostBook,
  request: PortalRequest,
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
  const host: HostMac = seen.address === null ? { kind: "not-known" } : await hosts.macOf(seen.address);
  const mac = host.kind === "known" ? host.mac : host.kind === "absent" ? null : seen.mac;
  return {
    hint,
    device: { token, mac, address: seen.address },
    cookieHeader,
    homeUrl: settings.portalUrl ?? homeOf(request.headers.host),
    limitKeys: seen.limitKeys,
    tokenCookie: setCookie(deviceCookie, token, 365 * 86_400),
  };
}

function homeOf(host: string | undefined): string | null {
  return host !== undefined && /^[a-z0-9.:-]{1,200}$/i.test(host) ? `http://${host}/` : null;
}

export function setCookie(name: string, value: string, maxAgeSeconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
}

export function hintOf(query: URLSearchParams): DeviceHint {
  const hint: DeviceHint = {};
  for (const name of ["mac", "ip", "login"] as const) {
    const value = query.get(name);
    if (value !== null) hint[name] = value;
  }
  return hint;
}

/** Never throws: what can't be decoded is taken as it stands. */
export function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
