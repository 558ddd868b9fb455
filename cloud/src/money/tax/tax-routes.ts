/**
 * `/api/v1/tax-settings`, `/api/v1/tax-rates`, `/api/v1/plan-taxes`: how a provider is taxed, and what its documents say of it.
 * Who attacks: staff who make an invoice show less tax, or another PIN, than is due. Rates, registration and the PIN want `ledger.manage` and a
 * fresh second factor, each change stands in the audit log, and none touches a document that was issued before.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import { readPlan } from "../../catalogue/plans/plans.ts";
import type { Tx } from "../../ground/db/database.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { refuseUnknownPicture } from "../../tenancy/pictures/picture-routes.ts";
import { businessDay } from "../ledger/business-day.ts";
import { isReadableOnWhite } from "./colour-contrast.ts";
import { knownRates, rateOn } from "./tax-rates.ts";
import {
  readBuyerPin,
  readOwnRates,
  readPlanTaxes,
  readTaxSettings,
  type TaxSettings,
  taxCountryOfProvider,
  writeTaxSettings,
} from "./tax-settings.ts";

const text = (longest: number) => z.string().trim().min(1).max(longest).nullable();
const taxPin = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9-]{5,20}$/, ownRule("tax-pin", "5 to 20 letters, digits and hyphens."))
  .nullable();
const settingsFields = {
  legalName: text(200),
  taxPin,
  address: text(300),
  paymentWords: text(500),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, ownRule("colour", "A colour is # and six digits 0-9 a-f."))
    .refine(isReadableOnWhite, ownRule("colour-contrast", "Too pale to be read on white paper: choose a darker one.")),
  pictureId: z.string().min(1).max(128).nullable(),
  vatRegistered: z.boolean(),
  exciseRegistered: z.boolean(),
  numberPrefix: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9]{0,8}$/, ownRule("number-prefix", "At most 8 letters and digits.")),
  fiscalMonth: z.int().min(1).max(12),
  subscriptionDocuments: z.enum(["each", "monthly", "none"]),
  salesSummaries: z.boolean(),
  authority: z.enum(["none", "etims", "efris"]),
  branch: z
    .string()
    .trim()
    .regex(/^[0-9A-Za-z]{1,10}$/, ownRule("branch", "At most 10 letters and digits.")),
};

export const taxSettingsView = z.object({
  legalName: z.string().nullable(),
  taxPin: z.string().nullable(),
  address: z.string().nullable(),
  paymentWords: z.string().nullable(),
  colour: z.string(),
  pictureId: z.string().nullable(),
  vatRegistered: z.boolean(),
  exciseRegistered: z.boolean(),
  numberPrefix: z.string(),
  fiscalMonth: z.int(),
  subscriptionDocuments: z.enum(["each", "monthly", "none"]),
  salesSummaries: z.boolean(),
  authority: z.enum(["none", "etims", "efris"]),
  branch: z.string(),
  /** Whose rates the hub knows; null: of none, so the provider sets its own. */
  country: z.enum(["KE", "UG", "TZ"]).nullable(),
});

const taxes = ["vat", "excise"] as const;
const tax = z.enum(taxes);
const rateName = { tax, fromDay: z.iso.date() };
const taxRateView = z.object({ tax, fromDay: z.string(), rateBp: z.int(), note: z.string().nullable() });
export const taxRatesView = z.object({
  /** Set by the provider: they stand above the known ones. */
  own: z.array(taxRateView),
  /** Of the provider's country, as the hub knows them. */
  known: z.array(taxRateView),
  /** What holds today; null: none. */
  today: z.object({ vatBp: z.int().nullable(), exciseBp: z.int().nullable() }),
});
const treatment = z.enum(["standard", "no-excise", "zero-rated", "exempt"]);
export const buyerPinView = z.object({ taxPin: z.string().nullable() });
const customerParams = z.object({ customerId: z.string().min(1).max(128) });
export const planTaxesView = z.object({ items: z.array(z.object({ planId: z.string(), treatment })) });

/** @param beforeChange gets the settings that hold until now; it is a part of the change */
export function taxRoutes(
  world: World,
  beforeChange: (tx: Tx, providerId: string, settings: TaxSettings) => Promise<void>,
) {
  const now = () => world.clock.wall().atMs;
  const viewSettings = async (tx: Parameters<typeof readTaxSettings>[0], providerId: string) => ({
    ...(await readTaxSettings(tx, providerId)),
    country: await taxCountryOfProvider(tx, providerId),
  });
  const viewRates = async (tx: Parameters<typeof readTaxSettings>[0], providerId: string) => {
    const [own, country] = [await readOwnRates(tx, providerId), await taxCountryOfProvider(tx, providerId)];
    const day = await businessDay(tx, providerId, now());
    const today = (which: "vat" | "excise") => rateOn(which, day, { country, own })?.rateBp ?? null;
    const known = country === null ? [] : knownRates[country].map((rate) => ({ ...rate, note: null }));
    return { own, known, today: { vatBp: today("vat"), exciseBp: today("excise") } };
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/tax-settings",
      summary: "How the provider is taxed, and what its documents say of it",
      permission: "ledger.read",
      response: taxSettingsView,
      handle: ({ providerId, transact }) => transact((tx) => viewSettings(tx, providerId)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/tax-settings",
      summary: "Change it; documents that were issued stay as they are",
      permission: "ledger.manage",
      freshFactor: true,
      body: z.strictObject(settingsFields),
      response: taxSettingsView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          if (body.pictureId !== null) await refuseUnknownPicture(tx, body.pictureId, "pictureId");
          refuseElsewhere(body, await taxCountryOfProvider(tx, providerId));
          await beforeChange(tx, providerId, await readTaxSettings(tx, providerId));
          await writeTaxSettings(tx, providerId, body, now());
          return viewSettings(tx, providerId);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/tax-rates",
      summary: "Rates of VAT and excise with the days from which they hold",
      permission: "ledger.read",
      response: taxRatesView,
      volatile: ["today"],
      handle: ({ providerId, transact }) => transact((tx) => viewRates(tx, providerId)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/tax-rates",
      summary: "Set one rate of the provider's own, from a day on, in hundredths of a percent",
      permission: "ledger.manage",
      freshFactor: true,
      body: z.strictObject({ ...rateName, rateBp: z.int().min(0).max(10_000), note: text(200).default(null) }),
      response: taxRatesView,
      handle: ({ body, providerId, actor, transact }) =>
        transact(async (tx) => {
          const row = { rateBp: body.rateBp, note: body.note, setBy: actor.name, setAtMs: now() };
          await tx
            .insertInto("own_tax_rates")
            .values({ providerId, tax: body.tax, fromDay: body.fromDay, ...row })
            .onConflict((on) => on.columns(["providerId", "tax", "fromDay"]).doUpdateSet(row))
            .execute();
          return viewRates(tx, providerId);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/tax-rates/remove",
      summary: "Take a rate of one's own away",
      permission: "ledger.manage",
      freshFactor: true,
      body: z.strictObject(rateName),
      response: taxRatesView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          await tx
            .deleteFrom("own_tax_rates")
            .where("tax", "=", body.tax)
            .where("fromDay", "=", body.fromDay)
            .execute();
          return viewRates(tx, providerId);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/plan-taxes",
      summary: "Plans that are taxed in another way than with VAT and excise",
      permission: "ledger.read",
      response: planTaxesView,
      handle: ({ providerId, transact }) => transact(async (tx) => ({ items: await readPlanTaxes(tx, providerId) })),
    }),
    route({
      method: "PUT",
      path: "/api/v1/plan-taxes/{planId}",
      summary: "Say how a plan is taxed from now on",
      permission: "ledger.manage",
      freshFactor: true,
      params: z.object({ planId: z.string().min(1).max(128) }),
      body: z.strictObject({ treatment }),
      response: planTaxesView,
      handle: ({ params: { planId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await readPlan(tx, planId);
          await tx.deleteFrom("plan_taxes").where("planId", "=", planId).execute();
          if (body.treatment !== "standard")
            await tx.insertInto("plan_taxes").values({ providerId, planId, treatment: body.treatment }).execute();
          return { items: await readPlanTaxes(tx, providerId) };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}/tax-pin",
      summary: "The tax PIN that stands on a customer's documents",
      permission: "ledger.read",
      params: customerParams,
      response: buyerPinView,
      handle: ({ params: { customerId }, transact }) =>
        transact(async (tx) => {
          await readCustomer(tx, customerId);
          return { taxPin: await readBuyerPin(tx, customerId) };
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/customers/{customerId}/tax-pin",
      summary: "Say which tax PIN stands on a customer's documents from now on; null: none",
      permission: "ledger.manage",
      params: customerParams,
      body: z.strictObject({ taxPin }),
      response: buyerPinView,
      handle: ({ params: { customerId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await readCustomer(tx, customerId);
          await tx.deleteFrom("buyer_pins").where("customerId", "=", customerId).execute();
          if (body.taxPin !== null)
            await tx.insertInto("buyer_pins").values({ providerId, customerId, taxPin: body.taxPin }).execute();
          return { taxPin: body.taxPin };
        }),
    }),
  ];
}

/** Each authority is one country's, and knows a taxpayer by the PIN. */
function refuseElsewhere({ authority, taxPin }: TaxSettings, country: string | null): void {
  if (authority === "none") return;
  if (country !== (authority === "etims" ? "KE" : "UG")) throw refusal("authority-elsewhere", { field: "authority" });
  if (taxPin === null) throw refusal("tax-pin-missing", { field: "taxPin" });
}
