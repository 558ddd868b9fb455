import fc from "fast-check";
import { expect, test } from "vitest";
import { splitPrice } from "./wallet-policy.ts";

const prompt = { priceCents: 5000, provedCents: 2000, pays: "phone", stepCents: 100 } as const;

test.each([
  ["a part is credit, and the prompt asks for the rest", prompt, [2000, 3000]],
  ["no credit: the prompt asks for all of it", { ...prompt, provedCents: 0 }, [0, 5000]],
  ["cents that the channel can't ask for stay credit", { ...prompt, provedCents: 2050 }, [2000, 3000]],
  ["credit below the channel's step is not used", { ...prompt, provedCents: 99 }, [0, 5000]],
  ["credit that covers it: the smallest prompt is the proof", { ...prompt, provedCents: 90_000 }, [4900, 100]],
  ["credit of exactly the price: the same", { ...prompt, provedCents: 5000 }, [4900, 100]],
  ["a card proves nothing about a phone", { ...prompt, pays: "page" }, [0, 5000]],
  ["nor does what is paid over the counter", { ...prompt, pays: "immediate" }, [0, 5000]],
  ["a price of one step is prompted", { ...prompt, priceCents: 100 }, [0, 100]],
] as const)(
  "[PAY-12] who types a number spends none of its credit without its PIN: %s",
  (_, facts, [creditCents, askedCents]) => {
    expect(splitPrice(facts)).toEqual({ creditCents, askedCents });
  },
);

test("[PAY-12] credit and prompt are the price together, and the prompt asks for something that the channel can ask for", () => {
  const facts = fc.record({
    steps: fc.integer({ min: 1, max: 100_000 }),
    provedCents: fc.integer({ min: 0, max: 100_000_000 }),
    pays: fc.constantFrom("phone" as const, "page" as const, "immediate" as const),
    stepCents: fc.constantFrom(1, 100),
  });
  fc.assert(
    fc.property(facts, ({ steps, provedCents, pays, stepCents }) => {
      const { creditCents, askedCents } = splitPrice({ priceCents: steps * stepCents, provedCents, pays, stepCents });
      expect(creditCents + askedCents).toBe(steps * stepCents);
      expect(creditCents).toBeLessThanOrEqual(pays === "phone" ? provedCents : 0);
      expect(askedCents).toBeGreaterThanOrEqual(stepCents);
      expect(askedCents % stepCents).toBe(0);
    }),
  );
});
