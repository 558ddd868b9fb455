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
  sort: { at: { by: sql.ref("audit.atMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("audit.auditId")],
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
              join.onRef("users.providerId", "=", "audit.providerId").onRef("users.userId", "=", "audit.userId"),
            )
            .leftJoin("audit_readings", (join) =>
              join
                .onRef("audit_readings.providerId", "=", "audit.providerId")
                .onRef("audit_readings.auditId", "=", "audit.auditId"),
            )
            .selectAll("audit")
            .select(["users.name as userName", "audit_readings.readings"])
            .$if(userId !== undefined, (is) => is.where("audit.userId", "=", userId ?? ""))
            .$if(target !== undefined, (is) => is.where("audit.target", "=", target ?? ""))
            .$if(action !== undefined, (is) => is.where("audit.action", "=", action ?? ""))
            .where(within(sql.ref("audit.atMs"), query));
          return list.page(rows, query, (row) => ({
            auditId: row.auditId,
            atMs: row.atMs,
            userId: row.userId,
            userName: row.userName,
            via: row.via,
            action: row.action,
            target: row.target,
            requestId: row.requestId,
            readings: row.readings ?? 1,
            detail: row.detail,
          }));
        }),
    }),
  ];
}
