/** What the customer's API uses of the site. */
import type { FreeAccess } from "../../access/free/free-access.ts";
import type { PortalAccess } from "../../access/portal-access.ts";
import type { HubLink } from "../../ground/hub-link.ts";
import type { RouterControl } from "../../ground/router-control.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import type { KnownLogins } from "./login-url-policy.ts";

export interface CustomerParts {
  readonly access: PortalAccess;
  readonly feed: Pick<FeedStore, "rows"> & Partial<Pick<FeedStore, "onChange">>;
  readonly hub: Pick<HubLink, "state" | "call"> & Partial<Pick<HubLink, "redialSoon" | "onChange">>;
  /** Absent: nothing is given for nothing here. */
  readonly free?: FreeAccess;
  /** Null: there is no RouterOS API. The phone posts its log-in to the hotspot. */
  readonly router: RouterControl | null;
}

export interface CustomerSettings {
  /** The hotspot's log-in pages as they are known now. */
  readonly logins: () => KnownLogins;
  /** Proves to the portal, after a restart too, which phone began a purchase, and on which one a seller has logged in. Absent: a new one with each start. */
  readonly purchaseKey?: string;
}
