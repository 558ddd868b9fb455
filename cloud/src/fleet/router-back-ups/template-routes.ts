/** `/api/v1/routers/{siteId}/template`: a router's settings as a file, and what of a file another router lacks. Applying is ordering. */
import { askedActionSchema } from "@karibu/protocol/router/asked-router-actions";
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import type { Place, RouterReader } from "../routers/read-router.ts";
import { readSite } from "../sites/sites.ts";
import { actionsFor, routerTemplate, type TemplateRows, templateOf, templateViews } from "./router-template.ts";

export const templateAnswer = z.object({
  template: routerTemplate,
  /** Rows that such a file can't hold. */
  leftOut: z.int(),
  /** False: the router did not answer; it is what it said last. */
  isLive: z.boolean(),
});
export const templateComparison = z.object({
  /** To be ordered by `POST /api/v1/routers/{siteId}/orders/many`, by who may. */
  actions: z.array(askedActionSchema),
  same: z.int(),
  isLive: z.boolean(),
});

export function routerTemplateRoutes(reader: Pick<RouterReader, "read">) {
  const params = z.object({ siteId: keySchema });
  async function readRows(place: Place): Promise<{ rows: TemplateRows; isLive: boolean }> {
    const readings = await Promise.all(templateViews.map((view) => reader.read(place, view)));
    const rows = Object.fromEntries(
      templateViews.map((view, at) => [view, readings[at]?.rows ?? []]),
    ) as unknown as TemplateRows;
    return { rows, isLive: readings.every(({ state }) => state === "live") };
  }
  return [
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/template",
      summary: "A router's profiles, bindings and walled garden as a file for other routers",
      permission: "routers.back-ups",
      params,
      response: templateAnswer,
      handle: async ({ params: { siteId }, providerId, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        const { rows, isLive } = await readRows({ providerId, siteId });
        return { ...templateOf(rows), isLive };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/template/compare",
      summary: "What this router lacks of such a file, as named actions; changes nothing",
      permission: "routers.back-ups",
      unaudited: true,
      bodyBytesMax: 256 * 1024,
      params,
      body: routerTemplate,
      response: templateComparison,
      handle: async ({ params: { siteId }, body, providerId, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        const { rows, isLive } = await readRows({ providerId, siteId });
        return { ...actionsFor(body, rows), isLive };
      },
    }),
  ];
}
