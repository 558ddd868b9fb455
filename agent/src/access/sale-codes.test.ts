/** The code of a sale: what a customer who paid cash types or pastes, at the site that has the grant. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createTestSite, logInRequest } from "./test-site.ts";

const phone = { token: "aa".repeat(16), mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.10" };
const message = "Jirani: you paid KES 20 for 1 hour. Your code is BCDF2345. Type it on the Wi-Fi page.";

function siteWithSale(changes: { revoked?: boolean; code?: string } = { code: "BCDF2345" }) {
  const world = createSimulatedWorld();
  const site = createTestSite(world);
  const grant = {
    grantId: "01a1f843-2d17-7c8b-b4f3-7ba483bb2b01",
    origin: "purchase",
    planName: "1 hour",
    terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
    startedAtMs: null,
    endsAtMs: null,
    revokedAtMs: changes.revoked === true ? unixMs(1) : null,
    unverified: false,
  };
  const { code } = changes;
  const body = { grant, purchaseId: "purchase-1", phoneHash: null, ...(code === undefined ? {} : { code }) };
  site.put({ kind: "grant", key: grant.grantId, body });
  return { world, site, grantId: grant.grantId };
}

test("[BEY-07] a sale's code, typed like a voucher's, opens what was bought, in any spelling", async () => {
  for (const typed of ["BCDF2345", "bcdf-2345", " BCDF 2345 "]) {
    const { site, grantId } = siteWithSale();
    expect(await site.portalAccess.redeem(typed, phone)).toEqual({ kind: "redeemed", grantId, planName: "1 hour" });
    expect(site.state.grants.get(grantId)?.grant.startedAtMs).not.toBeNull();
  }
});

test("the code is also a user name on the router's own log-in page", () => {
  const { site } = siteWithSale();
  expect(site.access.logIn(logInRequest("bcdf2345", "")).kind).toBe("accept");
});

test("[BEY-07] a pasted message of ours is searched for the code, and other messages cost no try", async () => {
  const { site, grantId } = siteWithSale();
  for (let index = 0; index < 20; index++) {
    expect(
      await site.portalAccess.redeemSaleIn?.("TJK4XY12AB Confirmed. Ksh50.00 for account BCDF2346", phone),
    ).toBeNull();
  }
  expect(await site.portalAccess.redeemSaleIn?.(message, phone)).toMatchObject({ kind: "redeemed", grantId });
});

test("a sale without a code is found by none, and a refunded one says so", async () => {
  const none = siteWithSale({});
  expect(await none.site.portalAccess.redeem("BCDF2345", phone)).toMatchObject({ reason: "unknown-user" });
  const revoked = siteWithSale({ revoked: true, code: "BCDF2345" });
  expect(await revoked.site.portalAccess.redeemSaleIn?.(message, phone)).toMatchObject({ reason: "revoked" });
});
