import type { Random } from "@karibu/protocol/world";

/** xoshiro128** (Blackman and Vigna), seeded by splitmix32. Repeatable and fast; not for secrets. */
export function seededRandom(
  seed: number,
): Random & { integer(belowExclusive: number): number; chance(probability: number): boolean } {
  let splitmix = seed >>> 0;
  const nextSeed = () => {
    splitmix = (splitmix + 0x9e3779b9) >>> 0;
    let mixed = splitmix;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [nextSeed(), nextSeed(), nextSeed(), nextSeed()];
  const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));

  function word(): number {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  }

  return {
    bytes(count) {
      const result = new Uint8Array(count);
      for (let index = 0; index < count; index++) result[index] = word() & 0xff;
      return result;
    },
    integer: (belowExclusive) => Math.floor((word() / 2 ** 32) * belowExclusive),
    chance: (probability) => word() / 2 ** 32 < probability,
  };
}
