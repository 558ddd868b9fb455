/** What a device sends to become a site's agent, or a process to become a host: the same for both, as is what refuses it. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { Problem } from "../../ground/http/problem.ts";

/** Of agents, hosts (Ed25519) and routers in the tunnel (X25519) alike. */
export const publicKeySchema = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "must be 32 bytes in base64");

export const enrolmentRequest = z.object({ token: z.string().min(1).max(200), publicKey: publicKeySchema });

/** Alike for every reason there is: whoever guesses learns nothing. */
export function refuseEnrolment(world: World, remoteAddress: string): never {
  world.log.warn("enrolment-refused", { remoteAddress });
  const detail = "The token was used, is too old, or never was one. Make a new one.";
  throw new Problem(403, "enrolment-refused", detail, { field: "token" });
}
