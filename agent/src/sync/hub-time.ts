/**
 * Asks the hub for its signed time while the link can't bring it: in 1970 no certificate is valid, and a device that is not enrolled has no link. The hub is
 * known by the key that was pinned at enrolment; before that, by what the enrolment token carries of it.
 */

import { newSecret } from "@karibu/protocol/identifiers";
import { hubKeyMark, hubKeyMarkOf, hubTimeSchema, isSignedTime } from "@karibu/protocol/link/hub-time";
import type { Timer, World } from "@karibu/protocol/world";
import type { GetSigned } from "../ground/get-signed.ts";
import { chanceOf } from "./backoff.ts";
import type { AgentIdentity } from "./identity.ts";

/** A slower answer is refused: who holds it back makes the site's clock late by at most this. */
const roundTripMsMax = 10_000;
/** The link is up sooner where it works; and the sites of a town don't ask all at once. */
const firstDelayMs = 5000;
const firstSpreadMs = 5000;
const againAfterMs = 60_000;

/** By what the device knows its hub; null: by nothing, so that no answer counts. */
export interface KnownHub {
  readonly pinned: string | null;
  readonly token: string | null;
}

export interface HubTimeParts {
  readonly hubUrl: string;
  readonly get: GetSigned;
  readonly known: () => Promise<KnownHub>;
  /** Has this site the hub's time already? */
  readonly isKnown: () => boolean;
  /** The hub's time now. */
  readonly onTime: (timeMs: number) => void;
}

export interface HubTimeAsker {
  start(): void;
  stop(): void;
}

export function createHubTimeAsker(world: World, parts: HubTimeParts): HubTimeAsker {
  let timer: Timer | null = null;
  let stopped = false;

  async function askAll(): Promise<void> {
    const known = await parts.known();
    for (const url of timeUrls(parts.hubUrl)) {
      const timeMs = await askHubTime(world, { get: parts.get, url, known }).catch((error: unknown) => {
        world.log.debug("hub-time-away", { url, error: String(error) });
        return null;
      });
      if (stopped || parts.isKnown()) return;
      if (timeMs === null) continue;
      world.log.info("hub-time", { url });
      parts.onTime(timeMs);
      return;
    }
  }

  function next(delayMs: number): void {
    timer = world.clock.after(delayMs, () => {
      const asked = parts.isKnown() ? Promise.resolve() : askAll();
      asked
        .catch((error: unknown) => world.log.debug("hub-time-failed", { error: String(error) }))
        .finally(() => {
          if (!stopped && !parts.isKnown()) next(againAfterMs);
        });
    });
  }

  return {
    start: () => next(firstDelayMs + chanceOf(world.random.bytes(4)) * firstSpreadMs),
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/** The hub's time now; null: the answer is none, is not this hub's, is not for this question, or came too late. */
export async function askHubTime(
  { clock, random }: Pick<World, "clock" | "random">,
  { get, url, known }: { readonly get: GetSigned; readonly url: string; readonly known: KnownHub },
): Promise<number | null> {
  const nonce = newSecret({ random }, 16);
  const sentMs = clock.monotonicMs();
  const answer = hubTimeSchema.safeParse(await get(`${url}?nonce=${nonce}`));
  const roundTripMs = clock.monotonicMs() - sentMs;
  if (!answer.success || roundTripMs > roundTripMsMax) return null;
  if (!isKnownHub(answer.data.hubPublicKey, known) || !isSignedTime(answer.data, nonce)) return null;
  // The hub stamped its answer within the round trip: half of it is the best estimate.
  return answer.data.timeMs + roundTripMs / 2;
}

/** The pinned key; for a token of another enrolment than the last one, the key that it names. */
export function hubOf(
  file: { readonly current: (AgentIdentity & { readonly tokenHash: string }) | null },
  token: { readonly text: string; readonly hash: string } | null,
): KnownHub {
  const isNew = token !== null && token.hash !== file.current?.tokenHash;
  return isNew ? { pinned: null, token: token.text } : { pinned: file.current?.hubPublicKey ?? null, token: null };
}

function isKnownHub(publicKey: string, { pinned, token }: KnownHub): boolean {
  if (pinned !== null) return publicKey === pinned;
  const mark = token === null ? null : hubKeyMarkOf(token);
  return mark !== null && hubKeyMark(publicKey) === mark;
}

/** By TLS, and by plain HTTP where a proxy leads that to the hub. Neither is trusted. */
function timeUrls(hubUrl: string): string[] {
  const own = `${hubUrl.replace(/\/+$/, "")}/agent/time`;
  const { protocol, hostname } = new URL(hubUrl);
  return protocol === "https:" ? [own, `http://${hostname}/agent/time`] : [own];
}
