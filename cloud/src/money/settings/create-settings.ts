/** The room of a provider's rules about money. */
import type { District } from "../../ground/district.ts";
import { moneySettingsRoutes } from "./money-settings-routes.ts";

/** @param defaults for providers that have set nothing */
export function createSettings(defaults: { readonly unverifiedCentsMax: number }): District {
  return { routes: moneySettingsRoutes(defaults) };
}
