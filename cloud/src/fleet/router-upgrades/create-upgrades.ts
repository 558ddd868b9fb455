/** Upgrades of RouterOS: their routes, and what brings them on each minute. */
import { sql } from "kysely";
import type { Route } from "../../ground/http/route.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import { advanceUpgrades, type UpgradeParts } from "./advance-upgrades.ts";
import { upgradeRoutes } from "./upgrade-routes.ts";

export interface RouterUpgrades {
  readonly routes: readonly Route[];
  start(): void;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

const everyMs = 60_000;

export function createUpgrades(parts: UpgradeParts & { readonly sweeps: Pick<Sweeps, "add"> }): RouterUpgrades {
  const { log } = parts.world;
  let stopSweep = () => {};
  let running: Promise<void> = Promise.resolve();

  return {
    routes: upgradeRoutes(parts),
    start() {
      stopSweep = parts.sweeps.add({
        name: "router-upgrades",
        everyMs,
        hasWork: () => sql<boolean>`exists (select from router_upgrades where state = 'running')`,
        async run() {
          running = running
            .then(() => advanceUpgrades(parts))
            .catch((error: unknown) => log.error("router-upgrades-failed", { error: String(error) }));
        },
      });
    },
    async stop() {
      stopSweep();
      await running;
    },
  };
}
