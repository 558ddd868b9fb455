/** A second router waits in the demo: a visitor adds a site, pastes the line into its terminal, and everything that the console offers for it works. */
import { beforeAll, describe, expect, test } from "vitest";
import { hasTool } from "../ci/tools.ts";
import { logIn, logIns } from "./sample.ts";
import { openPhone, picture, useDemo } from "./test-demo.ts";

const patience = { timeout: 45_000 };

describe.skipIf(!hasTool("chromium"))("a new router in the demo", () => {
  const demo = useDemo();
  const url = (name: "hub" | "newRouter" | "newHotspot", path = "/") =>
    `http://127.0.0.1:${demo.current().ports[name]}${path}`;
  let siteId = "";
  let owner: Awaited<ReturnType<typeof logIn>>;
  beforeAll(async () => {
    owner = await logIn(url("hub", ""), logIns.owner);
  });

  test("[RTR-13] [RTR-14] the pasted line makes it a site that can sell, and phones reach its portal", async () => {
    const { browser } = demo.current();
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(url("hub", "/#/sites"));
    await page.getByLabel("E-mail").fill(logIns.owner.email);
    await page.getByLabel("Password").fill(logIns.owner.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("button", { name: "Add a site" }).first().click();
    await page.locator("sites-page action-form").getByRole("textbox", { name: /^Name/ }).fill("Bus park");
    await page.locator("sites-page action-form").getByRole("button", { name: "Add a site" }).click();
    const line = (await page.locator("line-card pre").textContent()) ?? "";

    const terminal = await browser.newPage({ viewport: { width: 900, height: 700 } });
    await terminal.goto(url("newRouter"));
    await terminal.getByText("It waits for the line.", { exact: false }).waitFor();
    await terminal.getByLabel("The line").fill(line);
    await terminal.getByRole("button", { name: "Run it" }).click();
    await terminal.getByText("Choose disk, ports and Wi-Fi in the console", { exact: false }).waitFor(patience);
    await picture(terminal, "new-router-terminal");
    await page.locator("action-form").getByRole("button", { name: "Continue" }).click(patience);
    await page.getByText("This site can sell").waitFor(patience);
    await picture(page, "new-router-can-sell");
    siteId = decodeURIComponent(new URL(page.url()).hash.split("/")[2] ?? "");

    const { page: phone } = await openPhone(browser);
    await phone.goto(url("newHotspot", "/some/page"));
    await phone
      .getByRole("button", { name: /1 hour/ })
      .first()
      .waitFor(patience);
  }, 100_000);

  test("[RTR-10] its doctor finds it in order, and a back-up arrives", async () => {
    const router = `/api/v1/routers/${siteId}`;
    await owner.post(`${router}/back-ups`, {});
    const newest = async () => (await owner.get<{ items: { state: string }[] }>(`${router}/back-ups`)).items[0]?.state;
    await expect.poll(newest, patience).toBe("done");
    const health = () => owner.get<Examined>(`${router}/health`);
    await expect.poll(async () => (await health()).grade, patience).toBe("A");
    expect((await health()).findings).toEqual([]);
  }, 100_000);
});

interface Examined {
  readonly grade: string | null;
  readonly findings: readonly { readonly check: string }[];
}
