/** What this hub has for routers that are set up: images by processor, a tunnel, a host for agents that no router can run. */

import { imageArchitectures } from "@karibu/routeros-scripts/set-up-line/boards";
import type { Tx } from "../../ground/db/database.ts";
import { hasHost } from "../hosted-sites/hosts.ts";
import type { Archive, ImageShelf } from "../registry/image-shelf.ts";
import type { Offer } from "./choices-policy.ts";

export interface HubParts {
  /** Undefined: this hub is no registry. */
  readonly images: ImageShelf | undefined;
  /** How routers reach the tunnel; null: there is none. */
  readonly tunnelEndpoint: string | null;
}

/** The newest image for a router of this architecture, as RouterOS names it; null: there is none. */
export async function imageFor({ images }: HubParts, architecture: string): Promise<Archive | null> {
  const name = imageArchitectures[architecture];
  return name === undefined || images === undefined ? null : await images.newestArchive(name);
}

export async function readOffer(hub: HubParts, tx: Tx, architecture: string): Promise<Offer> {
  const hasImage = (await imageFor(hub, architecture)) !== null;
  return { hasImage, canHost: hub.tunnelEndpoint !== null && (await hasHost(tx)) };
}
