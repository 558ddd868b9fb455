/** Judges the chronicle that it was begun with (`judge-apart.ts`). */
import { parentPort, workerData } from "node:worker_threads";
import { judgeChaos } from "./judge-chaos.ts";

parentPort?.postMessage(judgeChaos(workerData));
