/** What stands in a form is what is stored, also where it is none of the choices: who changes the note changes nothing else. */
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chromiumPath, goTo, patience } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("an installation that is changed, in a browser", () => {
  const console = useBusiness("Ziara");
  const call = sureAskerOf(console.hub, () => console.business.token);

  test("[CUS-21] the note of a visit is changed: its times, its plan that is off sale, its site and its technician stay, also where their names come late or not at all", async () => {
    const { siteId } = console.business;
    const person = { email: "fundi@ziara.test", password: "some-long-password", name: "Otieno", role: "installer" };
    const { userId: assignedTo } = await call("POST", "/users", person);
    const { planId } = await call("POST", "/plans", { name: "Old 5M", priceCents: 100, terms: {} });
    await call("PATCH", `/plans/${planId}`, { active: false });
    const visit = {
      visitFromMs: Date.parse("2030-01-02T09:10:00+03:00"),
      visitUntilMs: Date.parse("2030-01-03T10:40:00+03:00"),
    };
    const order = { ...visit, name: "Wanjiku", planId, siteId, assignedTo };
    const { installationId } = await call("POST", "/installations", order);

    const { page, errors } = await console.open({ email: console.business.ownerEmail });
    const later = Promise.withResolvers<void>();
    await page.route(/\/api\/v1\/(plans|sites)\?/, async (route) => {
      await later.promise;
      await route.continue();
    });
    await page.route(/\/api\/v1\/users\?/, (route) => route.fulfill({ status: 503, json: {} }));
    await goTo(page, `#/installations/${installationId}`);
    const form = page.locator("installation-page action-form");
    await page.getByRole("button", { name: "Edit" }).click();
    await form.getByLabel("Name", { exact: true }).waitFor(patience);
    later.resolve();
    await form.locator("select[name=siteId] option", { hasText: "Market square" }).waitFor({ state: "attached" });
    await form.locator("summary").click();
    await form.locator("textarea[name=note]").fill("Ring first");
    await form.getByRole("button", { name: "Save", exact: true }).click();
    await form.waitFor({ state: "detached" });
    expect(await call("GET", `/installations/${installationId}`)).toMatchObject({ ...order, note: "Ring first" });
    expect(errors.filter((error) => !error.includes("503"))).toEqual([]);
  });
});
