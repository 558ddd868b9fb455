/** Sites in the database and in the feed, for tests that have no hub. */
import type { World } from "@karibu/protocol/world";
import { createSites, type Sites } from "./fleet/sites/sites.ts";
import type { Publish } from "./ground/feed/publish.ts";
import { onlineSales } from "./money/online-sales.ts";

export function createTestSites(world: World, publish: Publish): Sites {
  return createSites({ world, publish, onlineSales });
}
