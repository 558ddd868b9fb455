/** A new owner in a browser, from the sign-up to a test sale: by the guide alone, in few clicks, left and resumed on the way. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath, complaintsOf, lookAt, picture, settled, useConsole } from "./test-console.ts";
import { cutOff, examine } from "./test-page-looks.ts";

const clicksMax = 25;

describe.skipIf(chromiumPath === null)("the set-up guide", () => {
  const console = useConsole();

  test("[TEN-15] from the sign-up to a test sale in at most 25 clicks; closed on the way, it goes on with the step that is not done", async () => {
    const context = await console.browser().newContext({ viewport: { width: 360, height: 860 } });
    let page = await context.newPage();
    let errors = complaintsOf(page);
    const problems: string[] = [];
    await countClicks(page);
    let clicks = 0;
    const look = async (name: string) => {
      await settled(page);
      await picture(page, name);
      problems.push(...(await cutOff(page, name, 360)), ...(await examine(page, `${name}-360`, "light")));
    };
    const button = (name: string) => page.getByRole("button", { name, exact: true });

    await page.goto(`${console.url()}/#/sign-up`);
    await page.getByLabel("Name of the business").fill("Nuru Wi-Fi");
    await page.getByLabel("Your name").fill("Zawadi");
    await page.getByLabel("E-mail").fill("zawadi@nuru.test");
    await page.getByLabel("Password").fill("a-long-password");
    await button("Sign up").click();
    await page.getByText("We sent an e-mail with a link to zawadi@nuru.test.", { exact: false }).waitFor();

    // A scanner that opens the link uses nothing up.
    const token = await console.hub.mailedToken("zawadi@nuru.test");
    const scanner = await console.browser().newPage();
    await scanner.goto(`${console.url()}/#/sign-up/${token}`);
    await scanner.getByRole("button", { name: "Go on" }).waitFor();
    await scanner.close();
    await page.goto(`${console.url()}/#/sign-up/${token}`);
    await button("Go on").click();
    await page.getByRole("heading", { name: "Set up your business" }).waitFor();
    expect(new URL(page.url()).hash).toBe("#/start");
    await look("start-name");
    await page.getByLabel("Support phone").fill("0712345678");
    await button("Save").click();

    await page.locator("keys-step input[name=shortcode]").fill("600100");
    await look("start-keys");
    clicks += await clicksOn(page);

    // Another day: the browser is closed and opened again.
    await page.close();
    page = await context.newPage();
    errors = [...errors, ...complaintsOf(page)];
    await countClicks(page);
    await page.goto(`${console.url()}/#/start`);
    const keys = page.locator("keys-step action-form");
    await keys.waitFor();
    for (const input of await keys.locator("input:not([type=checkbox])").all())
      if ((await input.getAttribute("required")) !== null || (await input.getAttribute("name")) === "name")
        await input.fill((await input.getAttribute("name")) === "shortcode" ? "600100" : "Test keys 12345");
    await button("Check the keys").click();
    await page.getByText("The keys work.").waitFor();
    await page.locator("site-step").getByLabel("Name").fill("Market square");
    await button("Add a site").click();
    await page.locator("line-card pre").waitFor();
    await look("start-site");
    await button("Later").click();
    await page.locator("test-sale-step").getByRole("button", { name: "Make the test sale" }).click();
    await page.getByText("Nothing was booked.", { exact: false }).waitFor();
    await look("start-sold");
    clicks += await clicksOn(page);
    expect(clicks).toBeGreaterThan(4);
    expect(clicks).toBeLessThanOrEqual(clicksMax);

    await page.setViewportSize({ width: 1280, height: 860 });
    await button("Make sample data").click();
    await button("Remove the sample data").click();
    await page.getByText("The sample data is gone.").waitFor();
    if (process.env.KARIBU_TEST_PICTURES !== undefined) await lookAt(page, "start");
    expect(problems).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  }, 90_000);

  test("[TEN-15] on another device the link asks for the password that was chosen, and nothing is made before", async () => {
    const body = { providerName: "Jua Net", email: "juma@jua.test", password: "a-long-password" };
    await console.hub.call("POST", "/api/v1/sign-up", { body });
    const token = await console.hub.mailedToken("juma@jua.test");
    const page = await console.browser().newPage({ viewport: { width: 360, height: 780 } });
    await page.goto(`${console.url()}/#/sign-up/${token}`);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("To be sure that it is you", { exact: false }).waitFor();
    await page.getByLabel("Password").fill("a-long-password");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("heading", { name: "Set up your business" }).waitFor();
    await page.close();
  });
});

/** Clicks of the pointer and presses of Enter that a person makes on this page. */
async function countClicks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const counted = sessionStorage.getItem("clicks") ?? "0";
    let clicks = Number(counted);
    window.addEventListener(
      "click",
      (event) => {
        if (event.isTrusted) sessionStorage.setItem("clicks", String(++clicks));
      },
      true,
    );
  });
}

const clicksOn = (page: Page): Promise<number> => page.evaluate(() => Number(sessionStorage.getItem("clicks") ?? "0"));
