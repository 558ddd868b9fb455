/** Loads the hub's modules: the larger part of a start's work for the processor. */
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * `npm run build` keeps here what Node makes of the modules' texts, so that a start need not make it again. Node takes an entry for the very text
 * that it was made of, by the same Node and for the same user alone; all others are compiled as without it.
 */
export const compiledIn = fileURLToPath(new URL("../../dist/compiled-hub", import.meta.url));

/** Before `loadHub`. Where nothing was built, nothing is kept either. */
export function useCompiled(folder = compiledIn): void {
  if (existsSync(folder)) enableCompileCache(folder);
}

/** It takes a core two seconds, one where it was compiled. It is done in pieces, so that callbacks are answered in between. */
export async function loadHub() {
  const pieces = [
    () => import("./open-when-there.ts"),
    () => import("./ground/jobs/pg-boss-queue.ts"),
    () => import("./ground/http/create-api.ts"),
    () => import("./identity/create-identity.ts"),
    () => import("./fleet/create-fleet.ts"),
    () => import("./catalogue/create-catalogue.ts"),
    () => import("./money/channel-list.ts"),
    () => import("./messaging/create-messaging.ts"),
    () => import("./money/purchases/create-purchases.ts"),
    () => import("./money/create-money.ts"),
    () => import("./reports/create-reports.ts"),
    () => import("./operations/create-operations.ts"),
    () => import("./hub.ts"),
  ];
  for (const load of pieces) {
    await load();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return (await import("./start-hub.ts")).startHub;
}
