/**
 * Identifies the device of a request. The peer's address is the best evidence: on the guests' network a phone can't easily take
 * another's. The hotspot's redirect (`mac`, `ip`) is text from the phone. It counts where it agrees with the peer's address, or
 * where many phones share that address (the router masquerades, a reverse proxy, the lab on loopback).
 */
import type { DeviceHint } from "@karibu/protocol/portal-api";
import { normaliseMac } from "../../ground/mac-address.ts";
import { isLoopback, plainAddress } from "../http/peer-address.ts";

export interface LimitKey {
  readonly key: string;
  readonly isShared: boolean;
}

export interface IdentifiedDevice {
  /** From the cookie; null: the device needs a new one. */
  readonly token: string | null;
  readonly mac: string | null;
  readonly address: string | null;
  /** The address is the phone's own word: the peer's is shared by many. */
  readonly isAddressClaimed: boolean;
  /** The rate limits of this device: its own, and the one of a shared address. */
  readonly limitKeys: readonly LimitKey[];
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
  const cookie = readCookie(seen.cookie, deviceCookie);
  const token = cookie !== null && /^[0-9a-f]{32,64}$/.test(cookie) ? cookie : null;
  if (peer === null || isLoopback(peer) || seen.sharedAddresses.includes(peer)) {
    const own = hintedAddress ?? hintedMac;
    return {
      token,
      mac: hintedMac,
      address: hintedAddress,
      isAddressClaimed: true,
      limitKeys: [
        { key: `${peer}`, isShared: true },
        ...(own === null ? [] : [{ key: `${peer}>${own}`, isShared: false }]),
      ],
    };
  }
  const agrees = hintedAddress === null || hintedAddress === peer;
  const limitKeys = [{ key: peer, isShared: false }];
  return { token, mac: agrees ? hintedMac : null, address: peer, isAddressClaimed: false, limitKeys };
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
