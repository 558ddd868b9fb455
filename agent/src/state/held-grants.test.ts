import * as fc from "fast-check";
import { expect, test } from "vitest";
import { setSlots } from "./grant-fold.ts";
import { heldGrants } from "./held-grants.ts";
import { type BoundSlot, emptyState } from "./site-state.ts";

const macs = ["AA:BB:CC:DD:EE:01", "AA:BB:CC:DD:EE:02"];
const device = fc.constantFrom("0123abcd", "4567ef01", ...macs.map((mac) => `mac.${mac}`));
const slot: fc.Arbitrary<BoundSlot> = fc.record({
  device,
  mac: fc.constantFrom(null, ...macs),
  boundOrder: fc.constant(1),
});
const change = fc.record({
  grantId: fc.constantFrom("v.1.1", "v.1.2", "a.7"),
  slots: fc.uniqueArray(slot, { maxLength: 3, selector: (one) => one.device }),
});

test("a device finds exactly the grants of which it holds a slot, by its key and by its MAC", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const state = emptyState();
      for (const { grantId, slots } of changes) setSlots(state, grantId, slots);
      for (const name of [...macs, ...macs.map((mac) => `mac.${mac}`), "0123abcd", "4567ef01"]) {
        const expected = [...state.slots].filter(([, slots]) =>
          slots.some((one) => one.device === name || one.mac === name),
        );
        expect([...heldGrants(state, name)].sort()).toEqual(expected.map(([grantId]) => grantId).sort());
      }
    }),
  );
});

test("nobody is remembered who holds nothing any more", () => {
  const state = emptyState();
  const mac = macs[0] as string;
  setSlots(state, "v.1.1", [{ device: `mac.${mac}`, mac, boundOrder: 1 }]);
  setSlots(state, "v.1.2", [{ device: "0123abcd", mac, boundOrder: 2 }]);
  for (const grantId of ["v.1.1", "v.1.2"]) setSlots(state, grantId, []);
  expect(state.heldBy.size).toBe(0);
});
