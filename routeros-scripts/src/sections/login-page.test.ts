import { chromiumPath, useChromium } from "@karibu/tools/ci/test-chromium";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { sampleValues } from "../values/sample-values.ts";
import { loginPage } from "./login-page.ts";

const { browser } = useChromium();

/** The page with its variables filled in, for a phone that requested `destination`. */
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

/** Opens the page on a phone. `posted` collects the forms that the phone posts to the hotspot. */
async function open(destination: string, agent: "answers" | "silent"): Promise<{ page: Page; posted: string[] }> {
  const page = await browser().newPage();
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

test.skipIf(chromiumPath === null)(
  "the log-in page opens the portal with the device, its address and the wanted page",
  async () => {
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
  },
);

test.skipIf(chromiumPath === null)(
  "when the agent does not answer, the guest can type a voucher code on the router's page",
  async () => {
    const { page, posted } = await open("http://example.com/", "silent");
    await page.getByLabel("Voucher code").fill("1234567890");
    await page.getByRole("button").click();
    await page.getByText("online").waitFor();
    expect(posted[0]).toContain("username=1234567890&password=&dst=");
    await page.close();
  },
);

test.skipIf(chromiumPath === null)(
  "a guest who requested the portal itself gets the form, not an endless redirect",
  async () => {
    const { page } = await open("http://172.31.255.2/?x=1", "answers");
    await page.getByLabel("Voucher code").waitFor();
    expect(page.url()).toBe("http://hotspot.example.net/login");
    await page.close();
  },
);
