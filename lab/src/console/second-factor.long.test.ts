/** Two steps that a role must have, and the code that some actions want again. */

import { codeAt } from "@karibu/cloud/identity/credentials/test-totp";
import { ownerPassword } from "@karibu/cloud/test-hub";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, patience } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("two steps, in a browser", () => {
  const console = useBusiness("Hatua");

  /** The code of the next half minute: each counts once. */
  const nextCode = (secret: string) => {
    console.hub.moveClock(30_000);
    return codeAt(secret, console.hub.world.clock.wall().atMs);
  };
  const picture = async (page: Page, name: string) => {
    const folder = process.env.KARIBU_PICTURES;
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  test("[TEN-07] [TEN-09] an owner demands two steps of a role; its person sets them up, and enters a code again for what needs one", async () => {
    const { business } = console;
    const owner = await console.open({ email: business.ownerEmail }, { hash: "#/people", width: 390 });
    const role = owner.page.locator("roles-card details").filter({ hasText: "Accountant" });
    await role.locator("summary").click();
    await role.getByLabel("Requires two-step log-in").check();
    await role.getByText("Two-step log-in", { exact: true }).waitFor(patience);
    await picture(owner.page, "roles-390");

    const context = await console.browser().newContext({ viewport: { width: 390, height: 860 } });
    const page = await context.newPage();
    await page.goto(`${console.url()}/#/payments`);
    await page.getByLabel("E-mail").fill(business.accountantEmail);
    await page.getByLabel("Password").fill(ownerPassword);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Set up two-step log-in" }).waitFor(patience);
    await picture(page, "gate-390");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByLabel("Current password").fill(ownerPassword);
    await page.getByRole("button", { name: "Continue" }).click();
    const shown = page.locator(".secret");
    await shown.waitFor(patience);
    const secret = (await shown.innerText()).replaceAll(/\s/g, "");
    await picture(page, "scan-390");
    await page.getByLabel("The code that the app shows now").fill(nextCode(secret));
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByRole("button", { name: "I have written the codes down" }).click(patience);
    await page.locator("account-menu button").waitFor(patience);

    console.hub.moveClock(11 * 60_000);
    await page.goto(`${console.url()}/#/account`);
    await page.getByLabel("Current password").fill(ownerPassword);
    await page.getByLabel("New password").fill("another fine password");
    await page.getByRole("button", { name: "Change password" }).click();
    const dialog = page.locator("code-dialog");
    await dialog.getByText("Enter your code").first().waitFor(patience);
    await picture(page, "dialog-390");
    await dialog.getByRole("textbox").fill("000000");
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByText("This code is not right, or was used already.").waitFor(patience);
    await dialog.getByRole("textbox").fill(nextCode(secret));
    await dialog.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Your password is changed; other log-ins and your API tokens have ended.").waitFor(patience);
    expect(owner.errors).toEqual([]);
  });
});
