import { admin } from "@karibu/cloud/test-hub";
import { describe, expect, test } from "vitest";
import { chromiumPath, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("a hub where only who is invited may sign up, in a browser", () => {
  const console = useConsole({ signUp: "invitation" });

  test("[SYS-25] the log-in offers no sign-up, a platform admin invites, and the link opens the business", async () => {
    const guest = await console.browser().newPage({ viewport: { width: 360, height: 780 } });
    await guest.goto(`${console.url()}/#/`);
    await guest.getByRole("link", { name: "Sign up" }).waitFor({ state: "detached" });
    await guest.goto(`${console.url()}/#/sign-up`);
    await guest.getByText("Only who was invited can sign up here.", { exact: false }).waitFor();
    expect(await guest.getByLabel("Name of the business").count()).toBe(0);

    const { page, errors } = await console.open(
      { email: admin.email, password: admin.password },
      { hash: "#/providers" },
    );
    const card = page.locator("sign-up-invitations-card");
    await card.getByText("Nobody is invited.").waitFor();
    await card.getByLabel("Owner's e-mail").fill("zawadi@nuru.test");
    await card.getByRole("button", { name: "Invite", exact: true }).click();
    await card.getByRole("row").filter({ hasText: "zawadi@nuru.test" }).getByText("Open").waitFor();
    const token = await console.hub.mailedToken("zawadi@nuru.test");
    await card.getByText(`/#/sign-up-invitation/${token}`, { exact: false }).waitFor();

    await guest.goto(`${console.url()}/#/sign-up-invitation/${token}`);
    expect(await guest.getByLabel("E-mail").count()).toBe(0);
    await guest.getByLabel("Name of the business").fill("Nuru Wi-Fi");
    await guest.getByLabel("Your name").fill("Zawadi");
    await guest.getByLabel("Password").fill("a-long-password");
    await guest.getByRole("button", { name: "Sign up" }).click();
    await guest.getByText("Done", { exact: false }).first().waitFor();
    await guest.getByRole("link", { name: "Log in" }).click();
    await guest.getByLabel("E-mail").fill("zawadi@nuru.test");
    await guest.getByLabel("Password").fill("a-long-password");
    await guest.getByRole("button", { name: "Log in" }).click();
    await guest.getByText("Nuru Wi-Fi").first().waitFor();
    expect(errors).toEqual([]);
  });
});
