/** The key of a device. A device that came by the portal has a token; one that came by RADIUS alone has its MAC, or less. */

import { cutText } from "@karibu/protocol/whole-text";

export function deviceOfHost(host: {
  readonly mac: string | null;
  readonly address: string | null;
  readonly nas: string;
}): string {
  if (host.mac !== null) return `mac.${host.mac}`;
  return host.address !== null ? `ip.${host.address}` : cutText(`nas.${host.nas}`, 128);
}
