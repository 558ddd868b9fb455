/** What this hub has for routers that are set up: images by processor, a tunnel, a host for agents that no router can run. */

import { imageArchitectures } from "@karibu/routeros-scripts/set-up-line/boards";
import type { Tx } from "../../ground/db/database.ts";
import { mayHost } from "../hosted-sites/hosted-sites.ts";
import { hasHost } from "../hosted-sites/hosts.ts";
import type { Archive, ImageShelf } from "../registry/image-shelf.ts";
import type { Offer } from "./choices-policy.ts";
import type { Place } from "./set-up-rows.ts";

export interface HubParts {
  /** Undefined: this hub is no registry. */
  readonly images: ImageShelf | undefined;
  /** How routers reach the tunnel; null: there is none. */
  readonly tunnelEndpoint: string | null;
}

/** The newest image for each processor that there is one for. */
export type Images = Readonly<Record<"arm64" | "amd64", Archive | null>>;

/** Outside of a transaction: an archive that is new in the folder is read as a whole, once. */
export async function readImages({ images }: Pick<HubParts, "images">): Promise<Images> {
  if (images === undefined) return { arm64: null, amd64: null };
  return { arm64: await images.newestArchive("arm64"), amd64: await images.newestArchive("amd64") };
}

/** For a router of this architecture, as RouterOS names it; null: there is none. */
export function imageFor(images: Images, architecture: string): Archive | null {
  const name = imageArchitectures[architecture];
  return name === undefined ? null : images[name];
}

export async function readOffer(
  { tunnelEndpoint }: Pick<HubParts, "tunnelEndpoint">,
  tx: Tx,
  place: Place,
  { architecture, images }: { readonly architecture: string; readonly images: Images },
): Promise<Offer> {
  const hasImage = imageFor(images, architecture) !== null;
  const canHost = tunnelEndpoint !== null && (await hasHost(tx));
  return { hasImage, canHost, hasRoom: canHost && (await mayHost(tx, place)) };
}
