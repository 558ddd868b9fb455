/**
 * Opens the agent's pages for installers (`/status`, `/doctor`, `/metrics`) from another machine. It is derived from the
 * RADIUS secret, which the hub, the router's script and the agent already know, so nothing else has to be distributed. A person
 * who reads the key from the air does not have the secret. For agent, scripts and `karibu` only: needs `node:crypto`.
 */
import { createHmac } from "node:crypto";

/** 20 hex digits. */
export function installerKeyOf(radiusSecret: string): string {
  return createHmac("sha256", radiusSecret).update("karibu installer pages").digest("hex").slice(0, 20);
}
