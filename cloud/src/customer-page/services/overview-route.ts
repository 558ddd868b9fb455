/** The first view of the customers' page: who they are here, what they have and what it takes to keep it. */

import { z } from "zod";
import type { CustomerRow } from "../../catalogue/customers/customers.ts";
import { grantsGoingOn } from "../../catalogue/grants/grants-of-party.ts";
import { pricedAt } from "../../catalogue/plans/place-prices.ts";
import { plansOnSale } from "../../catalogue/plans/plans.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { ModulesOn } from "../../ground/create-ground.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { freeCreditOf, takenOverDebtOf } from "../../money/ledger/credit.ts";
import { toldCreditOf } from "../../money/receipts/told-credit.ts";
import { linesOfCustomer } from "../../money/subscriptions/lines-of.ts";
import { pricingSiteOf, sameLengthAs } from "../../money/subscriptions/plan-for-account.ts";
import type { SubscriptionRow } from "../../money/subscriptions/subscription.ts";
import { openProvider, providerParams } from "../log-in/log-in-routes.ts";
import { readPageSettings } from "../settings/page-settings.ts";
import { readSelf } from "./own.ts";
import { type PayAt, payAtOf, payChannelView } from "./pay-at.ts";
import type { ServiceParts } from "./service-routes.ts";
import { serviceView, viewOfService } from "./service-view.ts";

const passesMax = 20;

const passView = z.object({
  planName: z.string(),
  boughtAtMs: z.int(),
  /** Null: not begun, or without an end. */
  startedAtMs: z.int().nullable(),
  endsAtMs: z.int().nullable(),
  /** By the provider: its time stands still, and its end moves when it goes on. */
  isPaused: z.boolean(),
  /** Typed on another device, it opens the same. */
  code: z.string().nullable(),
});

const overview = z.object({
  /** For `Karibu-Customer`: whom the page shows. */
  customerId: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  isActive: z.boolean(),
  nowMs: z.int(),
  currency: z.string(),
  creditCents: z.int(),
  /** Of it, what came in and is not confirmed yet: it pays nothing until then. */
  unprovedCents: z.int(),
  /** What they owed to the system that they came from: the next money that they pay in settles it first. */
  owesFromBeforeCents: z.int(),
  /** Null: no number is known of them, so no money is theirs. */
  payAt: z
    .object({
      accountNumber: z.string(),
      paybills: z.array(z.string()),
      canPrompt: z.boolean(),
      ways: z.array(payChannelView),
    })
    .nullable(),
  services: z.array(serviceView),
  /** To which they may change by themselves. */
  plans: z.array(
    z.object({
      planId: z.string(),
      name: z.string(),
      priceCents: z.int(),
      currency: z.string(),
      downKbps: z.int().nullable(),
      upKbps: z.int().nullable(),
    }),
  ),
  /** Bought with their number at a hotspot, and not over. */
  passes: z.array(passView),
  /** What this hub is run with: without tickets nobody can be asked here. */
  modules: z.array(z.string()),
});

export function overviewRoute(parts: ServiceParts & { readonly modules: ModulesOn }) {
  const { world, database, modules } = parts;
  return route({
    method: "GET",
    path: "/api/v1/my/{provider}/overview",
    summary: "What this customer has: services, passes, credit, where to pay",
    permission: "customer",
    params: providerParams,
    response: overview,
    compressed: false,
    handle: async ({ params, customer, transact }) => {
      const { currency } = await openProvider(database, params.provider);
      return transact(async (tx) => {
        const nowMs = world.clock.wall().atMs;
        const self = await readSelf(tx, customer);
        const party = self.phoneHash;
        const rows = await linesOfCustomer(tx, customer.customerId, nowMs - 30 * 86_400_000, 50);
        const services = [];
        for (const row of rows) services.push(await viewOfService(tx, row, nowMs));
        return {
          customerId: customer.customerId,
          name: self.name,
          phone: self.phoneMasked,
          isActive: self.active,
          nowMs,
          currency,
          ...(await creditShown(tx, { providerId: customer.providerId, party, currency })),
          owesFromBeforeCents:
            party === null ? 0 : await takenOverDebtOf(tx, { providerId: customer.providerId, party, currency }),
          payAt: party === null ? null : mutable(await payAtOf(parts, tx, { ...customer, currency })),
          services,
          plans: await plansFor(
            tx,
            customer.providerId,
            rows.filter((row) => row.endedAtMs === null),
          ),
          passes: await passesOf(tx, self, nowMs),
          modules: [...modules.names],
        };
      });
    },
  });
}

async function creditShown(
  tx: Tx,
  { providerId, party, currency }: { providerId: string; party: Party | null; currency: string },
) {
  if (party === null) return { creditCents: 0, unprovedCents: 0 };
  const creditCents = await freeCreditOf(tx, providerId, party, currency);
  const unprovedCents = Math.min(creditCents, await toldCreditOf(tx, { providerId, party, currency }));
  return { creditCents, unprovedCents };
}

const mutable = (value: PayAt) => ({ ...value, paybills: [...value.paybills], ways: [...value.ways] });

/** Those that one of their lines may have, at the prices of the site of the first: which of them costs what now is asked of each line anyway. */
async function plansFor(tx: Tx, providerId: string, lines: readonly SubscriptionRow[]) {
  const { planIds } = await readPageSettings(tx, providerId);
  if (planIds.length === 0) return [];
  const rows = await plansOnSale(tx, providerId, planIds);
  const fits: Awaited<ReturnType<typeof sameLengthAs>>[] = [];
  for (const each of lines) fits.push(await sameLengthAs(tx, each));
  const [line] = lines;
  const siteId = line === undefined ? null : await pricingSiteOf(tx, line.accountId);
  const priced = [];
  for (const row of rows.filter((plan) => line === undefined || fits.some((fit) => fit(plan))))
    priced.push(siteId === null ? row : await pricedAt(tx, row, siteId));
  priced.sort((one, other) => one.priceCents - other.priceCents);
  return priced.map((row) => ({
    planId: row.planId,
    name: row.name,
    priceCents: row.priceCents,
    currency: row.currency,
    downKbps: row.terms.downKbps,
    upKbps: row.terms.upKbps,
  }));
}

async function passesOf(tx: Tx, { phoneHash: party }: CustomerRow, nowMs: number) {
  if (party === null) return [];
  const rows = await grantsGoingOn(tx, party, nowMs, passesMax);
  return rows.map((row) => ({
    planName: row.planName,
    boughtAtMs: row.createdAtMs,
    startedAtMs: row.startedAtMs,
    endsAtMs: row.endsAtMs,
    isPaused: row.isStill,
    code: row.code,
  }));
}
