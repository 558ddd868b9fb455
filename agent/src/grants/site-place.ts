import type { SiteBody } from "@karibu/protocol/feed";
import type { Place } from "@karibu/protocol/offers/place-price";

/** Where this site's prices hold. Before the hub has said: nowhere in particular, so that plans cost what they usually do. */
export const placeOf = (site: SiteBody | undefined): Place => ({
  siteId: site?.siteId ?? "",
  region: site?.region ?? null,
});
