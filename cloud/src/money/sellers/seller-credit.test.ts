/** Credit is the customer's: a seller types a number at the counter, and a typed number spends nothing. */
import { expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";

const customer = "0712345678";

hubSuite("a customer's credit at the counter", (hub) => {
  let keys = 0;

  async function openShop(name: string) {
    const { token } = await hub.makeProvider(name);
    const ask = askerOf(hub, () => token);
    const as = (who: string) => (method: string, path: string, body?: object) => ask(method, path, body, who);
    const owner = as(token);
    const { siteId } = (await owner("POST", "/sites", { name: "Kiosk" })).body.site;
    const { planId } = (await owner("POST", "/plans", { name: "Day", priceCents: 3000, terms: {} })).body;
    const worker = async (role: string) => {
      const email = `${role}-${++keys}@shop.test`;
      expect((await owner("POST", "/users", { name: role, email, password: ownerPassword, role })).status).toBe(201);
      return as(await hub.logIn(email, ownerPassword));
    };
    const order = { siteId, planId, phone: customer };
    const { id: paymentId } = (await owner("POST", "/payments/purchase", { ...order, pay: "cash" })).body;
    const refund = { paymentId, method: "credit", reason: "The Wi-Fi was down", revoke: true, phone: customer };
    await owner("PATCH", "/money-settings", { twoPersonRefunds: false });
    expect((await owner("POST", "/refunds", refund)).body).toMatchObject({ state: "done" });
    const credit = async () => (await owner("GET", `/credits?phone=${customer}`)).body.balanceCents as number;
    return { owner, worker, order, credit };
  }

  test("[PAY-18] who may only sell does not spend it; who manages payments does, as before", async () => {
    const { owner, worker, order, credit } = await openShop("Spends");
    expect(await credit()).toBe(3000);
    for (const role of ["seller", "support"]) {
      const by = await worker(role);
      expect(await by("POST", "/payments/purchase", { ...order, pay: "credit" }), role).toMatchObject({
        status: 403,
        body: { code: "credit-not-allowed", field: "pay" },
      });
    }
    expect(await credit()).toBe(3000);
    expect((await owner("GET", "/payments")).body.items).toHaveLength(1);

    const accountant = await worker("accountant");
    expect(await accountant("POST", "/payments/purchase", { ...order, pay: "credit" })).toMatchObject({
      status: 201,
      body: { state: "paid" },
    });
    expect(await credit()).toBe(0);
  });
});
