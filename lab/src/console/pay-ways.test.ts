/** The ways of paying that pages offer: each once, and none that never took anything and is switched off. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("ways of paying, in a browser", () => {
  const console = useBusiness("Njia");

  test("[PAY-01] filters and forms name cash once, customers' credit never, and no channel that is off and took nothing", async () => {
    const { providerId, channelId, ownerEmail } = console.business;
    const off = {
      channel_id: "stripe-off",
      name: "Stripe",
      kind: "stripe",
      active: false,
      hook_token_hash: "off",
      notice_token_hash: "off",
    };
    await console.hub
      .database()
      .asProvider(providerId, (tx) =>
        sql`insert into channels select (jsonb_populate_record(c, ${JSON.stringify(off)}::jsonb)).* from channels c where channel_id = ${channelId}`.execute(
          tx,
        ),
      );
    const channels = (await console.ask("/channels")).items as { id: string; kind: string; name: string }[];
    const all = channels.map(({ kind }) => kind);
    const paybill = channels.find(({ id }) => id === channelId)?.name;
    expect(all).toEqual(expect.arrayContaining(["cash", "stripe"]));
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: "#/money-received" });
    const ways = async (of: string) =>
      (await page.getByLabel(of).locator("option").allTextContents()).map((text) => text.trim());
    await expect.poll(() => ways("How")).toContain(paybill);
    const received = await ways("How");
    expect(received.filter((way) => way === "Cash")).toHaveLength(1);
    expect(received).not.toContain("Stripe");
    expect(received).not.toContain("Customer credit");
    await page.goto(page.url().replace(/#.*/, "#/expenses"));
    await page.getByRole("button", { name: "Record an expense" }).click();
    const paidFrom = await ways("Paid from");
    expect(paidFrom).not.toContain("Stripe");
    expect(paidFrom.filter((way) => /cash/i.test(way))).toHaveLength(1);
    // One that is switched off is found by as long as the books have money of it.
    const { items } = (
      await console.hub.call("GET", "/api/v1/channels?offered=to-find", { token: console.business.token })
    ).body;
    expect(items.map(({ kind }: { kind: string }) => kind)).not.toContain("stripe");
    await console.hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.updateTable("channels").set({ active: false }).where("channelId", "=", channelId).execute(),
      );
    expect((await console.ask("/channels?offered=to-find")).items.map(({ id }: { id: string }) => id)).toEqual([
      channelId,
    ]);
    expect((await console.ask("/channels?offered=to-pay")).items).toEqual([]);
    expect(errors).toEqual([]);
  });
});
