/** Who hears of alarms, on the console: rules, quiet hours, maintenance, webhooks. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, lookAt } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("who hears of alarms, in a browser", () => {
  const console = useBusiness("Kengele");

  test("[MSG-06] a rule is added, tried, changed and removed; quiet hours, a maintenance window and a webhook are set", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/alarm-rules" });
    await page.getByText("Serious alarms, to the owners").first().waitFor();
    await page.getByRole("button", { name: "Add a rule" }).first().click();
    const form = page.locator("action-form").first();
    await form.getByRole("textbox", { name: "Name" }).fill("Night watch");
    await form.getByLabel("Which alarms").selectOption({ label: "The site is silent" });
    await form.getByRole("textbox", { name: /^SMS to these phones/ }).fill("0711 000 001, 0722 000 002");
    await form.getByLabel("Serious ones in quiet hours too").check();
    await form.getByRole("button", { name: "Add a rule" }).click();
    await page.getByRole("heading", { name: "Night watch" }).waitFor();
    await page.getByText("+254711000001, +254722000002", { exact: false }).waitFor();
    await lookAt(page, "alarm-rule");
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText("Messages sent: 3").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    const edit = page.locator("action-form").first();
    await edit.getByRole("textbox", { name: "Name" }).fill("Day watch");
    await edit.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Day watch" }).waitFor();

    await goTo(page, "#/alarm-rules");
    const quiet = page.locator("quiet-hours");
    await quiet.getByLabel("Quiet from").fill("22:00");
    await quiet.getByRole("button", { name: "Save" }).click();
    await quiet.getByText("Quiet until: Both, or none.").waitFor();
    expect(errors.splice(0)).toEqual([expect.stringContaining("alarm-quiet-hours")]);
    await quiet.getByLabel("Quiet until").fill("06:30");
    await quiet.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved", { exact: true }).first().waitFor();
    expect(await console.ask("/alarm-quiet-hours")).toEqual({ fromMinute: 1320, untilMinute: 390 });
    const windows = page.locator("maintenance-windows");
    await windows.getByRole("button", { name: "Plan maintenance" }).click();
    await windows.getByLabel("Why").fill("New mast");
    await windows.getByLabel("Lasts, hours").fill("336");
    await windows.locator("action-form").getByRole("button", { name: "Plan maintenance" }).click();
    await windows.getByText("New mast").first().waitFor();
    const hooks = page.locator("webhooks-card");
    await hooks.getByRole("button", { name: "Add a webhook" }).click();
    await hooks.getByRole("textbox", { name: "Name" }).fill("Our pager");
    await hooks.getByLabel("Address").fill("https://pager.example.com/in");
    await hooks.locator("action-form").getByRole("button", { name: "Add a webhook" }).click();
    await hooks.getByText("Secret for its signatures").waitFor();
    await hooks.getByText("pager.example.com").first().waitFor();
    await page.locator("alarm-notices").getByText("Test").first().waitFor();
    await lookAt(page, "alarm-rules");
    expect(errors).toEqual([]);
  });
});
