import { sql } from "kysely";
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";

export const auditView = z.object({
  auditId: z.string(),
  atMs: z.number().int(),
  userId: z.string().nullable(),
  /** Null: the hub itself, or a person of the platform. */
  userName: z.string().nullable(),
  /** How, when it was not a plain log-in: `token <id>`, `impersonation <id>`. */
  via: z.string().nullable(),
  action: z.string(),
  target: z.string().nullable(),
  requestId: z.string().nullable(),
  /** How often, where one entry stands for all readings of a page within five minutes; of a change: 1. */
  readings: z.number().int(),
  detail: z.record(z.string(), z.unknown()),
});

const list = listOf({
  sort: { at: { by: sql.ref("audit.at_ms"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("audit.audit_id")],
  search: [sql.ref("audit.action"), sql.ref("audit.target"), sql.ref("users.name")],
});

export function auditRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/audit",
      summary: "Who changed what, newest first",
      permission: "audit.read",
      query: list.query.extend({
        userId: z.string().max(64).optional(),
        target: z.string().max(128).optional(),
        action: z.string().max(200).optional(),
        ...spanFields,
      }),
      response: pageOf(auditView),
      handle: async ({ query, transact }) =>
        transact((tx) => {
          const { userId, target, action } = query;
          const rows = tx
            .selectFrom("audit")
            .leftJoin("users", (join) =>
              join.onRef("users.provider_id", "=", "audit.provider_id").onRef("users.user_id", "=", "audit.user_id"),
            )
            .leftJoin("audit_readings", (join) =>
              join
                .onRef("audit_readings.provider_id", "=", "audit.provider_id")
                .onRef("audit_readings.audit_id", "=", "audit.audit_id"),
            )
            .selectAll("audit")
            .select(["users.name as user_name", "audit_readings.readings"])
            .$if(userId !== undefined, (is) => is.where("audit.user_id", "=", userId ?? ""))
            .$if(target !== undefined, (is) => is.where("audit.target", "=", target ?? ""))
            .$if(action !== undefined, (is) => is.where("audit.action", "=", action ?? ""))
            .where(within(sql.ref("audit.at_ms"), query));
          return list.page(rows, query, (row) => ({
            auditId: row.audit_id,
            atMs: row.at_ms,
            userId: row.user_id,
            userName: row.user_name,
            via: row.via,
            action: row.action,
            target: row.target,
            requestId: row.request_id,
            readings: row.readings ?? 1,
            detail: row.detail,
          }));
        }),
    }),
  ];
}
