/** The API of packages that renew themselves from their customer's credit. */

import { normalisePhone } from "@karibu/protocol/phone-number";
import { sql } from "kysely";
import { z } from "zod";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound } from "../../ground/http/problem.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { endRenewal, type RenewalParts, readRenewal, startRenewal } from "./renewals.ts";
import type { RenewalRow } from "./tables.ts";

const id = z.string().min(1).max(128);

export const renewalView = z.object({
  id: z.string(),
  phone: z.string().nullable(),
  planId: z.string(),
  siteId: z.string(),
  /** `waiting-for-money`: the credit did not suffice; money that comes in renews at once. */
  state: z.enum(["on", "waiting-for-money", "off"]),
  /** `no-credit`, `prompted` (the phone was asked for the rest), `switched-off`, `not-sold`, `taken-back`, `never-ends`, or why the purchase was refused. */
  problem: z.string().nullable(),
  /** How often the phone was asked for what credit does not cover, since the last package was bought. */
  prompts: z.int(),
  lastPaymentId: z.string().nullable(),
  nextAtMs: z.int(),
  suspendedAtMs: z.int().nullable(),
  createdAtMs: z.int(),
});

const view = (row: RenewalRow): z.input<typeof renewalView> => ({
  id: row.renewal_id ?? "",
  phone: row.phone_masked,
  planId: row.plan_id,
  siteId: row.site_id,
  state: !row.active ? "off" : row.suspended_at_ms === null ? "on" : "waiting-for-money",
  problem: row.problem,
  prompts: row.prompts,
  lastPaymentId: row.last_intent_id,
  nextAtMs: row.next_at_ms,
  suspendedAtMs: row.suspended_at_ms,
  createdAtMs: row.created_at_ms,
});

const list = listOf({
  sort: { made: { by: sql.ref("renewal_id"), kind: "string" } },
  default: "-made",
  tie: [sql.ref("renewal_id")],
  search: [sql.ref("phone_masked"), sql.ref("problem")],
});

export function renewalRoutes(parts: RenewalParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/renewals",
      summary: "Packages that renew themselves from their customer's credit",
      permission: "payments.read",
      query: list.query.extend({
        active: z.stringbool().optional(),
        siteId: id.optional(),
        phone: z.string().max(30).optional(),
      }),
      response: pageOf(renewalView),
      handle: ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => {
          const country = await countryOfProvider(tx, providerId);
          const party = query.phone === undefined ? undefined : partyOf(normalisePhone(query.phone, country) ?? "");
          const rows = tx
            .selectFrom("renewals")
            .selectAll()
            .where("provider_id", "=", providerId)
            .$if(query.active !== undefined, (is) => is.where("active", "=", query.active ?? true))
            .$if(query.siteId !== undefined, (is) => is.where("site_id", "=", query.siteId ?? ""))
            .$if(party !== undefined, (is) => is.where("party", "=", party as Party));
          return list.page(rows, query, view);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/renewals",
      summary:
        "A customer wants a package renewed a little before it ends: from their credit, and the phone is asked for the rest",
      permission: "payments.manage",
      body: z.strictObject({ phone: phoneField, planId: id, siteId: id }),
      status: 201,
      response: renewalView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const phone = readPhone(body.phone, await countryOfProvider(tx, providerId));
          await readSite(tx, body.siteId, "siteId");
          await readPlan(tx, body.planId, "planId");
          const row = await startRenewal(parts, tx, { providerId, phone, planId: body.planId, siteId: body.siteId });
          auditTarget(row.renewal_id ?? "");
          return view(row);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/renewals/{id}",
      summary: "One package that renews itself",
      permission: "payments.read",
      params: z.object({ id }),
      response: renewalView,
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const row = await readRenewal(tx, providerId, params.id);
          if (row === null) throw notFound("renewal");
          return view(row);
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/renewals/{id}",
      summary: "No longer renewed; what is bought stays",
      permission: "payments.manage",
      params: z.object({ id }),
      status: 204,
      response: z.null(),
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const row = await readRenewal(tx, providerId, params.id);
          if (row === null) throw notFound("renewal");
          if (row.active) await endRenewal(parts, tx, row, "switched-off");
          return null;
        }),
    }),
  ];
}
