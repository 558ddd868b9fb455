import type { SiteFile } from "../grants/site-file.ts";
import type { RouterSecrets } from "../ground/router-secrets.ts";
import type { SiteSecrets } from "../ground/site-secrets.ts";
import type { RadiusOptions } from "../radius/server/radius-listener.ts";
import type { JournalLimits } from "../state/state-keeper.ts";

export interface AgentOptions {
  readonly version: string;
  /** Null: RADIUS is off. */
  readonly radius: RadiusOptions | null;
  /** Null: this site has no hub. */
  readonly hub: HubOptions | null;
  readonly siteFile: SiteFile | null;
  readonly interimFlushSeconds: number;
  /** The data folder lies on the router's own flash (`internal-flash.ts`). Absent: on a stick. */
  readonly isOnFlash?: boolean;
  /** How much of the journal is kept. Absent: as much as suits the disk. */
  readonly journal?: JournalLimits;
  /** Addresses that many phones share (a router that masquerades). Absent: none. */
  readonly sharedAddresses?: readonly string[];
  /** The hotspot's log-in page, and the portal as phones reach it; absent or null: as they are seen. */
  readonly hotspotUrl?: string | null;
  readonly portalUrl?: string | null;
  /** The agent runs beside the hub: its router is behind the tunnel. */
  readonly isHosted?: boolean;
  /** The secrets between router and agent, where they can change. Absent: they are what `radius` says. */
  readonly secrets?: SiteSecrets;
  /** Of the site's further routers, where they can change. Absent: they are what `radius` lists. */
  readonly routerSecrets?: RouterSecrets;
}

export interface HubOptions {
  readonly url: string;
  readonly enrolToken: string | null;
}
