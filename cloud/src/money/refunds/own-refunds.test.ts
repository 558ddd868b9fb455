/** A seller asks for a refund of an own sale. Nothing is paid out before somebody else has decided. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { keyedAskerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";

hubSuite("a refund that a seller asks for", (hub) => {
  async function openShop(name: string) {
    const { token, hire, sell } = await openKiosk(hub, name, { name: "Day", priceCents: 3000, terms: {} });
    const as = (who: string) => keyedAskerOf(hub, () => who);
    const owner = as(token);
    return {
      owner: { ask: owner, token },
      async seller(called: string) {
        const { userId, token } = await hire("seller", called);
        await owner("PUT", `/floats/${userId}/limit`, { creditLimitCents: 100_000 });
        return { ask: as(token), token };
      },
      sell: async (by: { token: string }) =>
        (await sell({ phone: "0712345678", pay: "cash" }, by.token)).body.id as string,
      refunds: async () => (await owner("GET", "/refunds")).body.items,
    };
  }

  const asked = { method: "cash", reason: "The wrong plan" };

  test("[PAY-15] another seller's sale is not there, and neither is one of the office or of another provider", async () => {
    const { owner, seller, sell, refunds } = await openShop("Attack");
    const [asha, juma] = [await seller("Asha"), await seller("Juma")];
    const other = await openShop("Neighbour");
    const theirs = await other.sell(await other.seller("Neema"));
    for (const id of [await sell(asha), await sell(owner), theirs, "no-such-sale"]) {
      expect(await juma.ask("GET", `/own-sales/${id}/refund`)).toMatchObject({
        status: 404,
        body: { code: "not-found" },
      });
      expect(await juma.ask("POST", `/own-sales/${id}/refund`, asked)).toMatchObject({ status: 404 });
    }
    expect(await refunds()).toEqual([]);
    expect((await juma.ask("GET", `/own-sales/${await sell(juma)}/refund`)).status).toBe(200);
    expect((await juma.ask("POST", "/refunds", { ...asked, paymentId: await sell(juma) })).status).toBe(403);
  });

  longTest(
    "[PAY-15] it waits although one person decides here, stands among what needs a person, and pays nothing by itself; the asker can't approve it",
    async () => {
      const { owner, seller, sell, refunds } = await openShop("Waits");
      expect((await owner.ask("PATCH", "/money-settings", { twoPersonRefunds: false })).status).toBe(200);
      const asha = await seller("Asha");
      const paymentId = await sell(asha);
      const before = (await owner.ask("GET", "/ledger/trial-balance")).body.rows;
      const options = (await asha.ask("GET", `/own-sales/${paymentId}/refund`)).body;
      expect(options).toMatchObject({ leftCents: 3000, currency: "KES" });

      const answer = await asha.ask("POST", `/own-sales/${paymentId}/refund`, asked, "once");
      expect(answer).toMatchObject({ status: 201, body: { paymentId, state: "asked", amountCents: 3000 } });
      const again = await asha.ask("POST", `/own-sales/${paymentId}/refund`, asked, "once");
      expect(again.body).toMatchObject({ id: answer.body.id });
      const twice = await asha.ask("POST", `/own-sales/${paymentId}/refund`, asked);
      expect(twice).toMatchObject({ status: 409, body: { code: "too-much" } });
      const more = await asha.ask("POST", `/own-sales/${await sell(asha)}/refund`, { ...asked, amountCents: 3001 });
      expect(more).toMatchObject({ status: 409, body: { field: "amountCents" } });
      for (const act of ["approve", "refuse", "resolve"])
        expect(
          (await asha.ask("POST", `/refunds/${answer.body.id}/${act}`, act === "resolve" ? {} : null)).status,
        ).toBe(403);

      const sale = (await asha.ask("GET", `/own-sales/${paymentId}`)).body;
      expect(sale).toMatchObject({ state: "paid", refundedCents: 0, refunds: [{ state: "asked" }] });
      const rows = (await owner.ask("GET", "/ledger/trial-balance")).body.rows as { account: string }[];
      expect(rows.some(({ account }) => account === "refunds")).toBe(false);
      expect(before.length).toBeGreaterThan(0);
      const { waiting } = (await owner.ask("GET", "/home")).body;
      expect(waiting).toContainEqual({ kind: "refunds-to-decide", count: 1, more: false });
      expect(await refunds()).toMatchObject([{ id: answer.body.id, state: "asked", reason: "The wrong plan" }]);
    },
  );

  longTest(
    "[PAY-15] the asker sees what became of each: approved, refused, or withdrawn by the asker, and nobody else's",
    async () => {
      const { owner, seller, sell } = await openShop("Outcome");
      const [asha, juma] = [await seller("Asha"), await seller("Juma")];
      const ask = async () => {
        const { body } = await asha.ask("POST", `/own-sales/${await sell(asha)}/refund`, asked);
        return body.id as string;
      };
      const [approved, refused, withdrawn] = [await ask(), await ask(), await ask()];
      expect((await owner.ask("POST", `/refunds/${approved}/approve`, null)).body).toMatchObject({ state: "done" });
      expect((await owner.ask("POST", `/refunds/${refused}/refuse`, null)).body).toMatchObject({ state: "refused" });
      expect((await juma.ask("POST", `/own-refunds/${withdrawn}/withdraw`, null)).status).toBe(404);
      expect((await asha.ask("POST", `/own-refunds/${withdrawn}/withdraw`, null)).body).toMatchObject({
        state: "refused",
      });
      expect((await asha.ask("POST", `/own-refunds/${approved}/withdraw`, null)).body).toMatchObject({
        code: "decided",
      });
      const { refunds } = (await asha.ask("GET", "/own-sales")).body;
      expect(refunds).toMatchObject([
        { id: withdrawn, state: "refused", planName: "Day", amountCents: 3000, isWithdrawn: true },
        { id: refused, state: "refused", reason: "The wrong plan", isWithdrawn: false },
        { id: approved, state: "done" },
      ]);
      expect((await juma.ask("GET", "/own-sales")).body.refunds).toEqual([]);
      expect((await owner.ask("GET", "/own-sales")).body.refunds).toEqual([]);
    },
  );
});
