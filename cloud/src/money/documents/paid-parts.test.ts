import fc from "fast-check";
import { expect, test } from "vitest";
import { channelList } from "../channel-list.ts";
import { waysPaid } from "../channels/ways-paid.ts";
import { efrisMessage } from "../fiscal/efris-message.ts";
import { etimsSale } from "../fiscal/etims-message.ts";
import type { FiscalDocument, PaidPart } from "../fiscal/fiscal-contract.ts";
import { paidParts } from "./paid-parts.ts";

const documentOf = (...paid: PaidPart[]): FiscalDocument => {
  const totalCents = paid.reduce((sum, { cents }) => sum + cents, 0);
  return {
    ...{ kind: "sale", number: "SUM-2026-000001", sequence: 1, refersTo: null, reason: null, currency: "KES" },
    seller: { name: "Baraka", taxPin: "P051234567X", branch: "00", address: null },
    buyer: { name: "Walk-in customers", taxPin: null },
    ...{
      issuedAt: "2026-11-22T18:30:05",
      paid,
      lines: [],
      netCents: totalCents,
      exciseCents: 0,
      vatCents: 0,
      totalCents,
    },
  };
};

test("[PAY-24] each way of payment has its code at both authorities; a document that was paid in several is told with each", () => {
  const codes = waysPaid.map((way) => {
    const document = documentOf({ way, cents: 2000 });
    return [way, etimsSale(document).pmtTyCd, efrisMessage(document).content.payWay];
  });
  const payWay = (paymentMode: string, paymentAmount = "20.00", orderNumber = "a") => ({
    paymentMode,
    paymentAmount,
    orderNumber,
  });
  expect(codes).toEqual([
    ["cash", "01", [payWay("102")]],
    ["mobile-money", "06", [payWay("105")]],
    ["card", "05", [payWay("106")]],
    ["bank", "04", [payWay("107")]],
    ["on-credit", "02", [payWay("101")]],
    ["balance", "07", [payWay("101")]],
    ["other", "07", [payWay("101")]],
  ]);
  const mixed = documentOf({ way: "cash", cents: 3000 }, { way: "mobile-money", cents: 2000 });
  expect(etimsSale(mixed).pmtTyCd).toBe("07");
  expect(efrisMessage(mixed).content.payWay).toEqual([payWay("102", "30.00"), payWay("105", "20.00", "b")]);
});

test("[PAY-24] every channel says how its customers pay", () => {
  expect(Object.fromEntries(channelList.map(({ name, facts }) => [name, facts.way]))).toEqual({
    ...{ daraja: "mobile-money", airtel: "mobile-money", mtn: "mobile-money", pesapal: "other", stripe: "card" },
    ...{ cash: "cash", credit: "balance" },
  });
});

test("[PAY-24] whatever was paid and given back in whatever way, the parts add up, and none has another sign than the whole", () => {
  const part = fc.record({ way: fc.constantFrom(...waysPaid), cents: fc.integer({ min: -1_000_000, max: 1_000_000 }) });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (sums) => {
      const parts = paidParts(sums);
      const totalCents = sums.reduce((sum, { cents }) => sum + cents, 0);
      expect(parts.reduce((sum, { cents }) => sum + cents, 0)).toBe(totalCents);
      expect(parts.every(({ cents }) => Math.sign(cents) === Math.sign(totalCents))).toBe(true);
      expect(new Set(parts.map(({ way }) => way)).size).toBe(parts.length);
    }),
  );
  // What came by phone and went back in cash was not paid in cash.
  expect(
    paidParts([
      { way: "mobile-money", cents: 5000 },
      { way: "cash", cents: -2000 },
    ]),
  ).toEqual([{ way: "mobile-money", cents: 3000 }]);
});
