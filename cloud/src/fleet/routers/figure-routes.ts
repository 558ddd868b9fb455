/** A router's figures, and the heartbeat of whoever looks at them. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { type SiteState, selectSitesWithLinks, siteState, siteStates } from "../link/site-state.ts";
import { readSite } from "../sites/sites.ts";
import { figuresOf, figuresShape } from "./figures.ts";
import type { RouterReader } from "./read-router.ts";
import { joinedReading, readingView } from "./router-routes.ts";
import { noteWatch } from "./watch-store.ts";

export const figuresView = z.object({
  ...figuresShape,
  siteName: z.string(),
  /** `error` also where the router gave no answer just now. */
  state: z.enum(siteStates),
  lastHeardAtMs: z.int().nullable(),
  reading: readingView,
});

interface FigureParts {
  readonly world: World;
  readonly reader: RouterReader;
}

export function figureRoutes({ world, reader }: FigureParts) {
  const params = z.object({ siteId: keySchema });
  return [
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/figures",
      summary: "A site's router: load, memory, disk, uptime, health, and how its link stands",
      permission: "routers.read",
      params,
      query: z.object({
        /** Asks the router itself, not what was read within the last half minute. */
        fresh: z.stringbool().optional(),
      }),
      response: figuresView,
      volatile: Object.keys(figuresView.shape),
      handle: async ({ params: { siteId }, query, providerId, transact }) => {
        const site = await transact((tx) => readLinked(tx, siteId));
        const place = { providerId, siteId };
        const [system, health] = await Promise.all([
          reader.read(place, "system", query.fresh),
          reader.read(place, "health", query.fresh),
        ]);
        const isSilent = site.state === "online" && system.state === "last-known" && system.why !== "away";
        return {
          ...figuresOf(system.rows, health.rows),
          siteName: site.name,
          state: isSilent ? ("error" as const) : site.state,
          lastHeardAtMs: site.lastHeardAtMs,
          reading: joinedReading([system]),
        };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/watch",
      summary:
        "Somebody looks at this router for the next minute: its figures are asked each half minute and told as live events",
      permission: "routers.read",
      unaudited: true,
      params,
      body: null,
      response: z.object({ watchedUntilMs: z.int() }),
      handle: async ({ params: { siteId }, providerId, transact }) => {
        const watchedUntilMs = await transact(async (tx) => {
          await readSite(tx, siteId);
          return noteWatch(tx, { providerId, siteId }, world.clock.wall().atMs);
        });
        return { watchedUntilMs };
      },
    }),
  ];
}

interface Linked {
  readonly name: string;
  readonly state: SiteState;
  readonly lastHeardAtMs: number | null;
}

async function readLinked(tx: Tx, siteId: string): Promise<Linked> {
  const row = await selectSitesWithLinks(tx)
    .select(["sites.name", "site_links.lastHeardAtMs", siteState.as("state")])
    .where("sites.siteId", "=", siteId)
    .where("sites.deletedAtMs", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw notFound("site");
  return row;
}
