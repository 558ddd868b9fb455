/**
 * Watches whether the internet is there. When it returns after an outage that the provider credits, a record in the journal moves
 * the ends of the grants that were running. Credited is what the router's own pings prove: where nobody pings (RADIUS alone, or an agent beside the hub)
 * a hub that was away says nothing about the customers' line. An outage that spans a restart of the agent counts from the restart.
 */
import { unixMs } from "@karibu/protocol/quantities";
import type { Timer, World } from "@karibu/protocol/world";
import { creditableOutage } from "../grants/outage-credit-policy.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { grantsOnGift } from "../state/outage-credit.ts";
import type { Recorder } from "../state/recorder.ts";
import type { SiteState } from "../state/site-state.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { isBack, judgeWan, lastSignAgeMs, provenAgeMs, type WanSigns, type WanState, wanLimits } from "./wan-policy.ts";

export interface WanWatch {
  readonly state: WanState;
  /** How long the internet has been down; null: it is not. */
  readonly downForMs: number | null;
  /** From now on this hub's silence counts, and the hub is dialled when the internet is back. */
  follow(hub: WatchedHub): void;
  start(): void;
  /** Checks now; asks the router where the hub is silent. */
  check(): Promise<void>;
  stop(): void;
}

export type WatchedHub = Pick<HubLink, "state" | "silentForMs" | "redialSoon">;

interface WanParts {
  readonly router: RouterControl | null;
  readonly feed: Pick<FeedStore, "rows">;
  readonly state: Pick<SiteState, "grants" | "creditedToMs">;
  readonly recorder: Pick<Recorder, "record">;
  /** Grants end later now: their sessions need more time. */
  readonly onCredited: () => void;
}

/** Both are hardly ever down at once. A router that reaches one of them has the internet. */
const pingedAddresses = ["1.1.1.1", "8.8.8.8"];
const pingsMax = 8;

export function createWanWatch(world: World, parts: WanParts): WanWatch {
  const { clock } = world;
  const pings: { ok: boolean; atMs: number }[] = [];
  const startedMs = clock.monotonicMs();
  let hub: WatchedHub | null = null;
  let state: WanState = "unknown";
  let downSinceMs: number | null = null;
  /** From when on the router's pings prove it; null: they do not. */
  let provenSinceMs: number | null = null;
  let timer: Timer | null = null;
  let isStarted = false;

  function signs(): WanSigns {
    const nowMs = clock.monotonicMs();
    return {
      hub: hub?.state ?? "none",
      hubSilentMs: hub?.silentForMs ?? null,
      pings: pings.map(({ ok, atMs }) => ({ ok, ageMs: nowMs - atMs })),
    };
  }

  /** False: no ping was sent, or the router did not answer. */
  async function probe(): Promise<boolean> {
    const ping = parts.router?.ping?.bind(parts.router);
    if (ping === undefined || hub?.state === "connected") return false;
    try {
      const ok = (await Promise.all(pingedAddresses.map((address) => ping(address)))).some(Boolean);
      pings.push({ ok, atMs: clock.monotonicMs() });
      if (pings.length > pingsMax) pings.shift();
      return true;
    } catch (error) {
      world.log.debug("ping-not-asked", { error: String(error) }); // a silent router says nothing about the internet
      return false;
    }
  }

  async function check(): Promise<void> {
    const hasProbed = await probe();
    const now = signs();
    if (hasProbed && now.hub === "away" && isBack(now.pings)) hub?.redialSoon();
    const next = judgeWan(now);
    if (next === "down" && downSinceMs === null) {
      const ageMs = lastSignAgeMs(now);
      downSinceMs = ageMs === null ? startedMs : Math.max(startedMs, clock.monotonicMs() - ageMs);
      world.log.warn("internet-down", { forMs: Math.round(clock.monotonicMs() - downSinceMs) });
    }
    const provenMs = provenAgeMs(now.pings);
    if (next === "down" && downSinceMs !== null && provenMs !== null) {
      // The line went between the last sign and the first ping that failed.
      provenSinceMs ??= Math.max(downSinceMs, clock.monotonicMs() - provenMs - wanLimits.probeEveryMs);
    }
    if (next === "up" && downSinceMs !== null) endOutage(clock.monotonicMs() - downSinceMs);
    if (next !== "unknown") state = next;
  }

  function endOutage(lengthMs: number): void {
    const provenMs = provenSinceMs === null ? null : clock.monotonicMs() - provenSinceMs;
    downSinceMs = null;
    provenSinceMs = null;
    world.log.info("internet-back", { afterMs: Math.round(lengthMs) });
    if (provenMs === null) return;
    const toMs = clock.wall().atMs;
    const rule = parts.feed.rows("provider").get("provider")?.outageCredit;
    const outage = creditableOutage({ fromMs: Math.max(0, Math.round(toMs - provenMs)), toMs }, rule);
    if (outage === null) return;
    const onGift = grantsOnGift(parts.state, parts.feed.rows("grant-change"), outage);
    const event = {
      kind: "outage-credited",
      fromMs: unixMs(outage.fromMs),
      toMs: unixMs(outage.toMs),
      onGift,
    } as const;
    parts.recorder.record(event).catch(() => {}); // on a full disk it is written later
    parts.onCredited();
  }

  /** With neither a router that pings nor a hub there is no sign to look at. */
  const hasSigns = (): boolean => (hub !== null && hub.state !== "none") || parts.router?.ping !== undefined;

  function scheduleNext(): void {
    if (!isStarted || timer !== null || !hasSigns()) return;
    timer = clock.after(state === "down" ? wanLimits.probeEveryMsDown : wanLimits.probeEveryMs, () => {
      void check()
        .catch((error: unknown) => world.log.error("wan-watch-failed", { error: String(error) }))
        .finally(() => {
          timer = null;
          scheduleNext();
        });
    });
  }

  return {
    get state() {
      return state;
    },
    get downForMs() {
      return downSinceMs === null ? null : clock.monotonicMs() - downSinceMs;
    },
    follow(followed) {
      hub = followed;
      scheduleNext();
    },
    start() {
      isStarted = true;
      scheduleNext();
    },
    check,
    stop() {
      isStarted = false;
      timer?.cancel();
      timer = null;
    },
  };
}
