/** Identifiers made from the world's clock and randomness, so that a seed repeats them. */
import type { Random, World } from "./world.ts";

/**
 * A UUIDv7 (RFC 9562 §5.7): sortable by the time it was made. What one source makes within a millisecond sorts in the order
 * it was made, up to 2,048 identifiers; what goes beyond them is unique and sorts anywhere in that millisecond.
 */
export function newId(world: Pick<World, "clock" | "random">): string {
  const raw = world.random.bytes(16);
  let atMs: number = world.clock.wall().atMs;
  const counter = nextCounter(world.random, atMs, raw);
  for (let index = 5; index >= 0; index--) {
    raw[index] = atMs % 256;
    atMs = Math.floor(atMs / 256);
  }
  raw[6] = 0x70 | (counter >> 8);
  raw[7] = counter & 0xff;
  raw[8] = 0x80 | ((raw[8] as number) & 0x3f);
  const hex = Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Where each source of randomness is in its millisecond: kept beside the source, so that worlds do not share it. */
const counters = new WeakMap<Random, { atMs: number; counter: number }>();

/** The 12 bits after the time (RFC 9562 §6.2, method 1): they start at chance in the lower half, so that there is room above. */
function nextCounter(random: Random, atMs: number, chance: Uint8Array): number {
  const last = counters.get(random);
  const drawn = ((chance[6] as number) << 8) | (chance[7] as number);
  const next = last?.atMs === atMs ? last.counter + 1 : drawn & 0x7ff;
  const counter = next > 0xfff ? drawn & 0xfff : next;
  counters.set(random, { atMs, counter: next });
  return counter;
}

/** A secret for URLs and tokens: lower-case hex, which can't spell a word that a payment channel bans. */
export function newSecret(world: Pick<World, "random">, byteCount = 24): string {
  let hex = "";
  for (const byte of world.random.bytes(byteCount)) hex += hexOfByte[byte];
  return hex;
}

/** Each session has a key. The conversion of its octets into text must be cheap. */
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
