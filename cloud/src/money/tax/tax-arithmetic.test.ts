import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partsOf, partsTakenBack, sumOf } from "./tax-arithmetic.ts";
import { rateOn, ratesFor, type Taxpayer, taxCountryOf } from "./tax-rates.ts";

const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
const rates = fc.record({ vatBp: fc.integer({ min: 0, max: 10_000 }), exciseBp: fc.integer({ min: 0, max: 10_000 }) });

describe("[PAY-24] the taxes in a price", () => {
  test("by hand: KSh 1,334 with 16 % VAT on 15 % excise is 1,000 net", () => {
    expect(partsOf(133_400, { vatBp: 1600, exciseBp: 1500 })).toEqual({
      netCents: 100_000,
      exciseCents: 15_000,
      vatCents: 18_400,
    });
    // 5000 / 1.16 = 4310.34; 4310 / 1.15 = 3747.83
    expect(partsOf(5000, { vatBp: 1600, exciseBp: 1500 })).toEqual({
      netCents: 3748,
      exciseCents: 562,
      vatCents: 690,
    });
    expect(partsOf(5000, { vatBp: 0, exciseBp: 0 })).toEqual({ netCents: 5000, exciseCents: 0, vatCents: 0 });
    // 1 / 2 is half: away from zero.
    expect(partsOf(1, { vatBp: 10_000, exciseBp: 0 })).toEqual({ netCents: 1, exciseCents: 0, vatCents: 0 });
  });

  test("the parts always add up to the whole, none has another sign, and what is given back is split as what was charged", () => {
    fc.assert(
      fc.property(amount, rates, (cents, rate) => {
        const { netCents, exciseCents, vatCents } = partsOf(cents, rate);
        expect(netCents + exciseCents + vatCents).toBe(cents);
        for (const part of [netCents, exciseCents, vatCents]) expect(part * Math.sign(cents)).toBeGreaterThanOrEqual(0);
        const back = partsOf(0 - cents, rate);
        expect([back.netCents, back.exciseCents, back.vatCents].map((part) => 0 - part + 0)).toEqual([
          netCents + 0,
          exciseCents + 0,
          vatCents + 0,
        ]);
      }),
    );
  });

  test("no part is more than a minor unit off what it is without rounding", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), rates, (cents, rate) => {
        const { netCents, vatCents } = partsOf(cents, rate);
        const exact = cents / (1 + rate.vatBp / 10_000);
        expect(Math.abs(vatCents - (cents - exact))).toBeLessThanOrEqual(0.500001);
        expect(Math.abs(netCents - exact / (1 + rate.exciseBp / 10_000))).toBeLessThanOrEqual(1.000001);
      }),
    );
  });

  test("a line that is taken back in pieces gives back exactly the tax that it had", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 8 }),
        rates,
        (pieces, rate) => {
          let already = 0;
          const taken = pieces.map((piece) => {
            const parts = partsTakenBack(rate, already, piece);
            already += piece;
            expect(parts.netCents + parts.exciseCents + parts.vatCents).toBe(piece);
            return parts;
          });
          const { totalCents, ...sum } = sumOf(taken);
          expect(totalCents).toBe(already);
          expect(sum).toEqual(partsOf(already, rate));
        },
      ),
    );
  });
});

describe("[PAY-24] rates have days from which they hold", () => {
  const kenyan: Taxpayer = { country: "KE", vatRegistered: true, exciseRegistered: true, own: [] };

  test.each([
    ["2021-06-30", null],
    ["2021-07-01", 2000],
    ["2023-06-30", 2000],
    ["2023-07-01", 1500],
    ["2026-11-22", 1500],
  ])("Kenya's excise of %s is %s", (day, bp) => {
    expect(rateOn("excise", day, kenyan)?.rateBp ?? null).toBe(bp);
  });

  test("a provider's own rate stands above the known one from its first day, and not before", () => {
    const own = [{ tax: "vat" as const, fromDay: "2027-01-01", rateBp: 1400 }];
    expect(ratesFor({ ...kenyan, own }, "standard", "2026-12-31")).toEqual({ vatBp: 1600, exciseBp: 1500 });
    expect(ratesFor({ ...kenyan, own }, "standard", "2027-01-01")).toEqual({ vatBp: 1400, exciseBp: 1500 });
  });

  test("by treatment and registration", () => {
    const day = "2026-11-22";
    expect(ratesFor(kenyan, "no-excise", day)).toEqual({ vatBp: 1600, exciseBp: 0 });
    for (const treatment of ["zero-rated", "exempt", "outside"] as const)
      expect(ratesFor(kenyan, treatment, day)).toEqual({ vatBp: 0, exciseBp: 0 });
    expect(ratesFor({ ...kenyan, vatRegistered: false }, "standard", day)).toEqual({ vatBp: 0, exciseBp: 1500 });
    expect(ratesFor({ ...kenyan, country: "UG" }, "standard", day)).toEqual({ vatBp: 1800, exciseBp: 1200 });
    expect(ratesFor({ ...kenyan, country: taxCountryOf("GHS") }, "standard", day)).toEqual({ vatBp: 0, exciseBp: 0 });
    expect([taxCountryOf("KES"), taxCountryOf("TZS"), taxCountryOf("USD")]).toEqual(["KE", "TZ", null]);
  });
});
