/** The page of the hub's back-ups, as a platform admin uses it: into a bucket, which answers late and fails. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeAt } from "@karibu/cloud/identity/credentials/test-totp";
import { createBucketStore } from "@karibu/cloud/operations/back-ups/stores/bucket-store";
import { admin } from "@karibu/cloud/test-hub";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bucket, startBucket } from "../s3/bucket.ts";
import { chooseLanguage, chromiumPath, fits, useConsole } from "./test-console.ts";

const patience = { timeout: 200_000 };

async function codeEntered(page: Page, code: string): Promise<void> {
  const dialog = page.locator("code-dialog");
  await dialog.getByRole("textbox").fill(code, patience);
  await dialog.getByRole("button", { name: "Continue" }).click();
}
const folder = mkdtempSync(join(tmpdir(), "karibu-backups-page-"));
let bucket: Bucket;
beforeAll(async () => {
  bucket = await startBucket({ nowMs: () => Date.now() });
});
afterAll(async () => {
  await bucket.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(chromiumPath === null)("[SYS-23] the page Back-ups", () => {
  let isProving = true;
  let letProve = () => {};
  const proved = new Promise<void>((resolve) => {
    letProve = resolve;
  });
  const console = useConsole({
    backupPlan: () => ({
      store: createBucketStore({ url: `${bucket.url}/hub`, ...bucket.keys }),
      ...{
        workFolder: join(folder, "work"),
        hour: 0,
        keep: { days: 7, weeks: 5, months: 12 },
        provedMsMax: 36 * 3_600_000,
      },
      // The proof itself takes the embedded engine many seconds, and has its own tests.
      prove: async () => {
        await proved;
        isProving = false;
        return { rows: {}, ledger: [], sha256: await noted() };
      },
    }),
  });
  const noted = async () => {
    const rows = await console.hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("backup_runs").select("contentSha256").where("state", "=", "proving").execute(),
      );
    return rows[0]?.contentSha256 ?? "";
  };
  const picture = (page: Page, name: string) =>
    process.env.KARIBU_TEST_PICTURES === undefined
      ? null
      : page.screenshot({ path: `${process.env.KARIBU_TEST_PICTURES}/backups-${name}.png`, fullPage: true });

  test("a back-up is taken now, followed until it is proved, and found in the list; how to restore stands below", async () => {
    await console.hub.hub().maintenance.stop(); // the schedule would take the first one by itself, at any moment
    const { page, errors } = await console.open(
      { email: admin.email, password: admin.password },
      { hash: "#/backups", width: 1440 },
    );
    await page.getByText("No back-up has been taken yet").first().waitFor(patience);
    await picture(page, "empty-1440");
    await page.getByRole("button", { name: "Take a back-up now" }).click();
    await page.locator("job-progress").getByText("Fetching it back").waitFor(patience);
    expect(await page.getByRole("button", { name: "Take a back-up now" }).isDisabled()).toBe(true);
    expect(isProving).toBe(true);
    await picture(page, "proving-1440");
    letProve();
    const row = page.getByRole("row").filter({ hasText: "Proved" });
    await row.first().waitFor(patience);
    await page.getByText("7 days, 5 weeks, 12 months").waitFor(patience);
    const [name = ""] = [...bucket.objects.keys()].filter((key) => key.startsWith("hub/karibu-"));
    await page.getByText(`restore --from-store ${name.slice("hub/".length)}`).waitFor(patience);
    const download = page.waitForEvent("download", patience);
    await row.getByRole("button", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toBe(name.slice("hub/".length));
    await picture(page, "full-1440");
    expect(errors).toEqual([]);
  }, 900_000);

  test("one that the store refuses says so, in Swahili on a phone too; nothing is wider than the screen", async () => {
    bucket.failWith((method) => (method === "PUT" ? "full" : null));
    const { page, errors } = await console.open(
      { email: admin.email, password: admin.password },
      { hash: "#/backups", width: 390 },
    );
    await page.getByRole("button", { name: "Take a back-up now" }).press("Enter");
    await page.getByText("The store did not take it or give it.").first().waitFor(patience);
    bucket.failWith(() => null);
    await picture(page, "failed-390");
    await chooseLanguage(page, "sw");
    await page.getByText("Ghala halikuipokea au halikuitoa.").first().waitFor(patience);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "dark";
    });
    await page.setViewportSize({ width: 360, height: 860 });
    await fits(page, 360);
    await picture(page, "failed-360-dark-sw");
    expect(errors).toEqual([]);
  }, 900_000);

  test("[SYS-29] a restore: what would be lost is seen first, the hub's name is typed, the code is asked for, and the order stands on the page", async () => {
    const token = await console.hub.adminToken();
    const factor = (step: string, body: object) =>
      console.hub.call("POST", `/api/v1/user/second-factor/${step}`, { token, body });
    const nextCode = () => {
      console.hub.moveClock(30_000);
      return codeAt(secret, console.hub.world.clock.wall().atMs);
    };
    const { page, errors } = await console.open(
      { email: admin.email, password: admin.password },
      { hash: "#/backups", width: 1440 },
    );
    await console.hub.makeProvider("Newer");
    const { secret } = (await factor("begin", { password: admin.password })).body;
    // Confirmed without its page, which would end the other log-ins.
    await console.hub
      .database()
      .asPlatform("test", (tx) =>
        tx.updateTable("users").set({ totpConfirmed: true }).where("email", "=", admin.email).execute(),
      );
    const row = page.getByRole("row").filter({ hasText: "Proved" });
    await row.first().getByRole("button", { name: "Restore" }).press("Enter");
    const form = page.getByRole("region", { name: "Restore this back-up" });
    await form.getByRole("row").filter({ hasText: "Providers" }).getByText("1", { exact: true }).waitFor(patience);
    await picture(page, "restore-1440");
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 860 });
      await fits(page, width);
    }
    await picture(page, "restore-360");
    const field = form.getByLabel("Type the hub's name");
    await field.fill("another.example.com");
    await form.getByRole("button", { name: "Restore" }).click();
    await codeEntered(page, nextCode());
    await form.getByText("This is not the hub's name.").waitFor(patience);
    const [backup] = (await console.hub.call("GET", "/api/v1/platform/backups", { token })).body.items.filter(
      ({ state }: { state: string }) => state === "proved",
    );
    const preview = `/api/v1/platform/backups/${backup.backupId}/restore-preview`;
    const { hubName } = (await console.hub.call("GET", preview, { token })).body;
    await field.fill(hubName);
    await form.getByRole("button", { name: "Restore" }).click();
    await page.getByText("Ordered: the hub restarts").waitFor(patience);
    await picture(page, "restore-ordered-360");
    await chooseLanguage(page, "sw");
    await page.getByText("Umeagizwa: kitovu kinaanza upya").waitFor(patience);
    // The browser logs both refusals: the wrong name, and the code that was missing.
    expect(errors.filter((error) => !/403|422/.test(error))).toEqual([]);
  }, 900_000);
});
