import type { sitePlacesView } from "@karibu/cloud/fleet/site-view/site-places";
import type { z } from "zod";
import type { Query } from "../../hub/hub-path.ts";
import { withQuery } from "../../hub/list.ts";

export type SitePlaces = z.output<typeof sitePlacesView>;

/** `narrowed`: state, region, district, as the list of sites is asked; empty ones say nothing. */
export const placesPath = (narrowed: Query<"/api/v1/site-places">) => withQuery("/api/v1/site-places", narrowed);
