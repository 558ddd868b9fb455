/** A customer comes back to who sold to them: a seller finds their own sales by the number, and learns nothing of anybody else's. */
import { expect, test } from "vitest";
import { askerOf } from "../test-asking.ts";
import { hubSuite, ownerPassword } from "../test-hub.ts";

hubSuite("what one sold to a number", (hub) => {
  let keys = 0;

  async function openShop(name: string) {
    const { token } = await hub.makeProvider(name);
    const ask = askerOf(hub, () => token);
    const as = (who: string) => (method: string, path: string, body?: object) => ask(method, path, body, who);
    const owner = as(token);
    const { siteId } = (await owner("POST", "/sites", { name: "Kiosk" })).body.site;
    const { planId } = (await owner("POST", "/plans", { name: "Day", priceCents: 3000, terms: {} })).body;
    const seller = async (called: string) => {
      const email = `${called}-${++keys}@shop.test`;
      const user = { name: called, email, password: ownerPassword, role: "seller" };
      const { userId } = (await owner("POST", "/users", user)).body;
      await owner("PUT", `/floats/${userId}/limit`, { creditLimitCents: 100_000 });
      return async () => as(await hub.logIn(email, ownerPassword));
    };
    const sell = async (by: ReturnType<typeof as>, phone: string) =>
      (await by("POST", "/payments/purchase", { siteId, planId, phone, pay: "cash" })).body.payment;
    return { owner, seller, sell };
  }

  test("[PAY-18] a seller finds what they sold to a number on any day, with the number masked; another seller's, the office's and another provider's are not there", async () => {
    const { owner, seller, sell } = await openShop("Kaunta");
    const [logInAsha, logInJuma] = [await seller("Asha"), await seller("Juma")];
    const other = await openShop("Jirani");
    await other.sell(await (await other.seller("Neema"))(), "0712345678");
    await sell(owner, "0712345678");
    const before = await logInAsha();
    const first = await sell(before, "0712345678");
    await sell(before, "0722000111");
    hub.moveClock(3 * 86_400_000);
    const [asha, juma] = [await logInAsha(), await logInJuma()];
    const second = await sell(asha, "0712345678");
    await sell(juma, "0712345678");
    const found = await asha("GET", "/sold-to?phone=0712%20345%20678");
    expect(found.status, found.text).toBe(200);
    expect(found.body.items.map(({ id }: { id: string }) => id)).toEqual([second.id, first.id]);
    expect(found.body.items[1]).toEqual({
      id: first.id,
      planName: "Day",
      amountCents: 3000,
      currency: "KES",
      state: "paid",
      refundedCents: 0,
      siteName: "Kiosk",
      codeEnd: first.code.slice(-4),
      phone: first.phone,
      createdAtMs: first.createdAtMs,
    });
    expect(found.text).not.toContain("712345678");
    // Each opens as a sale of today does.
    expect((await asha("GET", `/own-sales/${first.id}`)).body).toMatchObject({ code: first.code });
    expect((await juma("GET", "/sold-to?phone=0722000111")).body).toEqual({ items: [] });
    expect((await juma("GET", "/sold-to?phone=12345")).status).toBe(400);
    // Half a number finds nobody: it would tell who else buys.
    expect((await asha("GET", "/sold-to?phone=0712345")).body).toMatchObject({ status: 400, code: "bad-phone" });
    expect((await asha("GET", "/person?phone=0712345678")).status).toBe(403);
  });
});
