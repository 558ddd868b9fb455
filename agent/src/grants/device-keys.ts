/** How a device is called. A portal's device has a token; one that came by RADIUS alone only its MAC, or less. */
import { createHash } from "node:crypto";

export function deviceOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 32);
}

export function deviceOfHost(host: {
  readonly mac: string | null;
  readonly address: string | null;
  readonly nas: string;
}): string {
  if (host.mac !== null) return `mac.${host.mac}`;
  return host.address !== null ? `ip.${host.address}` : `nas.${host.nas}`.slice(0, 128);
}

export function hashOfLogInToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

const plainMac = /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/;
const anyMac = /^(?:[0-9A-F]{2}[:.-]?){5}[0-9A-F]{2}$/i;

/**
 * RouterOS' `radius-mac-format` allows several spellings (`aa-bb-cc-dd-ee-ff`, `aabb.ccdd.eeff` and the like); here there is one,
 * `AA:BB:CC:DD:EE:FF`. Null when it is no MAC. Nearly every packet has that one already.
 */
export function normaliseMac(text: string): string | null {
  if (plainMac.test(text)) return text;
  return anyMac.test(text) ? (text.toUpperCase().match(/[0-9A-F]{2}/g) as string[]).join(":") : null;
}
