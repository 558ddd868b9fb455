/** Identifiers made from the world's clock and randomness, so that a seed repeats them. */
import type { World } from "./world.ts";

/** A UUIDv7 (RFC 9562 §5.7): sortable by the time it was made. */
export function newId(world: Pick<World, "clock" | "random">): string {
  const raw = world.random.bytes(16);
  let atMs: number = world.clock.wall().atMs;
  for (let index = 5; index >= 0; index--) {
    raw[index] = atMs % 256;
    atMs = Math.floor(atMs / 256);
  }
  raw[6] = 0x70 | ((raw[6] as number) & 0x0f);
  raw[8] = 0x80 | ((raw[8] as number) & 0x3f);
  const hex = Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A secret for URLs and tokens: lower-case hex, which can't spell a word that a payment channel bans. */
export function newSecret(world: Pick<World, "random">, byteCount = 24): string {
  let hex = "";
  for (const byte of world.random.bytes(byteCount)) hex += hexOfByte[byte];
  return hex;
}

/** Each session has a key of its own: turning its octets into text must cost nothing. */
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
