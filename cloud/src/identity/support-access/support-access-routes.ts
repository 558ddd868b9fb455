/** A platform admin acts as a provider: with a reason, for an hour at most, and the provider's audit log shows it. */

import { newId } from "@karibu/protocol/identifiers";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Schema } from "../../ground/db/schema.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { writeAudit } from "../audit/audit.ts";
import { hashOf, newToken } from "../credentials/tokens.ts";

export const impersonationView = z.object({
  impersonationId: z.string(),
  adminName: z.string(),
  adminEmail: z.string(),
  reason: z.string(),
  readOnly: z.boolean(),
  startedAtMs: z.number().int(),
  expiresAtMs: z.number().int(),
  endedAtMs: z.number().int().nullable(),
});

const list = listOf({
  sort: { started: { by: sql.ref("impersonationId"), kind: "string" } },
  default: "-started",
  tie: [],
  search: [sql.ref("adminName"), sql.ref("reason")],
});

export function supportAccessRoutes(world: World) {
  return [
    route({
      method: "POST",
      path: "/api/v1/providers/{providerId}/impersonate",
      summary: "Act as this provider for a while (platform admin); the provider sees it, with the reason",
      permission: "providers.impersonate",
      freshFactor: true,
      as: "platform",
      params: z.object({ providerId: keySchema }),
      body: z.strictObject({
        reason: z.string().trim().min(5).max(300),
        minutes: z.number().int().min(1).max(60).default(30),
        /** False: it allows changes too. */
        readOnly: z.boolean().default(true),
      }),
      status: 201,
      response: z.object({ token: z.string(), impersonation: impersonationView }),
      handle: async ({ actor, params: { providerId }, body, requestId, transact }) => {
        if (actor.credential.kind !== "login") throw refusal("not-allowed", { rule: "person-alone" });
        return transact(async (tx) => {
          const provider = await tx
            .selectFrom("providers")
            .select("state")
            .where("providerId", "=", providerId)
            .where("state", "!=", "deleted")
            .executeTakeFirst();
          if (provider === undefined || providerId === platformProviderId) throw notFound("provider");
          const nowMs = world.clock.wall().atMs;
          const token = newToken(world, providerId, "imp");
          const row = await tx
            .insertInto("impersonations")
            .values({
              providerId,
              impersonationId: newId(world),
              adminUserId: actor.userId,
              loginId: actor.credential.id,
              adminName: actor.name,
              adminEmail: actor.email,
              reason: body.reason,
              readOnly: body.readOnly,
              tokenHash: hashOf(token),
              startedAtMs: nowMs,
              expiresAtMs: nowMs + body.minutes * 60_000,
              endedAtMs: null,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          const { impersonationId: target } = row;
          const detail = { admin: actor.email, reason: body.reason, minutes: body.minutes, readOnly: body.readOnly };
          const entry = { providerId, userId: actor.userId, target, requestId, via: `impersonation ${target}` };
          await writeAudit(world, tx, { ...entry, action: "impersonation-started", detail });
          return { token, impersonation: viewOf(row) };
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/impersonations",
      summary: "Support access of the platform to this provider, with the reasons",
      permission: "audit.read",
      query: list.query,
      response: pageOf(impersonationView),
      handle: async ({ query, transact }) =>
        transact((tx) => list.page(tx.selectFrom("impersonations").selectAll(), query, viewOf)),
    }),
    route({
      method: "POST",
      path: "/api/v1/impersonations/{impersonationId}/end",
      summary: "End a support access at once",
      permission: "provider.manage",
      params: z.object({ impersonationId: z.string().max(64) }),
      body: null,
      response: impersonationView,
      handle: async ({ params: { impersonationId }, transact }) =>
        transact(async (tx) => {
          const row = await tx
            .updateTable("impersonations")
            .set((is) => ({ endedAtMs: is.fn.coalesce("endedAtMs", is.val(world.clock.wall().atMs)) }))
            .where("impersonationId", "=", impersonationId)
            .returningAll()
            .executeTakeFirst();
          if (row === undefined) throw notFound("impersonation");
          return viewOf(row);
        }),
    }),
  ];
}

function viewOf(row: Selectable<Schema["impersonations"]>): z.input<typeof impersonationView> {
  return {
    impersonationId: row.impersonationId,
    adminName: row.adminName,
    adminEmail: row.adminEmail,
    reason: row.reason,
    readOnly: row.readOnly,
    startedAtMs: row.startedAtMs,
    expiresAtMs: row.expiresAtMs,
    endedAtMs: row.endedAtMs,
  };
}
