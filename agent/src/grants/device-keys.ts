/** The key of a device. A device that came by the portal has a token; one that came by RADIUS alone has its MAC, or less. */

import { sha256Hex } from "@karibu/protocol/hash";
import { cutText } from "@karibu/protocol/whole-text";

/** 32 hex digits. */
export const deviceOfToken = (token: string): string => sha256Hex(token).slice(0, 32);

export function deviceOfHost(host: {
  readonly mac: string | null;
  readonly address: string | null;
  readonly nas: string;
}): string {
  if (host.mac !== null) return `mac.${host.mac}`;
  return host.address !== null ? `ip.${host.address}` : cutText(`nas.${host.nas}`, 128);
}
