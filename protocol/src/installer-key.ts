/**
 * Opens the agent's own pages (`/status`, `/doctor`, `/metrics`) from elsewhere than the machine it runs on. Made from the
 * RADIUS secret, which the hub, the router's script and the agent know already: there is nothing more to hand out, and
 * whoever reads the key off the air has not got the secret. For agent, scripts and `karibu` only: needs `node:crypto`.
 */
import { createHmac } from "node:crypto";

/** 20 hex digits. */
export function installerKeyOf(radiusSecret: string): string {
  return createHmac("sha256", radiusSecret).update("karibu installer pages").digest("hex").slice(0, 20);
}
