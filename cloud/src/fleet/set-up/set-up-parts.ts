import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { ImageShelf } from "../registry/image-shelf.ts";
import type { OnlineSales } from "../sites/sites.ts";
import type { TunnelKeyHolders } from "../tunnel/peers.ts";
import type { HubAddresses } from "./render-script.ts";

/** What the doors of a set-up work with. */
export interface SetUpParts extends HubAddresses {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly emit: Emit;
  readonly publish: Publish;
  /** Goes into enrolment tokens. */
  readonly hubPublicKey: string;
  /** What phones must reach to pay stands in the router's walled garden. */
  readonly onlineSales: Pick<OnlineSales, "openHosts">;
  /** Undefined: this hub is no registry. */
  readonly images: ImageShelf | undefined;
  /** Who may have a key of the tunnel besides routers and the hub. */
  readonly tunnelKeyHolders: readonly TunnelKeyHolders[];
}
