/**
 * `npm run pictures [-- FOLDER]`: README's pictures anew, from a demo with a history behind it, as a customer and an operator see it: phones at 390
 * pixels, desks at 1440. Without a folder into docs/pictures.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { requireNode } from "@karibu/protocol/process/require-node";
import { type Browser, chromium, type Page } from "playwright-core";
import { repositoryRoot } from "../build/repository.ts";
import { findTool } from "../ci/tools.ts";
import { createDemo } from "../start/demo.ts";
import { findFreePorts } from "../start/free-ports.ts";
import { findHistory } from "../start/history.ts";
import type { Ports } from "../start/options.ts";
import { logIn, logIns } from "../start/sample.ts";

const buyer = { typed: "0712 345 678", msisdn: "254712345678" };
const phone = { width: 390, height: 844 };
const desktop = { width: 1440, height: 900 };
const readyMsMax = 120_000;
const idleMsMax = 5000;

requireNode();
const folder = resolve(process.argv[2] ?? join(repositoryRoot, "docs/pictures"));
const say = (line: string) => process.stdout.write(`${line}\n`);
const history = await findHistory();
const executablePath = findTool("chromium");
if (history === null || history === "other-code") fail("there is no history of this code: npm run history makes it");
if (executablePath === null) fail("there is no Chromium here");
const data = mkdtempSync(join(tmpdir(), "karibu-pictures-"));
const ports = await findFreePorts();
const demo = createDemo({ ports, data, say, history });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  await demo.start();
  await untilConnected(ports);
  await takeOfPortal(browser, ports);
  await takeOfConsole(browser, ports);
} finally {
  await browser.close();
  await demo.stop();
  rmSync(data, { recursive: true, force: true });
}
process.exit(0);

async function takeOfPortal(browser: Browser, { hotspot, daraja }: Ports): Promise<void> {
  const page = await browser.newPage({ viewport: phone, timezoneId: "Africa/Nairobi" });
  page.setDefaultTimeout(readyMsMax);
  await page.goto(at(hotspot, "/some/page"));
  const hour = page.getByRole("button", { name: /1 hour/ }).first();
  await hour.waitFor();
  await take(page, "portal-packages");
  await hour.click();
  await page.getByRole("textbox").first().fill(buyer.typed);
  await page.getByRole("button", { name: /Pay KSh 20/ }).click();
  await page.getByRole("heading", { name: /phone/i }).waitFor();
  await fetch(at(daraja, `/phone/${buyer.msisdn}/pay`), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ pin: "2580" }),
  });
  await page.getByRole("heading", { name: "You are online" }).waitFor();
  // The same phone, by its address, loads something large.
  await fetch(at(hotspot, "/?bytes=180000000"));
  await page.getByText(/8\d\d MB of 1 GB/).waitFor({ timeout: readyMsMax });
  await take(page, "portal-online");
}

async function takeOfConsole(browser: Browser, { hub }: Ports): Promise<void> {
  const page = await browser.newPage({ viewport: desktop, timezoneId: "Africa/Nairobi" });
  page.setDefaultTimeout(readyMsMax);
  await page.goto(at(hub, "/#/"));
  await page.getByLabel("E-mail").fill(logIns.owner.email);
  await page.getByLabel("Password").fill(logIns.owner.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Latest payments" }).waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await take(page, "console-overview");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize(phone);
  await take(page, "console-phone");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(desktop);
  const owner = await logIn(at(hub).slice(0, -1), logIns.owner);
  const { items: paid } = await owner.get<{ items: { id: string }[] }>(
    `/api/v1/payments?state=paid&phone=${buyer.msisdn}&limit=1`,
  );
  await page.goto(at(hub, `/#/payments/${paid[0]?.id}`));
  await page.getByRole("heading", { name: "Grant", exact: true }).waitFor();
  await page.getByText("Online", { exact: true }).first().waitFor();
  await take(page, "console-payment");
}

async function take(page: Page, name: string): Promise<void> {
  // What is still asked for has come. A console that is live is never idle.
  await page.waitForLoadState("networkidle", { timeout: idleMsMax }).catch(() => {});
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  say(`  taken  ${name}`);
}

async function untilConnected({ hub }: Ports): Promise<void> {
  const owner = await logIn(at(hub).slice(0, -1), logIns.owner);
  const untilMs = performance.now() + readyMsMax;
  while (performance.now() < untilMs) {
    const { items } = await owner.get<{ items: { state: string }[] }>("/api/v1/sites");
    if (items.every(({ state }) => state === "online")) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("a site of the demo does not connect");
}

function at(port: number, path = "/"): string {
  return `http://127.0.0.1:${port}${path}`;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
