/** A customer comes back to who sold to them: a seller finds their own sales by the number, and learns nothing of anybody else's. */
import { expect, test } from "vitest";
import { hubSuite } from "../test-hub.ts";
import { openKiosk } from "../test-kiosk.ts";

hubSuite("what one sold to a number", (hub) => {
  async function openShop(name: string) {
    const { ask, token, hire, sell } = await openKiosk(hub, name, { name: "Day", priceCents: 3000, terms: {} });
    return {
      token,
      get: (by: string, path: string) => ask("GET", path, undefined, by),
      /** @returns how they log in */
      async seller(called: string) {
        const { userId, logIn } = await hire("seller", called);
        await ask("PUT", `/floats/${userId}/limit`, { creditLimitCents: 100_000 });
        return logIn;
      },
      sell: async (by: string, phone: string) => (await sell({ phone, pay: "cash" }, by)).body.payment,
    };
  }

  test("[PAY-18] a seller finds what they sold to a number on any day, with the number masked; another seller's, the office's and another provider's are not there", async () => {
    const { token, get, seller, sell } = await openShop("Kaunta");
    const [logInAsha, logInJuma] = [await seller("Asha"), await seller("Juma")];
    const other = await openShop("Jirani");
    await other.sell(await (await other.seller("Neema"))(), "0712345678");
    await sell(token, "0712345678");
    const before = await logInAsha();
    const first = await sell(before, "0712345678");
    await sell(before, "0722000111");
    hub.moveClock(3 * 86_400_000);
    const [asha, juma] = [await logInAsha(), await logInJuma()];
    const second = await sell(asha, "0712345678");
    await sell(juma, "0712345678");
    const found = await get(asha, "/sold-to?phone=0712%20345%20678");
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
    expect((await get(asha, `/own-sales/${first.id}`)).body).toMatchObject({ code: first.code });
    expect((await get(juma, "/sold-to?phone=0722000111")).body).toEqual({ items: [] });
    expect((await get(juma, "/sold-to?phone=12345")).status).toBe(400);
    // Half a number finds nobody: it would tell who else buys.
    expect((await get(asha, "/sold-to?phone=0712345")).body).toMatchObject({ status: 400, code: "bad-phone" });
    expect((await get(asha, "/person?phone=0712345678")).status).toBe(403);
  });
});
