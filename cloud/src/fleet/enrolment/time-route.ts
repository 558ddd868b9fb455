/**
 * `GET /agent/time`: the hub's signed time, for devices that can check no certificate because their clock is in 1970. Public, also over plain HTTP: it
 * tells a time, a public key and a signature, in an answer that is hardly longer than its question.
 */

import { signTime, timeNonceSchema } from "@karibu/protocol/link/hub-time";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { networkOf } from "../../ground/http/peer-address.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import type { HubIdentity } from "./hub-identity.ts";

/** Of one address. Many sites may be behind one, and all of them start when the power comes back. */
const requestsPerMinute = 300;

export function timeRoute(world: World, { keys }: HubIdentity) {
  const perAddress = createRateLimit(world.clock, { tries: requestsPerMinute, perSeconds: 60 });
  return route({
    method: "GET",
    path: "/agent/time",
    summary: "The hub's time, signed together with the caller's nonce: for devices without a clock",
    permission: "public",
    query: z.object({ nonce: timeNonceSchema }),
    response: z.object({ timeMs: z.number().int(), hubPublicKey: z.string(), signature: z.string() }),
    handle: async ({ query, remoteAddress }) => {
      perAddress.take(networkOf(remoteAddress));
      return signTime(keys, query.nonce, world.clock.wall().atMs);
    },
  });
}
