/** A bundle: one sale gives several codes. One payment in the books, one message, and one end when it is given back. */
import { expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";

hubSuite("a bundle", (hub) => {
  test("[PLN-07] one payment opens a grant for each code with the whole plan, and books, reports and refunds know one sale", async () => {
    const { token, providerId } = await hub.makeProvider("Family", "UGX");
    const ask = askerOf(hub, () => token);
    const post = (path: string, body: object) => ask("POST", path, body);
    const get = async (path: string) => (await ask("GET", path)).body;
    const { siteId } = (await post("/sites", { name: "Kiosk" })).body.site;
    const terms = { validitySeconds: 86_400, dataBytes: 1_000_000_000, codes: 4 };
    const plan = (await post("/plans", { name: "Family day", priceCents: 500_000, terms })).body;
    expect(plan.terms.codes).toBe(4);
    expect(await post("/vouchers/batches", { planId: plan.planId, quantity: 10, siteId })).toMatchObject({
      status: 409,
      body: { code: "bundle-not-printed", field: "planId" },
    });

    const sold = (await post("/payments/purchase", { siteId, planId: plan.planId, pay: "cash" })).body.payment;
    const codes = [sold.code, ...sold.moreCodes];
    expect(new Set(codes).size).toBe(4);
    expect((await get("/payments")).items).toMatchObject([{ amountCents: 500_000, code: null, moreCodes: [] }]);
    const grants = (await get("/grants")).items;
    expect(grants.map(({ paymentId }: { paymentId: string }) => paymentId)).toEqual(Array(4).fill(sold.id));
    const rows = await hub
      .database()
      .asProvider(providerId, (tx) => tx.selectFrom("feed_rows").select("body").where("kind", "=", "grant").execute());
    const bodies = rows.map(({ body }) => body as { code?: string; bundleOf?: string; grant: { terms: object } });
    expect(bodies.map(({ code }) => code).sort()).toEqual([...codes].sort());
    expect(bodies.filter(({ bundleOf }) => bundleOf === sold.id)).toHaveLength(3);
    for (const { grant } of bodies) expect(grant.terms).toMatchObject({ dataBytes: 1_000_000_000 });
    expect(JSON.stringify(bodies)).not.toContain('"codes"');
    const today = (await get("/reports/analytics?days=2")).days.at(-1);
    expect(today).toMatchObject({ takenCents: 500_000, payments: 1 });

    const refund = { paymentId: sold.id, method: "cash", reason: "does not want it" };
    expect(await post("/refunds", refund)).toMatchObject({ body: { state: "done", amountCents: 500_000 } });
    const after = (await get("/grants")).items;
    expect(after.map(({ state }: { state: string }) => state)).toEqual(Array(4).fill("revoked"));
    expect(await get("/ledger/trial-balance")).toMatchObject({ balanced: true });
  });
});
