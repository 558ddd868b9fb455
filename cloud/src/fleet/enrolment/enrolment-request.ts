/** The enrolment request of a site's agent or of a host, and its refusal: the same for both. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { ownRule } from "../../ground/http/own-rules.ts";
import { refusal } from "../../ground/http/problem.ts";

/** For agents and hosts (Ed25519). */
const publicKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, ownRule("key-of-32-bytes", "must be 32 bytes in base64"));

export const enrolmentRequest = z.object({ token: z.string().min(1).max(200), publicKey: publicKeySchema });

/** The same for every reason: a guesser learns nothing. */
export function refuseEnrolment(world: World, remoteAddress: string): never {
  world.log.warn("enrolment-refused", { remoteAddress });
  throw refusal("enrolment-refused", { field: "token" });
}
