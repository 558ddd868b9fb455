/** Credit is the customer's: a seller types a number at the counter, and a typed number spends nothing. */
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";

const customer = "0712345678";

hubSuite("a customer's credit at the counter", (hub) => {
  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name, { name: "Day", priceCents: 3000, terms: {} });
    const { ask, post, read, hire } = kiosk;
    const sell = (pay: string, by?: string) => kiosk.sell({ phone: customer, pay }, by);
    const { id: paymentId } = (await sell("cash")).body;
    const refund = { paymentId, method: "credit", reason: "The Wi-Fi was down", revoke: true, phone: customer };
    await ask("PATCH", "/money-settings", { twoPersonRefunds: false });
    expect((await post("/refunds", refund)).body).toMatchObject({ state: "done" });
    const credit = async () => (await read(`/credits?phone=${customer}`)).balanceCents as number;
    return { read, hire, sell, credit };
  }

  test("[PAY-18] who may only sell does not spend it; who manages payments does, as before", async () => {
    const { read, hire, sell, credit } = await openShop("Spends");
    expect(await credit()).toBe(3000);
    for (const role of ["seller", "support"]) {
      expect(await sell("credit", (await hire(role)).token), role).toMatchObject({
        status: 403,
        body: { code: "credit-not-allowed", field: "pay" },
      });
    }
    expect(await credit()).toBe(3000);
    expect((await read("/payments")).items).toHaveLength(1);

    const accountant = (await hire("accountant")).token;
    expect(await sell("credit", accountant)).toMatchObject({ status: 201, body: { state: "paid" } });
    expect(await credit()).toBe(0);
  });
});
