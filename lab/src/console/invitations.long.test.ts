/** Who was invited and never came is invited once more, from where Home leads. */
import { ownerPassword } from "@karibu/cloud/test-hub";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, patience, picture } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("invitations, in a browser", () => {
  const console = useBusiness("Mialiko");

  test("[UIX-09] an invitation that has ended is on the page that Home leads to, and is sent again", async () => {
    await console.hub.database().asPlatform("test", (tx) =>
      tx
        .updateTable("mailed_tokens")
        .set({ expiresAtMs: Date.now() - 60_000 })
        .where("kind", "=", "invitation")
        .execute(),
    );
    const { page, errors } = await console.open({ email: console.business.ownerEmail });
    await page.getByRole("link", { name: "Invite again: Invitations that have expired" }).click();
    const row = page.getByRole("row").filter({ hasText: "new@people.test" });
    await row.getByText("Expired: the link is too old").waitFor(patience);
    await row.getByRole("button", { name: "Invite again" }).click();
    // The link lets somebody in: an open log-in alone must not make one.
    const dialog = page.locator("password-dialog");
    await dialog.getByText("one code serves for ten minutes", { exact: false }).waitFor(patience);
    await dialog.getByRole("textbox", { name: "Password" }).fill(ownerPassword);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await page.getByText("new@people.test is invited again.", { exact: false }).waitFor(patience);
    await page.getByText("#/invitation/", { exact: false }).waitFor(patience);
    await row.getByText("Expired: the link is too old").waitFor({ ...patience, state: "detached" });
    const { items } = await console.ask("/invitations");
    expect(items.map(({ email, state }: { email: string; state: string }) => [email, state])).toEqual([
      ["new@people.test", "open"],
    ]);
    const topOf = async (text: string) =>
      (await page.locator("staff-page").getByText(text, { exact: true }).first().boundingBox())?.y ?? 0;
    expect(await topOf("new@people.test"), "above the staff, where one looks first").toBeLessThan(
      await topOf(console.business.ownerEmail),
    );
    expect(
      errors.filter((line) => !/403 .*\/invitations$/.test(line)),
      "but that the hub asked for it",
    ).toEqual([]);
  });

  test("[TEN-05] a mangled link says that it is incomplete and whom to ask, in both languages, and no log-in; what a chat added behind a link does no harm", async () => {
    const page = await console.browser().newPage({ viewport: { width: 390, height: 844 } });
    const open = async (hash: string) => {
      await page.goto("about:blank");
      await page.goto(`${console.url()}/#/${hash}`);
      await page.getByRole("heading").first().waitFor();
    };
    for (const [hash, what] of [
      ["invitation/ab=cd", "ask the person who invited you for a new invitation"],
      ["invitation", "ask the person who invited you for a new invitation"],
      ["password/", "ask for a new link"],
      ["sign-up-invitation/%20", "ask the people who run this service for a new invitation"],
    ] as const) {
      await open(hash);
      await page.getByRole("heading", { name: "This link is incomplete" }).waitFor(patience);
      await page.getByText(what, { exact: false }).waitFor(patience);
      expect(await page.getByLabel("E-mail").count()).toBe(0);
    }
    await open("invitation/ab=cd");
    await page.getByRole("heading", { name: "This link is incomplete" }).waitFor(patience);
    await picture(page, "broken-link-390");
    await page.setViewportSize({ width: 1440, height: 900 });
    await picture(page, "broken-link-1440");
    await page.getByRole("button", { name: "Kiswahili" }).click();
    await page.getByText("mwombe aliyekualika akualike tena", { exact: false }).waitFor(patience);
    const { token, providerId } = console.business;
    const body = { email: "whole@people.test", name: "Whole", role: "support", yourPassword: ownerPassword };
    const { link } = (await console.hub.call("POST", "/api/v1/invitations", { token, body })).body;
    expect(providerId).not.toBe("");
    await open(`${link.split("#/")[1]}).`);
    await page.getByText("whole@people.test").waitFor(patience);
    await page.close();
  });
});
