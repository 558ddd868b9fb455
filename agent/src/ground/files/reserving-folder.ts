/**
 * For a router's own flash. RouterOS keeps its configuration there too, and can't be set up or mended when nothing is free: so what would use up
 * the last of it is refused, as a full disk refuses it.
 */
import type { Folder } from "./folder.ts";

/** Between two questions how much is free. */
const unaskedBytesMax = 256 * 1024;

/**
 * Refuses with ENOSPC what would leave fewer than `reserveBytes`. `freeBytes`: of the file system; null or a rejection: not known, and then nothing
 * is refused.
 */
export function createReservingFolder(
  inner: Folder,
  freeBytes: () => Promise<number | null>,
  reserveBytes: number,
): Folder {
  /** So much may be written before the next question. */
  let allowedBytes = 0;

  async function take(sizeBytes: number): Promise<void> {
    if (sizeBytes > allowedBytes) {
      const free = await freeBytes().catch(() => null);
      const leftBytes = free === null ? Number.POSITIVE_INFINITY : free - reserveBytes;
      if (sizeBytes > leftBytes)
        throw Object.assign(new Error(`ENOSPC: the last ${reserveBytes} bytes of the flash are the router's`), {
          code: "ENOSPC",
        });
      allowedBytes = Math.max(sizeBytes, Math.min(leftBytes, unaskedBytesMax));
    }
    allowedBytes -= sizeBytes;
  }

  return {
    ...inner,
    async append(name) {
      const file = await inner.append(name);
      return {
        ...file,
        async write(chunk) {
          await take(chunk.length);
          await file.write(chunk);
        },
      };
    },
    async replace(name, content) {
      await take(content.length); // the old file stays until the new one is whole
      await inner.replace(name, content);
    },
  };
}
