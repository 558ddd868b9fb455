import type { WorkerScope } from "../../worker/worker-scope.ts";
import { readPushOwner } from "./push-owner.ts";
import { showPushes } from "./show-pushes.ts";

export const inWorker = (worker: WorkerScope): void => showPushes(worker, readPushOwner);
