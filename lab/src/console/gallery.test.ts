/** Every part of the console in every state: nothing cut off, readable by a screen reader, usable with keys, within the policy. */

import { admin } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, fits, type OpenPage, patience, picture, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the gallery of the console's parts, in a browser", () => {
  const console = useConsole();
  let open: OpenPage;
  beforeAll(async () => {
    open = await console.open({ email: admin.email, password: admin.password }, { hash: "#/gallery", width: 1440 });
    await open.page.getByRole("heading", { name: "Gallery", exact: true }).waitFor();
    await open.page.locator("time-series").first().scrollIntoViewIfNeeded();
    await open.page.locator("time-series canvas").first().waitFor();
  });

  longTest(
    "[UIX-02] every part in every state, on a phone and a desktop, light and dark: nothing cut off, nothing that axe complains of, no request to a stranger",
    async () => {
      const { page, errors } = open;
      const strangers: string[] = [];
      page.on("request", (request) => {
        if (!request.url().startsWith(console.url())) strangers.push(request.url());
      });
      for (const width of [1440, 360]) {
        await page.setViewportSize({ width, height: 900 });
        for (const theme of ["light", "dark"]) {
          await page.evaluate((chosen) => {
            document.documentElement.dataset.theme = chosen;
          }, theme);
          await fits(page, width);
          expect(await axeFindings(page)).toEqual([]);
          await picture(page, `gallery-${width}-${theme}`);
        }
      }
      expect(strangers).toEqual([]);
      expect(errors).toEqual([]);
    },
    120_000,
  );

  test("[UIX-05] a question takes the focus, is closed by Escape, and gives the focus back; a dangerous one is red", async () => {
    const { page, errors } = open;
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator("#ask-danger").click();
    const yes = page.getByRole("dialog").getByRole("button", { name: "Remove the view A" });
    await yes.waitFor();
    expect(await yes.getAttribute("class")).toContain("danger");
    expect(await axeFindings(page)).toEqual([]);
    await expect.poll(() => focusedText(page), patience).toBe("Cancel");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").first().waitFor({ state: "detached" });
    await expect.poll(() => focusedText(page), patience).toBe("ask, danger");
    expect(errors).toEqual([]);
  });

  test("[UIX-05] what went wrong stays until it is closed, is heard as an alert, and stands above an open question", async () => {
    const { page, errors } = open;
    await page.locator("#toast-bad").click();
    const notice = page.locator("toast-stack").getByRole("alert").filter({ hasText: "The hub does not answer" });
    await notice.waitFor();
    await notice.getByRole("button", { name: "Close" }).click();
    await notice.waitFor({ state: "detached" });
    await page.locator("#toast-good").click();
    await page.getByRole("status").filter({ hasText: "Saved" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("status").filter({ hasText: "Saved" }).waitFor({ state: "detached" });
    expect(errors).toEqual([]);
  });

  test("[UIX-03] rows are chosen by boxes and by the space bar, and what is chosen is done with at once", async () => {
    const { page, errors } = open;
    const table = page.locator("data-table.full");
    await table.getByText("10,000+ rows").waitFor();
    await table.getByRole("checkbox", { name: "Select Customer 1", exact: true }).check();
    await table.locator("tbody a").nth(1).focus();
    await page.keyboard.press("Space");
    await table.getByText("2 selected").waitFor();
    await table.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").filter({ hasText: /^\s*2/ }).first().waitFor();
    await table.getByRole("button", { name: "Clear" }).click();
    await table.getByText("10,000+ rows").waitFor();
    expect(errors).toEqual([]);
  });

  longTest("[UIX-03] a menu is worked with keys; a tip explains its word on focus", async () => {
    const { page, errors } = open;
    await page.getByRole("button", { name: "More actions: A" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Save", exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("explain-tip button").first().focus();
    const tip = page.locator("explain-tip wa-tooltip").first();
    await expect
      .poll(() => tip.evaluate((each) => (each as HTMLElement & { open: boolean }).open), patience)
      .toBe(true);
    await page.keyboard.press("Escape");
    expect(errors).toEqual([]);
  });

  test("[UIX-03] a list is saved as a workbook, and nothing else is taken for one", async () => {
    const { page } = open;
    const contentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const answers = [{ contentType: "text/csv" }, { contentType }];
    await page.route("**/payments/export?*format=xlsx", (route) =>
      route.fulfill({ ...answers.shift(), body: "a workbook" }),
    );
    await page.getByRole("button", { name: "Export Excel" }).click();
    await page.getByText("The export stopped early. Try again.").waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export Excel" }).click();
    expect((await saved).suggestedFilename()).toBe("payments.xlsx");
    await page.unroute("**/payments/export?*format=xlsx");
  });

  longTest(
    "[UIX-02] [UIX-10] a file is chosen in the language of the console, by key, by mouse and by dropping it",
    async () => {
      const { page, errors } = open;
      const picker = page.locator("action-form file-picker");
      await picker.getByText("No file chosen yet").waitFor();
      expect(await page.locator("action-form input[type=file]").evaluateAll(drawnByBrowser)).toEqual([]);
      await chooseLanguage(page, "sw");
      await picker.getByText("Chagua faili", { exact: true }).waitFor();
      await chooseLanguage(page, "en");

      const csv = { name: "sites.csv", mimeType: "text/csv", buffer: Buffer.from("name\nKisumu\n") };
      const chosen = page.waitForEvent("filechooser");
      await page.getByLabel("CSV file").focus();
      await page.keyboard.press("Space");
      await (await chosen).setFiles(csv);
      await picker.getByText("sites.csv").waitFor();
      await picker.getByText("Choose another file").waitFor();

      await picker.locator("label").evaluate((label) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["name\nSiaya\n"], "dropped.csv", { type: "text/csv" }));
        label.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      });
      await picker.getByText("dropped.csv").waitFor();
      const inForm = await page
        .locator("action-form form")
        .first()
        .evaluate((form) => (new FormData(form as HTMLFormElement).get("csv") as File).name);
      expect(inForm).toBe("dropped.csv");
      expect(errors).toEqual([]);
    },
  );

  test("[UIX-02] people's units, and what few need under More options", async () => {
    const { page } = open;
    const form = page.locator("action-form");
    const units = form.getByRole("combobox", { name: "Unit" });
    expect(await units.first().inputValue()).toBe("days");
    const more = form.locator("details.more");
    expect(await more.evaluate((each) => (each as HTMLDetailsElement).open)).toBe(true);
    expect(await form.locator("[name=down]").inputValue()).toBe("1.5");
    expect(await form.locator("[name=share]").inputValue()).toBe("2.5");
    expect(await form.locator("[name=site] option").count()).toBe(5_000);
    expect(await form.locator("[name=site]").inputValue()).toBe("4999");
  });
});

/** File inputs that can be seen as the browser draws them: in its own language. */
const drawnByBrowser = (inputs: Element[]): string[] =>
  inputs.filter((input) => getComputedStyle(input).opacity !== "0").map((input) => input.outerHTML);

async function axeFindings(page: Page): Promise<string[]> {
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: library } = window as unknown as { axe: typeof axe };
    const { violations } = await library.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
      resultTypes: ["violations"],
    });
    return violations.map(({ id, nodes }) => {
      const where = nodes.slice(0, 3).map((node) => `${node.html.slice(0, 120)} ${node.any[0]?.message ?? ""}`);
      return `${id}: ${where.join(" | ")}`;
    });
  });
}

function focusedText(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.textContent?.trim() ?? "";
  });
}
