import type { SiteFile } from "../grants/site-file.ts";
import type { RadiusOptions } from "../radius/server/radius-listener.ts";

export interface AgentOptions {
  readonly version: string;
  /** Null: RADIUS is off. */
  readonly radius: RadiusOptions | null;
  /** Null: this site has no hub. */
  readonly hub: HubOptions | null;
  readonly siteFile: SiteFile | null;
  readonly interimFlushSeconds: number;
  /** Addresses that many phones share (a router that masquerades). Absent: none. */
  readonly sharedAddresses?: readonly string[];
}

export interface HubOptions {
  readonly url: string;
  readonly enrolToken: string | null;
}
