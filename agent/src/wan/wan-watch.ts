/**
 * Watches the internet's coming and going. When it is back after an outage that the provider credits, a record in the
 * journal moves the ends of what was running. An outage through a restart of the agent counts from the restart.
 */
import { unixMs } from "@karibu/protocol/quantities";
import type { Timer, World } from "@karibu/protocol/world";
import { creditableOutage } from "../grants/outage-credit-policy.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { Recorder } from "../state/recorder.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { isBack, judgeWan, lastSignAgeMs, type WanSigns, type WanState, wanLimits } from "./wan-policy.ts";

export interface WanWatch {
  readonly state: WanState;
  /** Since when it is down; null: it is not. */
  readonly downForMs: number | null;
  start(): void;
  /** Looks now: asks the router where the hub is silent. */
  look(): Promise<void>;
  stop(): void;
}

interface WanParts {
  readonly hub: Pick<HubLink, "state" | "silentForMs">;
  readonly router: RouterControl | null;
  readonly feed: Pick<FeedStore, "rows">;
  readonly recorder: Pick<Recorder, "record">;
  /** Ends have moved: sessions get longer time. */
  readonly onCredited: () => void;
  /** The router reaches the internet again, while the hub is still silent. */
  readonly onBack: () => void;
}

/** Two that are hardly away at once; a router that reaches one of them has the internet. */
const pinged = ["1.1.1.1", "8.8.8.8"];
const pingsKept = 8;

export function createWanWatch(world: World, parts: WanParts): WanWatch {
  const { clock } = world;
  const pings: { ok: boolean; atMs: number }[] = [];
  const cameUpMs = clock.monotonicMs();
  let state: WanState = "unknown";
  let downSinceMs: number | null = null;
  let timer: Timer | null = null;

  function signs(): WanSigns {
    const nowMs = clock.monotonicMs();
    return {
      hub: parts.hub.state,
      hubSilentMs: parts.hub.silentForMs,
      pings: pings.map(({ ok, atMs }) => ({ ok, ageMs: nowMs - atMs })),
    };
  }

  /** False: nobody could be asked. */
  async function probe(): Promise<boolean> {
    const ping = parts.router?.ping?.bind(parts.router);
    if (ping === undefined || parts.hub.state === "connected") return false;
    try {
      const ok = (await Promise.all(pinged.map((address) => ping(address)))).some(Boolean);
      pings.push({ ok, atMs: clock.monotonicMs() });
      if (pings.length > pingsKept) pings.shift();
      return true;
    } catch (error) {
      world.log.debug("ping-not-asked", { error: String(error) }); // the router is silent: that says nothing of the internet
      return false;
    }
  }

  async function look(): Promise<void> {
    const hasProbed = await probe();
    const before = signs();
    if (hasProbed && before.hub === "away" && isBack(before.pings)) parts.onBack();
    const next = judgeWan(before);
    if (next === "down" && downSinceMs === null) {
      const ageMs = lastSignAgeMs(before);
      downSinceMs = ageMs === null ? cameUpMs : Math.max(cameUpMs, clock.monotonicMs() - ageMs);
      world.log.warn("internet-down", { forMs: Math.round(clock.monotonicMs() - downSinceMs) });
    }
    if (next === "up" && downSinceMs !== null) back(clock.monotonicMs() - downSinceMs);
    if (next !== "unknown") state = next;
  }

  function back(lengthMs: number): void {
    downSinceMs = null;
    world.log.info("internet-back", { afterMs: Math.round(lengthMs) });
    const toMs = clock.wall().atMs;
    const rule = parts.feed.rows("provider").get("provider")?.outageCredit;
    const outage = creditableOutage({ fromMs: Math.max(0, Math.round(toMs - lengthMs)), toMs }, rule);
    if (outage === null) return;
    const event = { kind: "outage-credited", fromMs: unixMs(outage.fromMs), toMs: unixMs(outage.toMs) } as const;
    parts.recorder.record(event).catch(() => {}); // a full disk: it is written as soon as there is room
    parts.onCredited();
  }

  function again(): void {
    timer = clock.after(state === "down" ? wanLimits.probeEveryMsDown : wanLimits.probeEveryMs, () => {
      void look()
        .catch((error: unknown) => world.log.error("wan-watch-failed", { error: String(error) }))
        .finally(() => {
          if (timer !== null) again();
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
    start: again,
    look,
    stop() {
      timer?.cancel();
      timer = null;
    },
  };
}
