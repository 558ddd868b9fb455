/** The log of refused log-ins: who was not let in, where, when and why. Accepted log-ins are sessions. */
import { sql } from "kysely";
import { z } from "zod";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { withoutAddress } from "./found-by.ts";

export const refusedLogInView = z.object({
  id: z.string(),
  siteId: z.string(),
  siteName: z.string().nullable(),
  /** An account's name, or the device's MAC; of what may be a code, only the end. Empty: many devices together. */
  user: z.string(),
  mac: z.string().nullable(),
  address: z.string().nullable(),
  /** The router's name. */
  nas: z.string(),
  service: z.enum(["hotspot", "ppp"]),
  reason: z.string(),
  /** How often within the minute. */
  times: z.number().int(),
  /** Of the last one. */
  atMs: z.number().int(),
});

const ordering = {
  sort: { at: { by: sql.ref("refused.atMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("refused.refusalId")],
} as const;
const list = listOf({ ...ordering, search: { lowered: sql.ref("refused.foundBy") } });
/** Who had an IP address is told to those alone who may trace sessions. */
const listWithoutAddresses = listOf({ ...ordering, search: { lowered: withoutAddress(sql.ref("refused.foundBy")) } });

const listQuery = list.query.extend({
  siteId: z.string().min(1).max(128).optional(),
  mac: z.string().max(17).optional(),
  user: z.string().max(253).optional(),
  reason: z.string().max(128).optional(),
  ...spanFields,
});

export function refusedLogInRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/refused-log-ins",
      summary:
        "Log-ins that sites refused, newest first: at most one entry a minute for a device and reason, kept for 90 days",
      permission: "sessions.read",
      query: listQuery,
      response: pageOf(refusedLogInView),
      handle: async ({ query, actor, transact }) =>
        transact(async (tx) => {
          const { siteId, mac, user, reason } = query;
          const wanted = tx
            .selectFrom("refused_log_ins as refused")
            .selectAll("refused")
            .select(siteNameOf("refused").as("siteName"))
            .$if(siteId !== undefined, (is) => is.where("refused.siteId", "=", siteId ?? ""))
            .$if(mac !== undefined, (is) => is.where("refused.mac", "=", (mac ?? "").toUpperCase()))
            .$if(user !== undefined, (is) => is.where("refused.username", "=", user ?? ""))
            .$if(reason !== undefined, (is) => is.where("refused.reason", "=", reason ?? ""))
            .where(within(sql.ref("refused.atMs"), query));
          const mayTrace = actor.may("sessions.trace");
          return await (mayTrace ? list : listWithoutAddresses).page(wanted, query, (row) => ({
            id: row.refusalId,
            siteId: row.siteId,
            siteName: row.siteName,
            user: row.username,
            mac: row.mac,
            address: row.address,
            nas: row.nas,
            service: row.service,
            reason: row.reason,
            times: row.times,
            atMs: row.atMs,
          }));
        }),
    }),
  ];
}
