/** Fair use, burst and special hours of a plan, in the console. */
import { describe, expect, test } from "vitest";
import { chromiumPath, goTo, picture, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("what a plan does besides its limits, in a browser", () => {
  const console = useConsole();

  test("[PLN-10] the form says in words and as a picture of the week what is typed; the plan keeps it, and takes it away again", async () => {
    const { ownerEmail: email, token } = await console.hub.makeProvider("Kisumu");
    const { page, errors } = await console.open({ email }, { width: 360 });
    const plans = async () => (await console.hub.call("GET", "/api/v1/plans", { token })).body.items;
    await goTo(page, "#/plans?add=1");
    const form = page.locator("action-form").first();
    await form.locator("[name=name]").fill("Night owl");
    await form.locator("[name=priceCents]").fill("100");
    await form.locator("[name=downKbps]").fill("4");
    await form.locator("[name=upKbps]").fill("1");
    await form.getByText("More options").click();
    await form.locator("[name=fairUse]").selectOption("day");
    await form.locator("[name=quotaBytes]").fill("500");
    await form.locator("[name=slowDown]").fill("1");
    await form.locator("[name=burstDown]").fill("8");
    await form.locator("[name=days1]").selectOption("work");
    await form.locator("[name=from1]").selectOption({ label: "22:00" });
    await form.locator("[name=to1]").selectOption({ label: "05:00" });
    await form.locator("[name=free1]").check();
    const week = page.locator("plan-week");
    await week.getByText("Monday to Friday 22:00–05:00: free data").waitFor();
    await week.getByText("500 MB a day at full speed, then 1 Mbit/s until midnight").waitFor();
    // Five evenings, and five mornings after them.
    await expect.poll(() => week.locator(".span").count()).toBe(10);
    await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
    await picture(page, "plan-terms-form");
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    await page.getByText("500 MB a day at full speed").waitFor();
    const saved = async () => (await plans()).find((one: { name: string }) => one.name === "Night owl")?.terms;
    expect(await saved()).toMatchObject({
      fairUse: { period: "day", quotaBytes: 500_000_000, downKbps: 1000, upKbps: 512, utcOffsetMinutes: 180 },
      burst: { downKbps: 8000, thresholdDownKbps: 4000, seconds: 8 },
      hours: { windows: [{ days: [1, 2, 3, 4, 5], fromMinute: 1320, toMinute: 1740, isFree: true }] },
    });
    await page.getByRole("button", { name: "Edit" }).first().click();
    await form.locator("[name=fairUse]").selectOption("");
    await form.locator("[name=days1]").selectOption("");
    await form.getByRole("button", { name: "Save" }).click();
    await expect.poll(saved).toMatchObject({ fairUse: null, hours: null, burst: { downKbps: 8000 } });
    expect(errors).toEqual([]);
  });
});
