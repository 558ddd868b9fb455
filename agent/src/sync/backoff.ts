/**
 * The wait before the next attempt: a random time up to a limit that doubles ("full jitter"). After an outage of all sites, their
 * connections spread evenly instead of arriving in waves. `chance` is 0 to below 1.
 */
export function backoffMs(
  failures: number,
  { baseMs, capMs }: { baseMs: number; capMs: number },
  chance: number,
): number {
  return Math.floor(chance * Math.min(capMs, baseMs * 2 ** Math.min(failures, 30)));
}

/** A number from 0 to below 1 from four random bytes. */
export function chanceOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
}
