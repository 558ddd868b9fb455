/** How the provider is taxed. */
import type { taxDeviceView } from "@karibu/cloud/money/fiscal/device-routes";
import type { buyerPinView, planTaxesView, taxRatesView, taxSettingsView } from "@karibu/cloud/money/tax/tax-routes";
import type { z } from "zod";
import { get, patch, post, put, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";

export type TaxSettings = z.output<typeof taxSettingsView>;
export type TaxRates = z.output<typeof taxRatesView>;
export type TaxRate = TaxRates["own"][number];
export type PlanTaxes = z.output<typeof planTaxesView>;
export type Treatment = PlanTaxes["items"][number]["treatment"];
export type BuyerPin = z.output<typeof buyerPinView>;

export const treatments = ["standard", "no-excise", "zero-rated", "exempt"] as const satisfies readonly Treatment[];

export const taxSettingsPath = "/api/v1/tax-settings";
export const saveTaxSettings = (
  settings: Body<"PUT", "/api/v1/tax-settings">,
  etag: string | null,
): Promise<TaxSettings> => put(taxSettingsPath, settings, { etag });

export const taxRatesPath = "/api/v1/tax-rates";
export const setTaxRate = (rate: Body<"PUT", "/api/v1/tax-rates">): Promise<TaxRates> => put(taxRatesPath, rate);
export const removeTaxRate = (rate: Pick<TaxRate, "tax" | "fromDay">): Promise<TaxRates> =>
  post("/api/v1/tax-rates/remove", rate);

export type TaxDevice = z.output<typeof taxDeviceView>;
export const taxDevicePath = "/api/v1/tax-device";
export const openTaxDevice = (device: Body<"PUT", "/api/v1/tax-device">): Promise<TaxDevice> =>
  put(taxDevicePath, device);
export const setNextTaxNumber = (nextNumber: number): Promise<TaxDevice> => patch(taxDevicePath, { nextNumber });
export const removeTaxDevice = (): Promise<TaxDevice> => remove(taxDevicePath);

const planTaxesPath = "/api/v1/plan-taxes";
export const readPlanTaxes = (): Promise<PlanTaxes> => get(planTaxesPath);
export const setPlanTax = (planId: string, treatment: Treatment): Promise<PlanTaxes> =>
  put(hubPath("/api/v1/plan-taxes/{planId}", { planId }), { treatment });

export const buyerPinPath = (customerId: string) => hubPath("/api/v1/customers/{customerId}/tax-pin", { customerId });
export const saveBuyerPin = (customerId: string, taxPin: string | null, etag: string | null): Promise<BuyerPin> =>
  put(buyerPinPath(customerId), { taxPin }, { etag });
