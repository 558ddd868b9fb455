/** Signing up on the demo, in a browser: its mail inbox has the letter. */
import { describe, expect, test } from "vitest";
import { hasTool } from "../ci/tools.ts";
import { openPhone, picture, useDemo } from "./test-demo.ts";

describe.skipIf(!hasTool("chromium"))("signing up, in a browser", () => {
  const demo = useDemo();
  const url = (name: "hub" | "mail") => `http://127.0.0.1:${demo.current().ports[name]}/`;
  const email = "owner@nyota.example";
  const password = "a-long-password";

  test("[TEN-09] a new owner signs up, lets the e-mail be sent again, confirms by the demo's inbox and is in", async () => {
    const { page, errors } = await openPhone(demo.current().browser);
    await page.goto(url("hub"));
    await page.getByRole("link", { name: "Sign up" }).click();
    await page.getByLabel("Business").fill("Nyota Net");
    await page.getByLabel("Your name").fill("Nyota");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByText(`We sent an e-mail with a link to ${email}`).waitFor();
    await picture(page, "sign-up-sent");

    await page.getByRole("link", { name: "Log in" }).click();
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("This address is not confirmed yet").waitFor();
    await picture(page, "log-in-not-confirmed");
    await page.getByRole("button", { name: "Send it again" }).click();
    await page.getByText("Sent again.").waitFor();

    await page.goto(url("mail"));
    await page.getByRole("article").nth(1).waitFor();
    await picture(page, "mail-inbox");
    await page.getByRole("article").first().getByRole("link").click();
    await page.getByRole("button", { name: "Continue" }).click();
    // The letter names another host than the one where the page was opened: for a browser that is somebody else.
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Nyota Net").first().waitFor({ state: "attached" });
    expect(await page.getByLabel("Password").count()).toBe(0);
    expect(errors).toEqual([]);
  });
});
