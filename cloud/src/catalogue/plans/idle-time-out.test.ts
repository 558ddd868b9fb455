import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

hubSuite("the idle time-out of a plan by the API", (hub) => {
  test("[PLN-07] time online comes with ten minutes, unless something is said; what is out of bounds is refused by its name", async () => {
    const { token } = await hub.makeProvider("Idle");
    const send = (method: string, path: string, body: object) => hub.call(method, path, { token, body });
    let names = 0;
    const make = (terms: object) => send("POST", "/api/v1/plans", { name: `Plan ${++names}`, priceCents: 2000, terms });
    const idleOf = async (terms: object) => (await make(terms)).body.terms.idleTimeoutSeconds;
    expect(await idleOf({ useSeconds: 2700 })).toBe(600);
    expect(await idleOf({ useSeconds: 2700, idleTimeoutSeconds: 1200 })).toBe(1200);
    expect(await idleOf({ useSeconds: 2700, idleTimeoutSeconds: null })).toBe(null);
    expect(await idleOf({ validitySeconds: 86_400 })).toBe(null);
    for (const idleTimeoutSeconds of [0, 59, 2_592_001, -1, 1.5, "10m"]) {
      const refused = await make({ useSeconds: 2700, idleTimeoutSeconds });
      expect(refused.status, `${idleTimeoutSeconds}`).toBe(400);
      expect(refused.text).toContain("idleTimeoutSeconds");
    }
    const made = (await make({ validitySeconds: 86_400 })).body;
    const change = async (terms: object) =>
      (await send("PATCH", `/api/v1/plans/${made.planId}`, { terms })).body.terms.idleTimeoutSeconds;
    expect(await change({ useSeconds: 3600 })).toBe(600);
    expect(await change({ idleTimeoutSeconds: null })).toBe(null);
    expect(await change({ useSeconds: 7200 })).toBe(null);
  });

  test("a batch that counts time online where its plan does not comes with ten minutes too", async () => {
    const { token } = await hub.makeProvider("Idle batch");
    const call = (method: string, path: string, body: object) => hub.call(method, path, { token, body });
    const { site } = (await call("POST", "/api/v1/sites", { name: "Harbour" })).body;
    const plan = { name: "Day", priceCents: 2000, terms: { validitySeconds: 86_400 } };
    const { planId } = (await call("POST", "/api/v1/plans", plan)).body;
    const order = { planId, siteId: site.siteId, quantity: 1, terms: { useSeconds: 3600 } };
    const batch = await call("POST", "/api/v1/vouchers/batches", order);
    expect(batch.body.terms).toMatchObject({ useSeconds: 3600, idleTimeoutSeconds: 600 });
  });
});
