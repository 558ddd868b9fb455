/** Stock, without a database: whatever is moved, what is where adds up. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyMovement, type Balances, isOutside, readSerials, serialKey } from "./stock-policy.ts";

const places = ["supplier", "store:a", "store:b", "van:x", "job:1", "customer:c", "sold", "lost"];
const anyMovement = fc.record({
  from: fc.constantFrom(...places),
  to: fc.constantFrom(...places),
  quantity: fc.integer({ min: 1, max: 40 }),
});

test("[CUS-21] whatever is moved in whatever order, nothing comes from nowhere, and no place of ours holds less than nothing", () => {
  fc.assert(
    fc.property(fc.array(anyMovement, { maxLength: 60 }), (moves) => {
      let balances: Balances = new Map();
      const things: string[] = []; // where each single thing is, counted by hand
      for (const move of moves) {
        const next = applyMovement(balances, move);
        const there = isOutside(move.from) ? move.quantity : things.filter((at) => at === move.from).length;
        expect(next === null).toBe(move.from === move.to || there < move.quantity);
        if (next === null) continue;
        balances = next;
        for (let left = move.quantity; left > 0; left--) {
          const at = isOutside(move.from) ? -1 : things.indexOf(move.from);
          if (at === -1) things.push(move.to);
          else things[at] = move.to;
        }
      }
      for (const place of places.filter((one) => !isOutside(one)))
        expect(balances.get(place) ?? 0).toBe(things.filter((at) => at === place).length);
      expect([...balances.values()].reduce((sum, quantity) => sum + quantity, 0)).toBe(0);
    }),
  );
});

test("[CUS-21] serial numbers are read as scanners and sheets give them, each once", () => {
  const read = readSerials("HE508-ABCD\r\nhe508abcd, S/N: 9F:12:AA;;\t  7777 8888\nab\nÄÖÜ123");
  expect(read.serials.map(({ key }) => key)).toEqual(["HE508ABCD", "9F12AA", "77778888"]);
  expect(read.repeated).toEqual(["he508abcd"]);
  expect(read.wrong).toEqual(["ab", "ÄÖÜ123"]);
  expect(serialKey(" sn-1 2/b ")).toBe("SN12B");
});
