/** `/api/v1/site-places`: sites that have a place, for the map; the regions and districts there are; and the map's tile server, if the hub names one. */
import { sql } from "kysely";
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { selectSitesWithLinks, siteState, siteStates } from "../link/site-state.ts";
import { readRegions } from "../sites/regions.ts";

/** More dots tell no more. */
const placesMax = 5000;

export interface MapTiles {
  /** `https://tiles.example.org/{z}/{x}/{y}.png` */
  readonly pattern: string;
  readonly attribution: string;
}

export const sitePlacesView = z.object({
  items: z.array(
    z.object({
      siteId: z.string(),
      name: z.string(),
      state: z.enum(siteStates),
      latitude: z.number(),
      longitude: z.number(),
    }),
  ),
  /** Sites of this narrowing that have no place. */
  without: z.number().int(),
  /** There are more than this answer holds. */
  more: z.boolean(),
  /** Of all sites. */
  regions: z.array(z.object({ region: z.string(), districts: z.array(z.string()) })),
  /** Null: outlines of countries alone. */
  tiles: z.object({ pattern: z.string(), attribution: z.string() }).nullable(),
});

export function sitePlacesRoute(tiles: MapTiles | null) {
  return route({
    method: "GET",
    path: "/api/v1/site-places",
    summary: "Where sites are and how their links stand, for a map; with the regions and districts there are",
    permission: "sites.read",
    query: z.object({
      region: z.string().max(100).optional(),
      district: z.string().max(100).optional(),
      state: z.enum(siteStates).optional(),
      limit: z.coerce.number().int().min(1).max(placesMax).default(placesMax),
    }),
    response: sitePlacesView,
    handle: ({ query: { region, district, state, limit }, transact }) =>
      transact(async (tx) => {
        const rows = selectSitesWithLinks(tx)
          .where("sites.deletedAtMs", "is", null)
          .$if(region !== undefined, (is) => is.where(sql<string>`lower(sites.region)`, "=", lower(region)))
          .$if(district !== undefined, (is) => is.where(sql<string>`lower(sites.district)`, "=", lower(district)))
          .$if(state !== undefined, (is) => is.where(siteState, "=", state ?? "online"));
        const placed = await rows
          .select(["sites.siteId", "sites.name", "sites.latitude", "sites.longitude", siteState.as("state")])
          .where("sites.latitude", "is not", null)
          .where("sites.longitude", "is not", null)
          .orderBy("sites.siteId")
          .limit(limit + 1)
          .execute();
        const { count } = await rows
          .select((row) => row.fn.countAll<number>().as("count"))
          .where((is) => is.or([is("sites.latitude", "is", null), is("sites.longitude", "is", null)]))
          .executeTakeFirstOrThrow();
        return {
          items: placed.slice(0, limit).map((row) => ({
            siteId: row.siteId,
            name: row.name,
            state: row.state,
            latitude: row.latitude as number,
            longitude: row.longitude as number,
          })),
          without: Number(count),
          more: placed.length > limit,
          regions: await readRegions(tx),
          tiles,
        };
      }),
  });
}

const lower = (text: string | undefined): string => text?.toLowerCase() ?? "";
