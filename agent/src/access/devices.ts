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

/** `aa-bb-cc-dd-ee-ff`, `aabb.ccdd.eeff` and the like as `AA:BB:CC:DD:EE:FF`; null when it is no MAC. */
export function normaliseMac(text: string): string | null {
  if (!/^([0-9A-Fa-f]{2}([:-])?){5}[0-9A-Fa-f]{2}$/.test(text) && !/^([0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}$/.test(text)) {
    return null;
  }
  const digits = text.replace(/[^0-9A-Fa-f]/g, "").toUpperCase();
  return digits.length === 12 ? (digits.match(/../g) as string[]).join(":") : null;
}
