/** Upgrades of RouterOS: their routes, and what brings them on each minute. */
import type { Timer } from "@karibu/protocol/world";
import type { Route } from "../../ground/http/route.ts";
import { advanceUpgrades, type UpgradeParts } from "./advance-upgrades.ts";
import { upgradeRoutes } from "./upgrade-routes.ts";

export interface RouterUpgrades {
  readonly routes: readonly Route[];
  start(): void;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

const everyMs = 60_000;

export function createUpgrades(parts: UpgradeParts): RouterUpgrades {
  const { clock, log } = parts.world;
  let timer: Timer | null = null;
  let isStopped = true;
  let running: Promise<void> = Promise.resolve();

  function again(): void {
    if (isStopped) return;
    timer = clock.after(everyMs, () => {
      running = advanceUpgrades(parts)
        .catch((error: unknown) => log.error("router-upgrades-failed", { error: String(error) }))
        .then(again);
    });
  }

  return {
    routes: upgradeRoutes(parts),
    start() {
      isStopped = false;
      again();
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      await running;
    },
  };
}
