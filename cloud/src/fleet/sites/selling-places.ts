/** `/api/v1/selling-places`: the sites where the caller may sell. A seller must name the site and may know nothing else of it. */
import { sql } from "kysely";
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";

const sellingPlaceView = z.object({ siteId: z.string(), name: z.string() });

const list = listOf({
  sort: {
    name: { by: sql`lower(sites.name)`, kind: "string" },
    made: { by: sql.ref("sites.siteId"), kind: "string" },
  },
  default: "name",
  tie: [sql.ref("sites.siteId")],
  search: [sql.ref("sites.name")],
});

export function sellingPlaceRoute() {
  return route({
    method: "GET",
    path: "/api/v1/selling-places",
    summary: "The sites where the caller may sell, by name",
    permission: "payments.sell",
    query: list.query,
    response: pageOf(sellingPlaceView),
    handle: ({ query, transact }) =>
      transact((tx) => {
        const rows = tx.selectFrom("sites").select(["sites.siteId", "sites.name"]).where("deletedAtMs", "is", null);
        return list.page(rows, query, (row) => ({ siteId: row.siteId, name: row.name }));
      }),
  });
}
