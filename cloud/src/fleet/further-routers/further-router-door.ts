/**
 * `/enrol/further-router`: a further router says which secret it has, and hears which one it shall have. Public: the key is the proof. Answers are
 * flat JSON in ASCII, because scripts of RouterOS read them.
 *
 * Who attacks it: who listens or sits on the cable between a site's routers (there is TLS, and the script checks the hub's certificate); who found
 * a script later (its claim is dead once its router has shown a key of its own); who guesses keys (128 bits and more, and few tries). Who claims
 * before the router does gets that router's RADIUS secret, which is in the same script: the router then is refused, and its script says so.
 */
import { isSameSecret, sha256Hex } from "@karibu/protocol/hash";
import { furtherHasProof, furtherSecretPath } from "@karibu/protocol/router/secret-proof";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { refusal } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { findByKey, takeKey } from "../router-services/further-router-keys.ts";
import {
  type FurtherSecretRow,
  lockFurtherSecret,
  noteRouterHas,
  openFurtherSecrets,
} from "../router-services/further-secret-rows.ts";
import type { SetUpParts } from "../set-up/set-up-parts.ts";

export interface FurtherDoorParts extends SetUpParts {
  /** The site's agent has something to hear. */
  wake(): void;
}

/** Of one address: many routers may be behind it. */
const guessesPerMinute = 30;
/** Of one key that is good: it asks each few minutes, and a few times when it is let in. */
const asksPerMinute = 20;

const answered = z.object({
  /** Its own, told this once. Empty: it has one. */
  key: z.string(),
  /** What its rows shall have. Empty: what they have. */
  radius: z.string(),
});

export function furtherRouterDoor(parts: FurtherDoorParts) {
  const { world, database, emit } = parts;
  const guesses = createRateLimit(world.clock, { tries: guessesPerMinute, perSeconds: 60 });
  const asks = createRateLimit(world.clock, { tries: asksPerMinute, perSeconds: 60 });
  return route({
    method: "POST",
    path: furtherSecretPath,
    summary: "A further router of a site asks for its RADIUS secret, with its script's claim or its own key",
    permission: "public",
    body: z.object({ has: z.string().max(200) }),
    response: answered,
    handle: async ({ body: { has }, remoteAddress }, request) => {
      const network = networkOf(remoteAddress);
      guesses.take(network);
      const shown = /^Bearer ([A-Za-z0-9_-]{20,100})$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
      const hash = sha256Hex(shown);
      const found = shown === "" ? null : await findByKey(database, hash);
      if (found === null) throw unknownKey();
      // A good key is no guess, so its try is given back: what it may ask is counted by itself.
      asks.take(hash);
      const answer = await database.asProvider(found.providerId, async (tx) => {
        const row = await lockFurtherSecret(tx, found);
        const taken = row === null ? null : await takeKey(parts, tx, row, hash);
        if (row === null || taken === null) return null;
        const { radius, isNews } = await secretFor(parts, tx, row, has);
        if (isNews || taken.key !== "")
          await emit(tx, found.providerId, { topic: "set-up", id: found.siteId, action: "router-secret-changed" });
        return { key: taken.key, radius };
      });
      if (answer === null) throw unknownKey();
      guesses.giveBack(network);
      parts.wake();
      return answer;
    },
  });
}

/** `radius`: what the router shall have; empty: what it has. A next one that its agent does not take yet is not told. */
async function secretFor(
  parts: FurtherDoorParts,
  tx: Tx,
  row: FurtherSecretRow,
  has: string,
): Promise<{ readonly radius: string; readonly isNews: boolean }> {
  const { current, next } = openFurtherSecrets(parts.envelope, row);
  const isTaken = next !== null && row.secretSentAtMs !== null;
  const isNews = isTaken && isSameSecret(has, furtherHasProof(next));
  await noteRouterHas(parts, tx, row, isNews ? next : null);
  if (isNews) return { radius: "", isNews };
  if (isTaken) return { radius: next, isNews };
  return { radius: isSameSecret(has, furtherHasProof(current)) ? "" : current, isNews };
}

/** One answer for all: used, too old, or never one. */
const unknownKey = () => refusal("router-key-unknown");
