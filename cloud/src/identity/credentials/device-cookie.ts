/** The cookie that identifies a known device at log-in. Scripts can't read it, other sites can't send it. */
import { sha256Hex } from "@karibu/protocol/hash";
import { deviceHash, deviceKeptMs } from "./login-places.ts";

/** Hash of the cookie that the device sent for this person; null: no valid cookie. */
export function shownDevice(cookieHeader: string | undefined, email: string): string | null {
  const name = nameFor(email);
  for (const pair of (cookieHeader ?? "").split(";")) {
    const [key, value] = pair.trim().split("=");
    if (key === name && value !== undefined && /^[0-9a-f]{64}$/.test(value)) return deviceHash(value);
  }
  return null;
}

/** The `Set-Cookie` header. `publicUrl`: where browsers reach the hub. The log-in is sent it, and who asks for a new password. */
export function deviceCookie(email: string, value: string, publicUrl: string): string {
  const secure = publicUrl.startsWith("https://") ? "; Secure" : "";
  const age = Math.floor(deviceKeptMs / 1000);
  return `${nameFor(email)}=${value}; Path=/api/v1; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
}

function nameFor(email: string): string {
  return `karibu_device_${sha256Hex(email).slice(0, 12)}`;
}
