/** Lets routers in that show a token or a key, and slows those down that guess. */
import { sha256Hex } from "@karibu/protocol/hash";
import type { Request } from "express";
import { networkOf } from "../../ground/http/peer-address.ts";
import { Problem, refusal } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { findKey, type Place } from "./set-up-rows.ts";

export interface Visitor extends Place {
  readonly by: "token" | "resume-key";
  /** What was shown. */
  readonly key: string;
  readonly remoteAddress: string;
}

export interface KeyDoor {
  /**
   * Lets the visitor do its work. Throws what that throws, and Problems: 401, the same for whatever is no key; 429 after too many. Work that
   * refuses the visitor (401, 403) was a guess: a token that is too old, or another router's.
   */
  open<Result>(request: Request, remoteAddress: string, work: (visitor: Visitor) => Promise<Result>): Promise<Result>;
}

/** A router asks every five seconds while a person chooses, and reports some thirty times. */
const requestsPerMinute = 120;
/** Of one address. Many routers may be behind one: what is a key gives its try back, and a key that was seen needs none. */
const guessesPerMinute = 30;
/** Keys that were seen lately, in this process. */
const seenMax = 10_000;

export function createKeyDoor({ world, database }: SetUpParts): KeyDoor {
  const guesses = createRateLimit(world.clock, { tries: guessesPerMinute, perSeconds: 60 });
  const requests = createRateLimit(world.clock, { tries: requestsPerMinute, perSeconds: 60 });
  const seen = new Set<string>();
  return {
    async open(request, remoteAddress, work) {
      const network = networkOf(remoteAddress);
      const key = /^Bearer ([A-Za-z0-9_-]{20,100})$/i.exec(request.headers.authorization ?? "")?.[1];
      const hash = sha256Hex(key ?? "");
      // Else somebody behind the same address who guesses could hold a set-up up.
      const wasSeen = seen.has(hash);
      let isRefused = false;
      if (!wasSeen) guesses.take(network);
      const found = key === undefined ? null : await findKey(database, hash);
      if (key === undefined || found === null) {
        seen.delete(hash);
        world.log.warn("set-up-refused", { remoteAddress });
        throw unknownKey();
      }
      // Of each key: who shows the line's token, or an old one, takes nothing from the router that has its own.
      requests.take(hash);
      try {
        return await work({ ...found, key, remoteAddress });
      } catch (error) {
        isRefused = error instanceof Problem && (error.status === 401 || error.status === 403);
        throw error;
      } finally {
        if (isRefused) seen.delete(hash);
        else {
          if (!wasSeen) guesses.giveBack(network);
          seen.add(hash);
          if (seen.size > seenMax) seen.delete(seen.values().next().value as string);
        }
      }
    },
  };
}

/** One answer for all: used, too old, or never one. */
export const unknownKey = (): Problem => refusal("set-up-key-unknown");
