/** Doors that lead where they say: the platform's Health, a plan that is changed, an invitation. */

import { admin, ownerPassword } from "@karibu/cloud/test-hub";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, complaintsOf, goTo, lookInThemes, patience, settled } from "./test-console.ts";
import { openIn } from "./test-page-looks.ts";

describe.skipIf(chromiumPath === null)("doors that lead where they say, in a browser", () => {
  const console = useBusiness("Milango");

  test("[UIX-02] the platform's room Health opens the hub's health", async () => {
    const { page, errors } = await console.open({ email: admin.email, password: admin.password });
    await page.locator("nav.side a").filter({ hasText: "Health" }).click();
    await page.getByRole("heading", { name: "Health", exact: true, level: 1 }).waitFor(patience);
    expect(page.url()).toContain("#/health");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[UIX-02] who types the address of the log-in comes home by it, and where there is nothing a door leads home", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/log-in" });
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor(patience);
    await goTo(page, "#/no-such-page");
    await page.getByRole("heading", { name: "There is nothing at this address." }).waitFor(patience);
    await page.locator("main").getByRole("link", { name: "Home" }).click();
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor(patience);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[UIX-02] while the code of a page is on its way, its name stands there, and that it comes", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail });
    await settled(page);
    const held = Promise.withResolvers<void>();
    await page.route(/\.js(\?.*)?$/, async (route) => {
      await held.promise;
      await route.continue();
    });
    await goTo(page, "#/venues");
    await page.getByRole("heading", { name: "Venues", level: 1 }).waitFor(patience);
    expect(await page.locator('main [aria-busy="true"]').count()).toBe(1);
    held.resolve();
    await page.getByRole("button", { name: "Add a venue" }).waitFor(patience);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[UIX-02] on a phone too a list that is on its way is drawn", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail }, { width: 390 });
    const { answer } = await openIn(page, "customers", "loading");
    const bone = page.locator("main data-table .bone").first();
    await bone.waitFor({ ...patience, state: "attached" });
    expect(await bone.evaluate((drawn) => drawn.getBoundingClientRect().width)).toBeGreaterThan(100);
    await answer();
    await page.context().close();
  });

  test("[PLN-01] the form of a plan says which one it changes, and Cancel closes it without a change", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/plans" });
    const row = page.getByRole("row").filter({ hasText: "By the hour" });
    await row.getByRole("button", { name: "Edit" }).first().click();
    const heading = page.getByRole("heading", { name: "Change the plan: 1 hour" });
    await heading.waitFor(patience);
    await page.getByLabel("Name").first().fill("Never kept");
    await page.getByRole("button", { name: "Cancel" }).first().click();
    await heading.waitFor({ ...patience, state: "detached" });
    const { items } = await console.ask("/plans");
    expect(items.map(({ name }: { name: string }) => name)).not.toContain("Never kept");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[UIX-07] an invitation says who invites whom as what, and ends logged in; one that is over says so at once", async () => {
    const { hub, business } = console;
    const body = { email: "amina@people.test", name: "Amina", role: "support", yourPassword: ownerPassword };
    const { link } = (await hub.call("POST", "/api/v1/invitations", { token: business.token, body })).body;
    const token = String(link).split("/").at(-1);
    const page = await console.browser().newPage();
    const errors = complaintsOf(page);
    await page.goto(`${console.url()}/#/invitation/${token}`);
    const card = page.locator("link-page");
    await card.getByText("Milango", { exact: false }).first().waitFor(patience);
    await card.getByText("Support", { exact: true }).waitFor();
    await card.getByText("amina@people.test").waitFor();
    await lookInThemes(page, "invitation");
    await card.getByLabel("New password").fill("a password that nobody knows 7");
    await card.getByRole("button", { name: "Continue" }).click();
    await page.locator("account-menu button").waitFor(patience);
    expect(errors).toEqual([]);
    await page.close();
    const other = await console.browser().newPage();
    await other.goto(`${console.url()}/#/invitation/made-up`);
    await other.locator("link-page").getByRole("alert").waitFor(patience);
    expect(await other.locator("link-page").getByLabel("New password").count()).toBe(0);
    await other.close();
  });

  test("[UIX-09] a hub that was given no key says where releases are that it takes none, and how one is made, instead of a form that is refused", async () => {
    const { page, errors } = await console.open(
      { email: admin.email, password: admin.password },
      { hash: "#/releases" },
    );
    await page.getByText("This hub takes no releases: it has no key to check them by.").waitFor(patience);
    await page.getByText("npm run image -- --bundle", { exact: false }).waitFor();
    expect(await page.getByRole("button", { name: "Upload" }).count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[UIX-09] why a site's line is refused stays on its page, beside the button", async () => {
    const { page } = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/set-up/${console.business.siteId}` },
    );
    const refused = {
      type: "about:blank",
      title: "Conflict",
      status: 409,
      code: "no-public-url",
      detail: "No address.",
    };
    await page.route(/\/api\/v1\/sites\/[^/]+\/set-up$/, (route) =>
      route.request().method() === "POST"
        ? route.fulfill({ status: 409, contentType: "application/problem+json", body: JSON.stringify(refused) })
        : route.continue(),
    );
    await page.getByRole("button", { name: /line/i }).first().click();
    const why = page.locator("set-up-page").getByText("Routers don't know how to reach this hub", { exact: false });
    await why.waitFor(patience);
    // Not in a toast alone, which goes by itself.
    expect(await why.evaluate((element) => element.closest("section")?.querySelector("button") !== null)).toBe(true);
    await page.context().close();
  });
});
