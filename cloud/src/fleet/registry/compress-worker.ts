/** The thread of `compress-layer.ts`. */
import { parentPort, workerData } from "node:worker_threads";
import { gzip } from "pako";

parentPort?.postMessage(gzip(workerData as Uint8Array, { level: 9, memLevel: 8 }));
