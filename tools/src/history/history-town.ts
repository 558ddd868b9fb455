/** The town in which a history is lived: its hub, its sites, and who acts. */
import type { TownHub } from "@karibu/lab/town/town-hub";
import type { TownSite } from "@karibu/lab/town/town-site";
import type { seededRandom } from "@karibu/lab/world/seeded-random";
import type { VirtualTime } from "@karibu/lab/world/virtual-time";

/** One alone, one whose small router has its agent beside the hub, and one with a second router. */
export const siteNames = { market: "Market square", lake: "Lakeside guest house", stage: "Bus stage" } as const;
export type SiteKey = keyof typeof siteNames;

/** Somebody who is logged in at the hub. */
export type TownClient = Awaited<ReturnType<TownHub["logIn"]>>;

export interface HistorySite {
  readonly key: SiteKey;
  readonly siteId: string;
  readonly site: TownSite;
}

export interface HistoryTown {
  readonly time: VirtualTime;
  readonly hub: TownHub;
  readonly sites: readonly HistorySite[];
  readonly owner: () => Promise<TownClient>;
  readonly chance: ReturnType<typeof seededRandom>;
  readonly busy: number;
}
