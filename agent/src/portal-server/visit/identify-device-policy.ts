/**
 * Who is in front of us. The peer's address is the best we have: on the guest network a phone can't lightly take another's.
 * The hotspot's redirect (`mac`, `ip`) is text from the phone: it counts only where it agrees with the peer's address, or
 * where the peer's address is shared by many (the router masquerades, a reverse proxy, the lab on loopback).
 */
import type { DeviceHint } from "@karibu/protocol/portal-api";
import { normaliseMac } from "../../grants/device-keys.ts";
import { isLoopback, plainAddress } from "../http/peer-address.ts";

export interface IdentifiedDevice {
  /** From the cookie; null: a new one has to be made. */
  readonly token: string | null;
  readonly mac: string | null;
  readonly address: string | null;
  /** Buckets that slow this device down: its own, and that of a shared address behind which it stands. */
  readonly limitKeys: readonly { readonly key: string; readonly shared: boolean }[];
}

export const deviceCookie = "karibu_device";

export function identifyDevice(seen: {
  readonly cookie: string | undefined;
  readonly hint: DeviceHint;
  readonly peerAddress: string | null;
  readonly sharedAddresses: readonly string[];
}): IdentifiedDevice {
  const peer = seen.peerAddress === null ? null : plainAddress(seen.peerAddress);
  const hintedAddress = seen.hint.ip !== undefined && isIpv4(seen.hint.ip) ? seen.hint.ip : null;
  const hintedMac = normaliseMac(seen.hint.mac ?? "");
  const token = readCookie(seen.cookie, deviceCookie);
  const known = token !== null && /^[0-9a-f]{32,64}$/.test(token) ? token : null;
  if (peer === null || isLoopback(peer) || seen.sharedAddresses.includes(peer)) {
    const own = hintedAddress ?? hintedMac;
    return {
      token: known,
      mac: hintedMac,
      address: hintedAddress,
      limitKeys: [
        { key: `${peer}`, shared: true },
        ...(own === null ? [] : [{ key: `${peer}>${own}`, shared: false }]),
      ],
    };
  }
  const believed = hintedAddress === null || hintedAddress === peer;
  return { token: known, mac: believed ? hintedMac : null, address: peer, limitKeys: [{ key: peer, shared: false }] };
}

/** One cookie of a Cookie header; null when absent. @see RFC 6265 §5.4 */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
