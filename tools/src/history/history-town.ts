/** The town in which a history is lived: its hub, its sites, and who acts. */
import type { BoardState } from "@karibu/lab/board/open-board";
import type { FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import type { TownHub } from "@karibu/lab/town/town-hub";
import type { TownSite } from "@karibu/lab/town/town-site";
import type { seededRandom } from "@karibu/lab/world/seeded-random";
import type { VirtualTime } from "@karibu/lab/world/virtual-time";
import type { Client } from "../start/sample.ts";

export const siteNames = { market: "Market square", lake: "Lakeside guest house", stage: "Bus stage" } as const;
export type SiteKey = keyof typeof siteNames;

export interface HistorySite {
  readonly key: SiteKey;
  readonly siteId: string;
  readonly site: TownSite;
  readonly folder: FaultyFolder;
  board(): BoardState;
}

export interface HistoryTown {
  readonly time: VirtualTime;
  readonly hub: TownHub;
  readonly sites: readonly HistorySite[];
  readonly owner: () => Promise<Client>;
  readonly chance: ReturnType<typeof seededRandom>;
  readonly busy: number;
}
