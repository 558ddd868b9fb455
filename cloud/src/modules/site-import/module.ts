/** Hundreds of sites from a CSV file, made or updated by their names. */
import type { HubModule } from "../hub-module.ts";
import { importRoutes } from "./import-routes.ts";
import { personalData } from "./personal-data.ts";

export const siteImport = {
  personalData,
  open: ({ reachedBy, ...parts }) => ({ routes: importRoutes({ ...parts, ...reachedBy }) }),
} satisfies HubModule;
