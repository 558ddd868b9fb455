import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { notBegun, phoneOf } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import type { Device } from "../access/portal-access.ts";
import { createTestSite } from "../access/test-site.ts";

const grant = (grantId: string) => ({
  grantId,
  origin: "purchase",
  planName: "Family day",
  terms: { ...unlimitedTerms, validitySeconds: 86_400 },
  ...notBegun,
});
const phone: (number: number) => Device = phoneOf;

test("[PLN-07] who bought a bundle reads the codes for the others until they are used; a MAC alone reads none", async () => {
  const site = createTestSite(createSimulatedWorld());
  site.put({ kind: "grant", key: "g-1", body: { grant: grant("g-1"), purchaseId: "p-1", phoneHash: null } });
  for (const [key, code] of [
    ["g-2", "BCDF2345"],
    ["g-3", "GHJK6789"],
  ] as const)
    site.put({
      kind: "grant",
      key,
      body: { grant: grant(key), purchaseId: null, phoneHash: null, code, bundleOf: "p-1" },
    });
  await site.portalAccess.claimPurchase("p-1", phone(1));
  expect(site.portalAccess.view(phone(1)).codes).toEqual(["BCDF2345", "GHJK6789"]);
  expect(site.portalAccess.view({ ...phone(2), mac: phone(1).mac }).codes).toEqual([]);
  expect(await site.portalAccess.redeem("bcdf-2345", phone(3))).toMatchObject({ kind: "redeemed", grantId: "g-2" });
  expect(site.portalAccess.view(phone(1)).codes).toEqual(["GHJK6789"]);
  expect(site.portalAccess.view(phone(3)).codes).toEqual([]);
  // The place goes to another phone, by its receipt or as a present: the codes were not given with it.
  await site.portalAccess.claimPurchase("p-1", phone(4));
  expect(site.portalAccess.view(phone(4)).available).toMatchObject([{ grantId: "g-1" }]);
  expect(site.portalAccess.view(phone(4)).codes).toEqual([]);
  await site.portalAccess.claimPurchase("p-1", phone(4));
  expect(site.portalAccess.view(phone(4)).codes).toEqual([]);
});
