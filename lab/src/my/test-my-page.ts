/** The customers' own page in a real browser, with a whole hub, a simulated M-Pesa, a simulated Stripe and a simulated SMS gateway. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { consoleFiles } from "@karibu/cloud/ground/http/console-files";
import { undiciCall } from "@karibu/cloud/ground/http-client/http-call";
import { type TestHub, type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { buildMy } from "@karibu/tools/build/build-my";
import { builtOnce, useChromium } from "@karibu/tools/ci/test-chromium";
import express from "express";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { complaintsOf } from "../console/test-console.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { type RunningDaraja, startDaraja } from "../money/payments-hub.ts";
import { createSmsHttp } from "../sms/sms-http.ts";
import { stripeKeys } from "../stripe/simulated-stripe.ts";
import { createStripeHttp } from "../stripe/stripe-http.ts";
import { realWorld } from "../world/real-world.ts";

export interface TestMyPage {
  readonly hub: TestHub;
  daraja(): RunningDaraja;
  url(): string;
  provider(): TestProvider;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  post(path: string, body: object, method?: string): Promise<any>;
  /** From then on cards pay too. */
  addStripe(): Promise<void>;
  newLine(name: string, phone: string): Promise<{ customerId: string; subscriptionId: string; accountId: string }>;
  /** The newest text to this phone, when there is one more than before. */
  codeFor(phone: string): Promise<string>;
  open(
    path: string,
    options?: { width?: number; language?: "en" | "sw" | "fr"; dark?: boolean },
  ): Promise<{ page: Page; errors: string[] }>;
}

export function useMyPage(): TestMyPage {
  let daraja: RunningDaraja;
  let sms: Server;
  let stripe: Server;
  let server: Server;
  let provider: TestProvider;
  let siteId = "";
  let planId = "";
  let keys = 0;
  const urlOf = (of: Server) => `http://127.0.0.1:${(of.address() as AddressInfo).port}`;
  const hub = useHub(anyEngine, {
    http: (call) =>
      undiciCall({
        ...call,
        url: call.url
          .replace(/^https:\/\/(sandbox|api)\.safaricom\.co\.ke/, daraja.url)
          .replace(/^https:\/\/api(\.sandbox)?\.africastalking\.com/, urlOf(sms))
          .replace(/^https:\/\/api\.stripe\.com/, urlOf(stripe)),
      }),
  });
  const { browser } = useChromium();
  const inbox = createSmsHttp(realWorld());

  const post: TestMyPage["post"] = async (path, body, method = "POST") => {
    const headers = { "Idempotency-Key": `office-${++keys}` };
    const answer = await hub.call(method, `/api/v1${path}`, { token: provider.token, body, headers });
    expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300);
    return answer.body;
  };

  beforeAll(async () => {
    daraja = await startDaraja({
      resultMs: 20,
      deliver: async (url, body) => {
        const sent = { method: "POST", body, headers: { "Content-Type": "application/json" } };
        const answer = await fetch(url.replace("http://hub.test", hub.url()), sent);
        return { status: answer.status, body: await answer.text() };
      },
    });
    sms = createServer(inbox.app);
    await new Promise<void>((resolve) => sms.listen(0, "127.0.0.1", resolve));
    stripe = createServer(createStripeHttp(realWorld(), () => urlOf(stripe)).app);
    await new Promise<void>((resolve) => stripe.listen(0, "127.0.0.1", resolve));
    const files = consoleFiles(await builtOnce("my", buildMy));
    server = createServer(express().use(hub.hub().app).use("/my", files).use("/pay", files));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    provider = await hub.makeProvider("Mwangaza Wi-Fi");
    const { consumerKey, consumerSecret, passkey, shortcode } = sampleApp;
    const keysOf = { consumerKey, consumerSecret, passkey, shortcode };
    await post("/channels", { kind: "mpesa-paybill", name: "Paybill", environment: "sandbox", ...keysOf });
    const sender = { kind: "africastalking", name: "SMS", username: "sandbox", apiKey: "lab-sms-key" };
    await post("/message-senders", sender);
    siteId = (await post("/sites", { name: "Harbour" })).site.siteId;
    const terms = { downKbps: 10_000, upKbps: 5000 };
    planId = (await post("/plans", { name: "Home 10M", priceCents: 250_000, terms })).planId;
    await post("/settings", { supportPhone: "0700111222" }, "PATCH");
  });
  afterAll(async () => {
    await daraja?.stop();
    for (const each of [sms, stripe, server]) {
      each?.closeAllConnections();
      await new Promise((resolve) => (each === undefined ? resolve(null) : each.close(resolve)));
    }
  });

  const read = new Map<string, number>();
  return {
    hub,
    daraja: () => daraja,
    url: () => urlOf(server),
    provider: () => provider,
    post,
    async addStripe() {
      const { noticeUrl } = await post("/channels", { kind: "stripe", environment: "sandbox", ...stripeKeys });
      const url = hub.url() + new URL(noticeUrl).pathname;
      await fetch(`${urlOf(stripe)}/lab/webhook`, { method: "POST", body: JSON.stringify({ url }) });
    },
    async newLine(name, phone) {
      const { customerId } = await post("/customers", { name, phone });
      const username = name.toLowerCase().replaceAll(" ", ".");
      const order = { customerId, username, planId, siteIds: [siteId], password: "maji-moto-7" };
      const { accountId } = await post("/accounts", order);
      const { subscriptionId } = await post("/subscriptions", { customerId, accountId, planId, autoRenew: false });
      return { customerId, subscriptionId, accountId };
    },
    async codeFor(phone) {
      // The newest stands first.
      const codes = () =>
        inbox.africasTalking
          .messages()
          .filter(({ to }) => to.endsWith(phone.slice(1)))
          .flatMap(({ text }) => /#(\d{6})$/.exec(text)?.[1] ?? []);
      const before = read.get(phone) ?? 0;
      await vi.waitFor(() => expect(codes().length).toBeGreaterThan(before), { timeout: 20_000 });
      read.set(phone, codes().length);
      return codes()[0] ?? "";
    },
    async open(path, { width = 360, language = "en", dark = false } = {}) {
      const context = await browser().newContext({
        viewport: { width, height: 740 },
        locale: { en: "en-GB", sw: "sw-KE", fr: "fr-CD" }[language],
        reducedMotion: "reduce",
        colorScheme: dark ? "dark" : "light",
      });
      const page = await context.newPage();
      const errors = complaintsOf(page);
      await page.goto(urlOf(server) + path);
      return { page, errors };
    },
  };
}
