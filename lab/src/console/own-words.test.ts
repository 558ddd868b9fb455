/** What the hub and others say in English does not stand in a Swahili page as if it were ours. */
import { admin } from "@karibu/cloud/test-hub";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, settled } from "./test-console.ts";

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

  test("[UIX-10] a failed job, a channel's refusal and a way to refund that is closed are said in Swahili; others' own words are one tap away", async () => {
    const { providerId, channelId, paymentId, ownerEmail } = console.business;
    const words = { job: "TypeError: x is not a function", keys: "Daraja gives no token: HTTP 400" };
    await console.hub.database().asPlatform("test", async (tx) => {
      const times = { created_at_ms: 1, died_at_ms: 2 };
      const job = { job_id: "dead-1", name: "sms.send", queue: "sms", tries: 5, error: words.job, ...times };
      await tx
        .insertInto("dead_jobs")
        .values({ ...job, data: JSON.stringify({ providerId }) as never })
        .execute();
      await tx
        .updateTable("channels")
        .set({ keys_problem: words.keys, keys_checked_at_ms: 5 })
        .where("channel_id", "=", channelId)
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
    await page.getByText("Malipo haya hayakupitia M-Pesa.").first().waitFor();
    expect(await seen(page)).not.toContain("did not come through");
    expect(errors).toEqual([]);
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
