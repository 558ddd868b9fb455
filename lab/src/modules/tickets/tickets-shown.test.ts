/** Tickets in their list and in places of others: beside the open one as `console/distances.test.ts` looks at other pages, and where they can't be read. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chromiumPath, goTo, settled } from "../../console/test-console.ts";
import { customerPhone } from "../../console/test-sample-business.ts";

describe.skipIf(chromiumPath === null)("tickets as they are shown, in a browser", () => {
  const console = useBusiness("Nafasi");

  test("[UIX-02] a late ticket's two states stay inside its row, beside the open ticket", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail });
    const { business, hub } = console;
    const headers = { "idempotency-key": "late-ticket" };
    const about = {
      subject: "Wants a line at home",
      kind: "other",
      priority: "normal",
      text: "He called.",
      customerId: null,
    };
    const made = await hub.call("POST", "/api/v1/tickets", { token: business.token, body: about, headers });
    expect(made.status, made.text).toBe(201);
    const late = { answerDueMs: Date.now() - 1000 };
    await hub
      .database()
      .asProvider(business.providerId, (tx) =>
        tx.updateTable("tickets").set(late).where("ticketId", "=", made.body.ticketId).execute(),
      );
    await page.setViewportSize({ width: 1440, height: 900 });
    await goTo(page, `#/tickets/${made.body.ticketId}`);
    await page.getByText("Answer is late").first().waitFor();
    await settled(page);
    const inside = await page
      .locator("tickets-page data-table tbody tr")
      .filter({ hasText: "Wants a line at home" })
      .evaluate((row) => {
        const edge = row.getBoundingClientRect().right;
        return [...row.querySelectorAll(".badge")].map((badge) => badge.getBoundingClientRect().right <= edge);
      });
    expect(inside).toEqual([true, true]);
  }, 60_000);

  test("[SYS-27] where tickets can't be read, the first page, the search and a person's page say so, and show the rest", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail });
    const { hub } = console;
    const rename = (from: string, to: string) =>
      hub.database().alone("write", (run) => run(`alter table ${from} rename to ${to}`));
    const said = "Could not be read just now, because this part of the hub failed: tickets. Everything else is here.";
    const shown = () => page.getByText(said).filter({ visible: true }).waitFor();
    await rename("tickets", "tickets_away");
    try {
      await goTo(page, `#/person/${customerPhone}`);
      await shown();
      await goTo(page, "#/");
      await shown();
      await page.keyboard.press("Control+K");
      await page.getByRole("combobox", { name: "Find anything" }).fill(customerPhone);
      await page.locator("command-palette").getByText(said).waitFor();
      expect(await page.locator("command-palette [role=option]").count()).toBeGreaterThan(0);
    } finally {
      await rename("tickets_away", "tickets");
    }
  }, 60_000);
});
