/**
 * Asks the router whether its NTP client is synchronised. The container's clock is the router's, so then the date that the system says is
 * proved, also at a site without a hub. A router in 1970 gets the hub's time: without a date no TLS works, so no link and no enrolment.
 */

import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import type { Timer, World } from "@karibu/protocol/world";
import type { RouterControl } from "../ground/router-control.ts";
import type { SiteClock } from "./site-clock.ts";

const askEveryMs = 30_000;
/** The router shows whole seconds, and its answer takes time. A system that differs by more is another machine's. */
const sameMsMax = 5000;

export interface RouterTime {
  start(): void;
  stop(): void;
}

/** `system`: the world with the system's own clock. Asks only while nobody has vouched for the site's time, or the router has none. */
export function createRouterTime(
  system: Pick<World, "clock" | "log">,
  clock: Pick<SiteClock, "recordWall" | "trustSystem" | "hasHubTime">,
  router: Pick<RouterControl, "synchronisedMs" | "setLostClock"> | null,
): RouterTime {
  let timer: Timer | null = null;
  let stopped = false;

  async function ask(): Promise<void> {
    const isLost = system.clock.wall().atMs < earliestPlausibleMs;
    if (isLost && clock.hasHubTime) {
      const isSet = await router?.setLostClock?.(clock.recordWall().atMs, earliestPlausibleMs);
      if (isSet === true) system.log.info("router-clock-set", {});
      return;
    }
    if (clock.recordWall().quality === "synced") return;
    const routerMs = (await router?.synchronisedMs?.()) ?? null;
    if (stopped || routerMs === null || Math.abs(routerMs - system.clock.wall().atMs) > sameMsMax) return;
    clock.trustSystem();
  }

  function next(delayMs: number): void {
    timer = system.clock.after(delayMs, () => {
      ask()
        .catch((error: unknown) => system.log.debug("router-time-unread", { error: String(error) }))
        .finally(() => {
          if (!stopped) next(askEveryMs);
        });
    });
  }

  return {
    start() {
      if (router?.synchronisedMs !== undefined) next(0);
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
