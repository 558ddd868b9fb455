/**
 * Pings the access points of other makers through the router, one after the other, in the general lane: three packets each two minutes. What changed is
 * journalled at once, the rest every six hours.
 *
 * Who could misuse it: whoever breaks into the hub. It names private addresses alone, at most 32, and the sentence is this one.
 */
import { accessPointsMax, type Pinged } from "@karibu/protocol/router/access-points";
import type { Timer, World } from "@karibu/protocol/world";
import type { LiveRouter } from "../../ground/live-router.ts";
import type { Recorder } from "../../state/recorder.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { nextState, readReply, type Watched } from "./ping-policy.ts";

const everyMs = 120_000;
const toldEveryMs = 6 * 3_600_000;
const given = { timeoutMs: 20_000, fresh: true, actor: "access points" } as const;

/** What it says to the router. Exported for the check against the command trees. */
export const pingSentence = (address: string): readonly string[] => [
  "/tool/ping",
  `=address=${address}`,
  "=count=3",
  "=interval=500ms",
];

export interface AccessPointWatch {
  start(): void;
  stop(): void;
}

export function watchAccessPoints(
  world: World,
  parts: {
    readonly live: LiveRouter;
    readonly feed: Pick<FeedStore, "rows">;
    readonly recorder: Pick<Recorder, "record">;
  },
): AccessPointWatch {
  const { clock, log } = world;
  let watched = new Map<string, Watched>();
  let timer: Timer | null = null;
  let tellAtMs = Number.NEGATIVE_INFINITY;

  async function round(): Promise<void> {
    // The row's name is anything; its address was looked at.
    const addresses = [...new Set([...parts.feed.rows("access-point").values()].map(({ address }) => address))]
      .sort()
      .slice(0, accessPointsMax);
    const now = new Map<string, Watched>();
    let isNews = false;
    for (const address of addresses) {
      if (timer === null) return;
      const reply = readReply(await parts.live.command(pingSentence(address), given));
      const before = watched.get(address);
      if (reply === null) continue;
      const state = nextState(address, before, reply);
      now.set(address, state);
      isNews ||= before?.state !== state.state;
    }
    isNews ||= now.size !== watched.size;
    watched = now;
    if (watched.size === 0 || (!isNews && clock.monotonicMs() < tellAtMs)) return;
    tellAtMs = clock.monotonicMs() + toldEveryMs;
    const points = [...watched.values()].map(({ silentRounds: _, ...point }): Pinged => point);
    parts.recorder.record({ kind: "access-points", points }).catch(() => {}); // on a full disk it is written later
  }

  function schedule(afterMs: number): void {
    timer = clock.after(afterMs, () => {
      round()
        // The router is away: that says nothing of its access points.
        .catch((error: unknown) => log.debug("access-points-not-pinged", { error: String(error) }))
        .then(() => {
          if (timer !== null) schedule(everyMs);
        });
    });
  }

  return {
    start: () => schedule(20_000 + ((world.random.bytes(1)[0] ?? 0) / 256) * everyMs),
    stop() {
      timer?.cancel();
      timer = null;
    },
  };
}
