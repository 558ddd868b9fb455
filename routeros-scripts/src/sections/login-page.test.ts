import { findTool } from "@karibu/lab/ci/tools";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleValues } from "../values/sample-values.ts";
import { loginPage } from "./login-page.ts";

const program = findTool("chromium");
let browser: Browser;

beforeAll(async () => {
  if (program !== null) browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
});

/** The page as the router fills it in, for a phone that wanted `destination`. */
function filledIn(destination: string): string {
  const variables: Readonly<Record<string, string>> = {
    "mac-esc": "AA%3ABB%3ACC%3ADD%3AEE%3A01",
    ip: "10.5.48.20",
    "link-login-only": "http://hotspot.example.net/login",
    "link-orig-esc": encodeURIComponent(destination),
    "server-name": "karibu-guest",
    "error-orig": "",
  };
  return loginPage(sampleValues)
    .replace(/\$\(if error\)[\s\S]*?\$\(endif\)/, "")
    .replaceAll(/\$\(([a-z-]+)\)/g, (_, name: string) => variables[name] ?? `?${name}?`);
}

/** The agent and the hotspot's log-in, as the phone meets them; `form` is what was posted to the hotspot. */
async function open(destination: string, agent: "answers" | "silent"): Promise<{ page: Page; posted: string[] }> {
  const page = await browser.newPage();
  const posted: string[] = [];
  await page.route("**/*", async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    if (url.hostname === "172.31.255.2") {
      if (agent === "silent") return route.abort("connectionrefused");
      return route.fulfill({ contentType: "text/html", body: "<h1>the portal</h1>" });
    }
    if (request.method() === "POST") posted.push(request.postData() ?? "");
    return route.fulfill({
      contentType: "text/html",
      body: request.method() === "POST" ? "online" : filledIn(destination),
    });
  });
  await page.goto("http://hotspot.example.net/login");
  return { page, posted };
}

test.skipIf(program === null)("the log-in page hands over to the portal with who, where from and whereto", async () => {
  const { page } = await open("http://example.com/?a=1&b=2", "answers");
  await page.waitForURL("http://172.31.255.2/**");
  const query = new URL(page.url()).searchParams;
  expect(Object.fromEntries(query)).toMatchObject({
    mac: "AA:BB:CC:DD:EE:01",
    ip: "10.5.48.20",
    login: "http://hotspot.example.net/login",
    dst: "http://example.com/?a=1&b=2",
  });
  await page.close();
});

test.skipIf(program === null)("when the agent is silent, a voucher can be typed on the router's own page", async () => {
  const { page, posted } = await open("http://example.com/", "silent");
  await page.getByLabel("Voucher code").fill("1234567890");
  await page.getByRole("button").click();
  await page.getByText("online").waitFor();
  expect(posted[0]).toContain("username=1234567890&password=&dst=");
  await page.close();
});

test.skipIf(program === null)("who was on the way to the portal gets the form, not an endless round", async () => {
  const { page } = await open("http://172.31.255.2/?x=1", "answers");
  await page.getByLabel("Voucher code").waitFor();
  expect(page.url()).toBe("http://hotspot.example.net/login");
  await page.close();
});
