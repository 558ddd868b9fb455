import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromiumPath, useChromium } from "@karibu/tools/ci/test-chromium";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realWorld } from "../world/real-world.ts";
import { eastAfricaStamp } from "./daraja-answers.ts";
import { createDarajaHttp, type DarajaHttp } from "./daraja-http.ts";
import { sampleApp } from "./sample-app.ts";

describe.skipIf(chromiumPath === null)("the phone page in Chromium at 390 px", () => {
  let daraja: DarajaHttp;
  let server: Server;
  const { browser } = useChromium();
  let url: string;
  beforeAll(async () => {
    daraja = createDarajaHttp(realWorld(), { deliver: async () => ({ status: 200, body: "" }) });
    server = createServer(daraja.app).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 60_000);
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
  });

  async function openPhone(msisdn: string, colorScheme: "light" | "dark" = "light") {
    const page = await browser().newPage({ viewport: { width: 390, height: 844 }, colorScheme });
    await page.goto(`${url}/phone/${msisdn}`);
    return page;
  }

  async function push(msisdn: string) {
    const basic = Buffer.from(`${sampleApp.consumerKey}:${sampleApp.consumerSecret}`).toString("base64");
    const token = await fetch(`${url}/oauth/v1/generate?grant_type=client_credentials`, {
      headers: { authorization: `Basic ${basic}` },
    }).then((answer) => answer.json() as Promise<{ access_token: string }>);
    const Timestamp = eastAfricaStamp(Date.now());
    const { shortcode, passkey } = sampleApp;
    const answer = await fetch(`${url}/mpesa/stkpush/v1/processrequest`, {
      method: "POST",
      headers: { authorization: `Bearer ${token.access_token}`, "content-type": "application/json" },
      body: JSON.stringify({
        BusinessShortCode: shortcode,
        Password: Buffer.from(shortcode + passkey + Timestamp).toString("base64"),
        Timestamp,
        TransactionType: "CustomerPayBillOnline",
        Amount: 1250,
        PartyA: msisdn,
        PartyB: shortcode,
        PhoneNumber: msisdn,
        CallBackURL: "http://localhost/hooks/k/aa/s/bb",
        AccountReference: "K7Q2M9XW",
        TransactionDesc: "Internet",
      }),
    });
    expect(answer.status).toBe(200);
  }

  test("shows the prompt without a reload; paying with a PIN moves the money", async () => {
    const page = await openPhone("254712345678");
    await push("254712345678");
    await page.getByText("KES 1,250").waitFor();
    await page.getByText("Account K7Q2M9XW").waitFor();
    await page.getByText("Baraka WiFi").waitFor();
    await page.getByLabel("M-Pesa PIN").fill("1234");
    await page.getByRole("button", { name: "Pay" }).click();
    await page.getByText(/Confirmed\. Ksh1250\.00 sent to Baraka WiFi/).waitFor();
    expect(daraja.daraja.successes().at(-1)).toMatchObject({ amount: 1250, msisdn: "254712345678" });
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    expect(sideways).toBe(false);
    await page.close();
  });

  test("cancel, a wrong PIN and looking away move nothing", async () => {
    const before = daraja.daraja.successes().length;
    const page = await openPhone("254112345678", "dark");
    await push("254112345678");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Not paid: Request cancelled by user.").waitFor();
    await push("254112345678");
    await page.getByLabel("M-Pesa PIN").fill("0000");
    await page.getByRole("button", { name: "Pay" }).click();
    await page.getByText("Not paid: The initiator information is invalid.").waitFor();
    await push("254112345678");
    await page.getByRole("button", { name: "Ignore" }).click();
    await page.getByText("You ignored the prompt.").waitFor();
    expect(daraja.daraja.successes()).toHaveLength(before);
    await page.close();
  });

  test("the first page lists the numbers that act by themselves and opens a phone by its number", async () => {
    const page = await browser().newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(url);
    await page.getByText("can't be reached (1037)").waitFor();
    await page.getByLabel("Phone number").fill("0799 000 111");
    await page.getByRole("button", { name: "Open" }).click();
    await page.waitForURL(`${url}/phone/254799000111`);
    await page.close();
  });
});
