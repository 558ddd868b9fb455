/** A site's set-up in the browser of an installer with a phone: the line, the choices, each step live, problems with their remedies, to the end. */

import { rmSync } from "node:fs";
import { boardFacts, imagesForTests, keyOf, playRouter } from "@karibu/cloud/fleet/set-up/test-set-up-router";
import { askerOf } from "@karibu/cloud/test-asking";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type DrillSite, startSite } from "../link/test-drill-sites.ts";
import { chooseLanguage, chromiumPath, patience, settled, useConsole } from "./test-console.ts";
import { cutOff, examine, lookOnPhone } from "./test-page-looks.ts";

const images = imagesForTests();

describe.skipIf(chromiumPath === null)("the set-up of a site, on a phone", () => {
  const console = useConsole({ images: images.shelf });
  const running: DrillSite[] = [];
  let owner: Awaited<ReturnType<typeof console.hub.makeProvider>>;
  beforeAll(async () => {
    owner = await console.hub.makeProvider("Soko");
  });
  afterEach(async () => {
    for (const { agent } of running.splice(0)) await agent.stop();
  });
  afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

  test("[RTR-14] [SYS-01] a site is added, its line is pasted, the router waits for choices, each step shows at once, a failure has its remedy, and in the end it can sell", async () => {
    const { page, errors } = await console.open({ email: owner.ownerEmail }, { hash: "#/sites", width: 360 });
    const problems: string[] = [];
    const looks = [
      [390, "dark"],
      [390, "light"],
      [1440, "light"],
      [1440, "dark"],
    ] as const;
    const look = async (name: string) => void problems.push(...(await lookOnPhone(page, name, looks)));

    await page.getByRole("button", { name: "Add a site" }).first().click();
    await page.locator("sites-page action-form").getByRole("textbox", { name: /^Name/ }).fill("Market");
    await page.locator("sites-page action-form").getByRole("button", { name: "Add a site" }).click();
    await expect.poll(() => new URL(page.url()).hash, patience).toMatch(/^#\/set-up\//);
    const line = (await page.locator("line-card pre").textContent()) as string;
    expect(line).toMatch(/^\{ :local v /);
    await page.getByText("For one router, for", { exact: false }).waitFor();
    await look("set-up-line");

    const facts = { ...boardFacts, identity: "<img src=x onerror=alert(1)>", interfaces: [...boardFacts.interfaces] };
    facts.interfaces.push({ name: '"><b>ether9', type: "ether", running: false, bridge: "", isInstallers: false });
    const router = playRouter(console.hub, line, facts);
    await router.tell({ version: "7.12 (stable)" });
    await page.getByText("Upgrade RouterOS to 7.18.2", { exact: false }).waitFor(patience);
    await look("set-up-ruled-out");
    await router.tell();
    await page.getByText("Nothing on the router has been changed yet.", { exact: false }).waitFor(patience);
    await page.getByText("<img src=x onerror=alert(1)>").waitFor();
    const form = page.locator("action-form");
    await form.getByLabel('Guests use "><b>ether9').waitFor();
    await look("set-up-choices");
    await form.getByLabel("Guests use ether2", { exact: false }).check();
    await form.getByRole("button", { name: "Continue" }).click();
    await form.getByText("Say yes to moving it", { exact: false }).waitFor();
    await form.getByLabel("Guests use ether2", { exact: false }).uncheck();
    await form.getByRole("button", { name: "Continue" }).click();
    await stepIs(page, "choices", "done");

    await router.report({ step: "choices", state: "waiting" });
    const script = (await router.fetch("/enrol/stage-two")).text;
    await router.report({
      step: "disk",
      state: "failed",
      problem: "disk-not-formatted",
      detail: "failure: <script>",
    });
    await page.getByText("The disk must be formatted as ext4.", { exact: false }).waitFor(patience);
    await page
      .getByText("In its own words", { exact: false })
      .first()
      .waitFor({ state: "attached" })
      .catch(() => {});
    await look("set-up-failed-step");
    await page.getByRole("button", { name: "Choose again" }).click();
    await form.getByRole("button", { name: "Continue" }).click();
    await form.waitFor({ state: "detached" });
    for (const step of ["package", "device-mode", "disk", "configuration"])
      await router.report({ step, state: "done" });
    await router.fetch("/enrol/image/arm64");
    await stepIs(page, "image", "running");
    await page.getByText(/\d kB of \d+ kB/).waitFor(patience);
    await look("set-up-image");
    await router.report({ step: "image", state: "done" });
    await router.report({ step: "container", state: "running" });

    // The page is closed and opened again: the line is gone, the steps are there.
    await page.reload();
    await stepIs(page, "image", "done");
    const enrolToken = /KARIBU_ENROL_TOKEN[^\n]*?value="?([\w.-]+)"?/.exec(script)?.[1] as string;
    const siteId = decodeURIComponent(new URL(page.url()).hash.split("/")[2] as string);
    running.push(await startSite(console.hub, { siteId, enrolToken }));
    await stepIs(page, "link", "done");
    await router.report({ step: "container", state: "done" });
    await router.report({ step: "tunnel", state: "done" });
    await router.report({ step: "verified", state: "done" });
    await page.getByText("This site can sell").waitFor(patience);
    await page.getByRole("link", { name: "Look at the site" }).waitFor();
    await look("set-up-done");
    await chooseLanguage(page, "sw");
    await page.getByText("Kituo hiki kinaweza kuuza").waitFor();
    await look("set-up-done-sw");
    expect(problems).toEqual([]);
    expect(errors.filter((error) => !error.includes("409 (Conflict)"))).toEqual([]);
  }, 120_000);

  test("[BEY-35] a board without a USB port: the page says what is lost without a stick, asks for no disk, and goes on", async () => {
    const call = async (method: string, path: string, body?: object) =>
      (
        await console.hub.call(method, `/api/v1${path}`, {
          token: owner.token,
          ...(body === undefined ? {} : { body }),
        })
      ).body;
    const { siteId } = (await call("POST", "/sites", { name: "Stall" })).site;
    const { line } = await call("POST", `/sites/${siteId}/set-up`, {});
    const bare = { ...boardFacts, board: "hAP ax^2", disks: [], wireguardPublicKey: keyOf(23) };
    const router = playRouter(console.hub, line, bare);
    const { page, errors } = await console.open(
      { email: owner.ownerEmail },
      { hash: `#/set-up/${siteId}`, width: 360 },
    );
    await router.tell({ freeDiskBytes: 41_000_000 });
    await page.getByText("needs 1 GB of memory and more free flash", { exact: false }).waitFor(patience);
    await router.tell({ freeDiskBytes: 96_000_000 });
    await page
      .getByText("has no disk, so its agent is kept on the router's own flash", { exact: false })
      .waitFor(patience);
    const form = page.locator("action-form");
    expect(await form.getByLabel("Disk for the agent").count()).toBe(0);
    const problems: string[] = [];
    for (const theme of ["light", "dark"] as const) {
      await settled(page);
      problems.push(...(await cutOff(page, "set-up-flash", 360)), ...(await examine(page, "set-up-flash", theme)));
    }
    await form.getByRole("button", { name: "Continue" }).click();
    await stepIs(page, "choices", "done");
    expect([problems, errors]).toEqual([[], []]);
  }, 60_000);

  test("[RTR-14] a line that nobody has any more is replaced by a new one, an old one says so, and a set-up can be cancelled", async () => {
    const call = askerOf(console.hub, () => owner.token);
    const { siteId } = (await call("POST", "/sites", { name: "Bank" })).body.site;
    const begun = await call("POST", `/sites/${siteId}/set-up`, {});
    const { page, errors } = await console.open(
      { email: owner.ownerEmail },
      { hash: `#/set-up/${siteId}`, width: 360 },
    );
    await page.getByText("The line is shown once", { exact: false }).waitFor(patience);
    await page.getByRole("button", { name: "Make a new line" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Make a new line" }).click();
    const line = (await page.locator("line-card pre").textContent()) as string;
    expect(line).not.toBe(begun.body.line);
    const router = playRouter(console.hub, line, { ...boardFacts, wireguardPublicKey: keyOf(21) });
    await router.tell();
    await playRouter(console.hub, line, { ...boardFacts, serial: "OTHER", wireguardPublicKey: keyOf(22) }).tell();
    await page.getByText("Another router showed this line", { exact: false }).waitFor(patience);
    await page.getByRole("button", { name: "Cancel the set-up" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Cancel the set-up" }).click();
    await page.getByText("This set-up was cancelled.").waitFor(patience);
    expect((await router.report({ step: "disk", state: "done" })).body.state).toBe("cancelled");
    expect(errors).toEqual([]);
  }, 60_000);
});

async function stepIs(page: Page, step: string, state: string): Promise<void> {
  await page.locator(`step-list li[data-step="${step}"].${state}`).waitFor(patience);
}
