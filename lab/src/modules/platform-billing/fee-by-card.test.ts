/** The platform's fee, paid on the pages of Stripe and Pesapal; with the hub's own HTTP, and simulated channels that answer in bytes. */

import { describe, expect, test, vi } from "vitest";
import { useCardPages } from "../../my/test-card-pages.ts";

const patience = { timeout: 20_000, interval: 30 };

describe("the platform's fee, paid on a page of the channel's own", { timeout: 90_000 }, () => {
  const { hub, pages, owners } = useCardPages();
  let keys = 0;
  const keyed = () => ({ "Idempotency-Key": `fee-key-${++keys}` });

  test("[TEN-06] a provider pays the platform's fee at Stripe and at Pesapal, where the platform has nothing else", async () => {
    const admin = await hub.adminToken();
    const call = async (method: string, path: string, token: string, body?: object) => {
      const answer = await hub.call(method, `/api/v1${path}`, {
        token,
        headers: keyed(),
        ...(body === undefined ? {} : { body }),
      });
      expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300);
      return answer.body;
    };
    const plan = { name: "Small", priceCents: 100_000, trialDays: 0 };
    const { items } = await call("POST", "/platform/billing/plans", admin, plan);
    for (const kind of ["stripe", "pesapal"] as const) {
      const { token } = await hub.makeProvider(`Soko ${kind}`);
      await call("POST", "/platform-subscription/plan", token, { planId: items.at(-1).planId });
      const made = await call("POST", "/channels", admin, { ...owners[kind].keys, environment: "sandbox" });
      if (kind === "stripe") pages.webhook = made.noticeUrl;
      const own = () => call("GET", "/platform-subscription", token);
      const { charges, ways } = await own();
      expect(ways).toContainEqual({ channelId: made.id, name: expect.any(String), paysBy: "page" });
      const [{ id, state }] = charges;
      expect(state).toBe("issued");
      const order = { phone: "0712000900", channelId: made.id };
      const paid = await call("POST", `/platform-subscription/charges/${id}/pay`, token, order);
      expect(paid).toMatchObject({ state: "prompted", payAt: expect.stringContaining("https://") });
      const { reference, cents } = owners[kind].orders().at(-1) as { reference: string; cents: number };
      expect(cents).toBe(100_000);
      await owners[kind].pay(reference);
      await vi.waitFor(async () => expect((await own()).charges[0].state).toBe("paid"), patience);
      expect((await own()).subscription).toMatchObject({ state: "active", owedCents: 0 });
    }
  });
});
