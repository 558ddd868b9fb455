/** Who was invited and never came is invited once more, from where Home leads. */
import { ownerPassword } from "@karibu/cloud/test-hub";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, patience } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("invitations, in a browser", () => {
  const console = useBusiness("Mialiko");

  test("[UIX-09] an invitation that has ended is on the page that Home leads to, and is sent again", async () => {
    await console.hub.database().asPlatform("test", (tx) =>
      tx
        .updateTable("mailed_tokens")
        .set({ expires_at_ms: Date.now() - 60_000 })
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
    await dialog.getByRole("button", { name: "Go on" }).click();
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
});
