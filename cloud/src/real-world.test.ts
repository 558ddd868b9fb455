import { expect, test } from "vitest";
import { realRandom } from "./real-world.ts";

test("random bytes are never handed out twice, whatever is asked for", () => {
  const random = realRandom();
  const seen = new Set<string>();
  const counts = [1, 12, 16, 32, 100, 4095, 4096, 4097, 10_000];
  for (let round = 0; round < 200; round++) {
    for (const count of counts) {
      const bytes = random.bytes(count);
      expect(bytes.length).toBe(count);
      for (let at = 0; at + 16 <= count; at += 16) seen.add(Buffer.from(bytes.subarray(at, at + 16)).toString("hex"));
      bytes.fill(0); // what its owner does with it changes nobody else's
    }
  }
  const blocks = counts.reduce((sum, count) => sum + Math.floor(count / 16), 0);
  expect(seen.size).toBe(200 * blocks);
});
