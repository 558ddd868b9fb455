/** Releases of the agent in the hub: uploaded, rolled out to sites in stages, watched. */
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import type { Timer, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import type { Route } from "../../ground/http/route.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import { releaseRoutes } from "./release-routes.ts";
import { reviewReleases } from "./review.ts";
import { siteReleaseRoutes } from "./site-release-routes.ts";
import { createFetchBundle } from "./store-bundle.ts";

export interface Releases {
  readonly routes: readonly Route[];
  readonly rpcHandlers: readonly RpcHandler[];
  /** Reviews all sites now. Rejects with the database's error. */
  review(): Promise<void>;
  start(): void;
  /** Waits for a running review. */
  stop(): Promise<void>;
}

export interface ReleaseParts {
  readonly database: Database;
  readonly publish: Publish;
  readonly emit: Emit;
  readonly sweeps: Pick<Sweeps, "add">;
  /** Owners of these keys may change what sites run. None: no bundle is accepted. */
  readonly keys: readonly ReleaseKey[];
}

const lookEveryMs = 60_000;

export function createReleases(world: World, { database, publish, emit, keys, sweeps }: ReleaseParts): Releases {
  let timer: Timer | null = null;
  let stopSweep = () => {};
  let isStopped = true;
  let looking: Promise<void> = Promise.resolve();

  const review = () => reviewReleases({ database, publish, emit, clock: world.clock });

  function lookAfter(delayMs: number): void {
    if (isStopped) return;
    timer?.cancel();
    timer = world.clock.after(delayMs, () => {
      timer = null;
      looking = looking
        .then(review)
        .catch((error: unknown) => world.log.error("release-review-failed", { error: String(error) }));
    });
  }

  return {
    routes: [...releaseRoutes(world, keys, () => lookAfter(0)), ...siteReleaseRoutes(world, publish, emit)],
    rpcHandlers: [createFetchBundle(world.clock, database)],
    review,
    start() {
      isStopped = false;
      stopSweep = sweeps.add({
        name: "releases",
        everyMs: lookEveryMs,
        hasWork: () => sql<boolean>`exists (select from releases)`,
        run: async () => lookAfter(0),
      });
    },
    async stop() {
      isStopped = true;
      stopSweep();
      timer?.cancel();
      await looking;
    },
  };
}
