/** What the hub and others say in English does not stand in a Swahili page as if it were ours. */

import { surePosterOf } from "@karibu/cloud/test-asking";
import { admin } from "@karibu/cloud/test-hub";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, patience, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("a page's own words, in a browser", () => {
  const console = useBusiness("Maneno");

  test("[UIX-10] [SYS-06] how the hub is, and what to do, is said in Swahili", async () => {
    const { page, errors } = await console.open({ email: admin.email, password: admin.password }, { hash: "#/health" });
    await chooseLanguage(page, "sw");
    const token = await console.hub.adminToken();
    const read = async (path: string) => (await console.hub.call("GET", path, { token })).body;
    const said = [...(await read("/api/v1/platform/health")).parts, ...(await read("/health/security")).findings];
    const english = said.flatMap(({ text = null, advice }) => [text, advice]).filter((text) => text !== null);
    expect(english.length).toBeGreaterThan(10);
    for (const hash of ["#/health", "#/platform"]) {
      await goTo(page, hash);
      await page.getByText("Haijawahi kuchukuliwa").waitFor();
      await settled(page);
      const shown = await seen(page);
      expect([hash, english.filter((text) => shown.includes(text))]).toEqual([hash, []]);
    }
    expect(errors).toEqual([]);
  });

  test("[UIX-10] what is wrong with a field by a rule of ours is said in Swahili", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/sellers" });
    await chooseLanguage(page, "sw");
    await page.getByRole("button", { name: "Ongeza muuzaji" }).first().click();
    await page.getByLabel("Jina", { exact: false }).first().fill("Asha");
    await page.getByLabel("PIN", { exact: false }).first().fill("12");
    await page.locator("form").getByRole("button").last().click();
    await page.getByText("PIN ni tarakimu 4 hadi 12.").waitFor(patience);
    expect(await seen(page)).not.toContain("A PIN is 4 to 12 digits");
    expect(errors.filter((error) => !error.includes("400"))).toEqual([]);
  });

  test("[UIX-10] a failed job, a channel's refusal and a way to refund that is closed are said in Swahili; others' own words are one tap away", async () => {
    const { providerId, siteId, channelId, suspenseReceipt, ownerEmail } = console.business;
    const post = surePosterOf(console.hub, () => console.business.token);
    // What was sold for cash says nothing of channels: this one is paid by the money that came through one.
    const [{ planId }] = (await console.ask("/plans")).items.filter(({ name }: { name: string }) => name === "1 hour");
    const { id: paymentId } = await post("/payments/purchase", { siteId, planId, phone: "0722000333" });
    await post(`/receipts/${suspenseReceipt}/assign`, { paymentId });
    const words = { job: "TypeError: x is not a function", keys: "Daraja gives no token: HTTP 400" };
    await console.hub.database().asPlatform("test", async (tx) => {
      const times = { createdAtMs: 1, diedAtMs: 2 };
      const job = { jobId: "dead-1", name: "sms.send", queue: "sms", tries: 5, error: words.job, ...times };
      await tx
        .insertInto("dead_jobs")
        .values({ ...job, data: JSON.stringify({ providerId }) as never })
        .execute();
      await tx
        .updateTable("channels")
        .set({ keysProblem: words.keys, keysCheckedAtMs: 5 })
        .where("channelId", "=", channelId)
        .execute();
    });
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: "#/jobs" });
    await chooseLanguage(page, "sw");
    const row = page.getByRole("row").filter({ hasText: "Kutuma SMS" });
    await row.getByText("Imeshindwa").waitFor();
    expect(await seen(page)).not.toContain(words.job);
    await row.getByText("Imeshindwa").click();
    await row.getByText(words.job).waitFor();

    await goTo(page, `#/channels/${channelId}`);
    await page.getByText("Njia inakataa funguo hizi.", { exact: false }).waitFor();
    expect(await seen(page)).not.toContain(words.keys);

    await goTo(page, `#/payments/${paymentId}`);
    await page.getByRole("button", { name: "Omba rejesho" }).click();
    await page.getByText("Kwa nini njia nyingine haziwezekani?").click();
    await page.getByText("Njia hii hairudishi chochote yenyewe.").first().waitFor();
    expect(await seen(page)).not.toContain("gives nothing back");
    expect(errors).toEqual([]);
  });

  test("[UIX-10] [VOU-06] what came with an alarm, what became of a code, and what a field may hold, are said in Swahili and in people's units", async () => {
    const { providerId, siteId, batchId, paymentId, ownerEmail } = console.business;
    await console.hub.database().asPlatform("test", async (tx) => {
      const times = { atMs: Date.now(), receivedAtMs: Date.now() };
      const alarm = { name: "seller-locked", fields: { seller: "akinyi at the market", locks: 2 } as never };
      await tx
        .insertInto("alarms")
        .values({ providerId, siteId, epoch: "e", seq: 1, ...alarm, ...times })
        .execute();
    });
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: "#/alarms" });
    await chooseLanguage(page, "sw");
    await page.getByText("Muuzaji: akinyi at the market · amefungiwa mara 2").waitFor(patience);

    const { items } = await console.ask(`/vouchers?batchId=${batchId}&limit=1`);
    const { token } = console.business;
    const sent = await console.hub.call("POST", `/api/v1/vouchers/${items[0].voucherId}/send`, {
      token,
      headers: { "Idempotency-Key": "send" },
      body: { phone: "0722000444" },
    });
    expect(sent.status).toBe(202);
    await goTo(page, "#/vouchers");
    await page.getByRole("searchbox", { name: "Tafuta msimbo" }).fill(items[0].code);
    await page.getByRole("button", { name: "Tafuta", exact: true }).click();
    const trace = page.locator("voucher-trace");
    await trace.getByText(/^2547\*\*\*444 · (Unasubiri|Umetumwa|Umefika|Umeshindikana)$/).waitFor(patience);
    await trace.getByRole("cell", { name: "Saa 1" }).waitFor(patience);

    await goTo(page, `#/payments/${paymentId}`);
    await page.getByRole("button", { name: "Omba rejesho" }).click();
    const form = page.locator("refund-form");
    await form.getByLabel("Kiasi").fill("999");
    await form.getByLabel("Sababu").fill("Haikufanya kazi");
    await form.getByRole("button", { name: "Omba rejesho" }).click();
    // 15 of 20 shillings are left: never 1500, as the hub counts.
    await form.getByRole("alert").getByText("Kikubwa zaidi ni 15.").waitFor(patience);
    expect(errors.filter((text) => !text.includes("409"))).toEqual([]);
  });
});

/** What an eye sees on the page, through every shadow root; what is folded away it does not see. */
function seen(page: Page): Promise<string> {
  return page.evaluate(() => {
    const texts: string[] = [];
    const collect = (root: Node): void => {
      for (const node of root.childNodes) {
        if (node instanceof Text) texts.push(node.data);
        if (!(node instanceof Element) || node.localName === "style" || !node.checkVisibility()) continue;
        if (node.shadowRoot !== null) collect(node.shadowRoot);
        collect(node);
      }
    };
    collect(document.body);
    return texts.join(" ").replace(/\s+/g, " ");
  });
}
