/** Where the facts about this site come from. */
import type { World } from "@karibu/protocol/world";
import type { LogInHistory } from "../access/log-in-history.ts";
import type { Doctor } from "../doctor/doctor.ts";
import type { FlashFigures } from "../doctor/flash-meter.ts";
import type { SyncFigures } from "../ground/files/metered-folder.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { StoredJournal } from "../journal/open-journal.ts";
import type { RadsecStatus } from "../radius/radsec/radsec-server.ts";
import type { RadiusStatus } from "../radius/server/radius-listener.ts";
import type { SiteState } from "../state/site-state.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { LinkFigures } from "../sync/link-figures.ts";
import type { ImageArrival } from "../updates/image-arrival.ts";
import type { WanWatch } from "../wan/wan-watch.ts";

export interface FactSources {
  readonly world: World;
  readonly version: string;
  readonly state: SiteState;
  readonly feed: Pick<FeedStore, "rows">;
  readonly hub: HubLink;
  readonly flash: () => FlashFigures;
  readonly syncs: () => SyncFigures;
  readonly link: Pick<LinkFigures, "connections" | "feedLagSeconds">;
  readonly damaged: () => { readonly files: number; readonly lostRecords: number; readonly tornRecords: number };
  readonly hasSiteFile: boolean;
  readonly journal: Pick<StoredJournal, "writable" | "figures">;
  /** Something else writes to the data folder: what was found; null: nothing. */
  readonly shared: () => string | null;
  /** The folder lies on the router's own flash. */
  readonly isOnFlash: boolean;
  readonly hasRouterApi: boolean;
  readonly hasPortalFiles: boolean;
  /** Sessions that should be off and are not yet. */
  readonly evicting: () => number;
  readonly wan: Pick<WanWatch, "state" | "downForMs">;
  readonly logIns: Pick<LogInHistory, "last">;
  readonly doctor: Pick<Doctor, "examine" | "last">;
  /** What only a person can mend about the link; null: nothing. */
  readonly hubProblem: () => string | null;
  /** What is wrong with name resolution; null: nothing. */
  readonly nameProblem: () => string | null;
  readonly radius: () => RadiusStatus;
  /** RADIUS over TLS; null: it is off. */
  readonly radsec: () => RadsecStatus | null;
  readonly image: ImageArrival | undefined;
}
