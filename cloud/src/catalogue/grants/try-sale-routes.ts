/**
 * A test sale: a provider sees what a customer gets for a plan, before there is a customer or a payment channel. It opens a short grant with a
 * code at one of its sites, and nothing else: no purchase, no receipt and no entry in the books, so no report can count it as money.
 *
 * Who attacks this: an owner's stolen session that gives internet away. What limits it: ten minutes and 100 MB each, twenty in a day, only
 * for who manages the settings, each in the audit log.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { Terms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import { json } from "../../ground/db/json.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import { pricedAt } from "../plans/place-prices.ts";
import { readPlan } from "../plans/plans.ts";
import { heldGrant } from "./held-grant.ts";
import { newSaleCode } from "./new-sale-code.ts";
import type { GrantParts } from "./purchase-grant.ts";

const testSeconds = seconds(600);
const testBytes = bytes(100_000_000);

export const testSaleView = z.object({
  grantId: z.string(),
  siteId: z.string(),
  /** Typed on the Wi-Fi page of the site it opens what was sold. */
  code: z.string(),
  planName: z.string(),
  /** What a customer would have paid. */
  priceCents: z.int(),
  currency: z.string(),
  /** How long it lasts from its first use. */
  lastsSeconds: z.int(),
});

/** The plan's terms, for a look at them: they end soon, whatever the plan says. */
function testTerms(terms: Terms): Terms {
  const { validitySeconds, dataBytes } = terms;
  return {
    ...terms,
    validitySeconds: validitySeconds !== null && validitySeconds < testSeconds ? validitySeconds : testSeconds,
    dataBytes: dataBytes !== null && dataBytes < testBytes ? dataBytes : testBytes,
  };
}

export function testSaleRoutes({ world, parties, publish, emit }: GrantParts) {
  const tries = createSharedTries(world.clock, "test-sale", { tries: 20, perSeconds: 86_400 });
  return [
    route({
      method: "POST",
      path: "/api/v1/test-sales",
      summary: "Sell a plan to oneself for a test: a code for a few minutes at a site, and no money anywhere",
      permission: "settings.manage",
      needsKey: true,
      body: z.strictObject({ planId: keySchema, siteId: keySchema }),
      status: 201,
      response: testSaleView,
      handle: ({ body: { planId, siteId }, providerId, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          await readSite(tx, siteId, "siteId");
          const plan = await pricedAt(tx, await readPlan(tx, planId), siteId);
          if (!plan.active) throw notFound("plan", "planId");
          await tries.take(tx, { providerId, subject: "provider" });
          const terms = testTerms(plan.terms);
          const code = await newSaleCode(world, tx, providerId);
          const row = await tx
            .insertInto("grants")
            .values({
              providerId,
              grantId: newId(world),
              siteId,
              purchaseId: null,
              origin: "purchase",
              planName: plan.name,
              terms: json(terms),
              phoneHash: null,
              unverified: false,
              revokedAtMs: null,
              renewsGrantId: null,
              code,
              isTest: true,
              createdAtMs: world.clock.wall().atMs,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          const { leaseId, body } = heldGrant(parties, row, null);
          await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "grant", key: leaseId, body });
          await emit(tx, providerId, { topic: "grant", id: row.grantId, action: "opened" });
          auditTarget(row.grantId);
          return {
            grantId: row.grantId,
            siteId,
            code,
            planName: plan.name,
            priceCents: plan.priceCents,
            currency: plan.currency,
            lastsSeconds: terms.validitySeconds ?? testSeconds,
          };
        }),
    }),
  ];
}
