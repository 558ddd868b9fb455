import type { sitePlacesView } from "@karibu/cloud/fleet/site-view/site-places";
import type { z } from "zod";

export type SitePlaces = z.output<typeof sitePlacesView>;

/** `narrowed`: state, region, district, as the list of sites is asked; empty ones say nothing. */
export function placesPath(narrowed: Readonly<Record<string, string>>): string {
  const asked = new URLSearchParams(Object.entries(narrowed).filter(([, value]) => value !== ""));
  return `/api/v1/site-places${asked.size === 0 ? "" : `?${asked}`}`;
}
