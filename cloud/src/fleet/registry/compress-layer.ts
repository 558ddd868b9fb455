/**
 * Gzip for a layer of an image, in a thread of its own: a Node takes half a minute. The octets are the same on every hub, because a layer is
 * named by their digest. zlib as Node has it trades size for speed (Chromium's hashing): its best is 3.5 % more than that of pako, which
 * is zlib as it was. A router on a slow link pulls 1.5 MB less.
 */
import { inThread } from "@karibu/protocol/process/in-thread";

/** Rejects when the thread dies, as it does for want of memory. */
export async function compressLayer(tar: Uint8Array): Promise<Buffer> {
  const program = new URL("./compress-worker.ts", import.meta.url);
  return Buffer.from(await inThread<Uint8Array>(program, tar, "a layer"));
}
