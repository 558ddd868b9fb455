/** What modules do in the console's service worker. Written by `npm run schema-types` from the folders beside it. Nobody edits it; a test compares. */
import type { WorkerScope } from "../worker/worker-scope.ts";
import { inWorker as push } from "./push/in-worker.ts";

export const workersOfModules: readonly ((worker: WorkerScope) => void)[] = [push];
