/** An initiator that M-Pesa refuses, on real processes: a hub and the simulated Daraja, over HTTP alone. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSmtpServer, type TestSmtpServer } from "@karibu/cloud/ground/mail/test-smtp-server";
import { repositoryRoot } from "@karibu/tools/build/repository";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { createSupervisor, type Supervisor } from "@karibu/tools/start/supervisor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = publicKey.export({ type: "spki", format: "pem" }) as string;
const owner = { email: "owner@shop.test", password: "the-owner-password" };
const admin = { email: "admin@karibu.test", password: "the-admin-password" };
const patience = { timeout: 60_000, interval: 100 };

describe("a hub and M-Pesa as processes", { timeout: 240_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), "karibu-initiator-"));
  let post: TestSmtpServer;
  let processes: Supervisor;
  let hubSpec: Parameters<Supervisor["start"]>[0];
  let hubUrl = "";
  let darajaUrl = "";
  let token = "";
  let keys = 0;

  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  async function call(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(`${hubUrl}/api/v1${path}`, {
      method,
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": `key-${++keys}`,
        ...(token === "" ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }
  const logIn = async (who: { email: string; password: string }) => {
    token = "";
    token = (await call("POST", "/login", who)).token;
  };
  const lab = async (path: string, body?: object) => {
    const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return (await (await fetch(`${darajaUrl}/lab${path}`, sent)).json()) as any;
  };
  const signed = async (): Promise<{ initiator: string; receipt: string }[]> => (await lab("/signed-calls")).items;
  const payByHand = async (msisdn: string, amount: number): Promise<string> =>
    (await lab("/pay-bill", { shortcode: sampleApp.shortcode, msisdn, amount, account: "wifi" })).success.receipt;

  beforeAll(async () => {
    post = await startSmtpServer();
    const [hubPort, darajaPort] = [await freeTcpPort(), await freeTcpPort()];
    hubUrl = `http://127.0.0.1:${hubPort}`;
    darajaUrl = `http://127.0.0.1:${darajaPort}`;
    processes = createSupervisor({ root: repositoryRoot, logFolder: join(data, "logs"), say: () => {} });
    await processes.start({
      name: "daraja",
      script: "lab/src/daraja/main.ts",
      healthUrl: `${darajaUrl}/health`,
      env: { PORT: String(darajaPort) },
    });
    hubSpec = {
      name: "hub",
      script: "cloud/src/main.ts",
      healthUrl: `${hubUrl}/health`,
      env: {
        PORT: String(hubPort),
        KARIBU_DATA: join(data, "hub"),
        KARIBU_PUBLIC_URL: hubUrl,
        SMTP_URL: post.url,
        KARIBU_ADMIN_EMAIL: admin.email,
        KARIBU_ADMIN_PASSWORD: admin.password,
        DARAJA_BASE_URL: darajaUrl,
      },
    };
    await processes.start(hubSpec);
  }, 120_000);
  afterAll(async () => {
    await processes?.stopAll();
    await post?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  test("[PAY-04] [PAY-08] M-Pesa refuses the initiator: sales and queries about prompts continue, other queries stop, the owner is notified, and a new initiator queries what waited", async () => {
    await logIn(admin);
    await call("POST", "/providers", { name: "Shop", ownerEmail: owner.email, ownerPassword: owner.password });
    await logIn(owner);
    const { siteId } = (await call("POST", "/sites", { name: "Kiosk" })).site;
    const { planId } = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} });
    const { business: _, ...selling } = sampleApp;
    const asking = { initiatorName: "first", initiatorPassword: "secret-1", certificate };
    const made = { kind: "mpesa-paybill", name: "Paybill", environment: "sandbox", ...selling, ...asking };
    const channel = `/channels/${(await call("POST", "/channels", made)).id}`;
    const buy = async (phone: string) => (await call("POST", "/payments/purchase", { siteId, planId, phone })).payment;
    const stateOf = async (id: string) => (await call("GET", `/payments/${id}`)).state;
    const claim = async (receipt: string, phone: string) =>
      (await call("POST", "/payments/claims", { receipt, phone })).outcome;

    await lab("/initiators", { initiator: "first", result: "2001" });
    const receipt = await payByHand("254712000031", 20);
    expect(await claim(receipt, "0712000031")).toBe("asked");
    await expect.poll(() => signed(), patience).toMatchObject([{ initiator: "first", receipt }]);
    const dead = {
      sells: true,
      keysProblem: null,
      initiator: { name: "first", state: "refused", reason: "name-or-password" },
    };
    await expect.poll(() => call("GET", channel), patience).toMatchObject(dead);
    await expect.poll(() => post.letters.map(({ to }) => to), patience).toContainEqual([owner.email]);
    expect(post.letters.at(-1)?.raw).toContain("Selling goes on");

    // Selling, and asking about a prompt (its callback is lost), need the keys that sell.
    const sold = await buy("0700000001");
    await expect.poll(() => stateOf(sold.id), patience).toBe("paid");
    const unheard = await buy("0700000006");
    const askNow = async () => {
      await call("POST", `/payments/${unheard.id}/verify`);
      return stateOf(unheard.id);
    };
    await expect.poll(askNow, { timeout: 60_000, interval: 1000 }).toBe("paid_unreceipted");

    const another = await payByHand("254712000032", 20);
    expect(await claim(another, "0712000032"), "nobody can be asked now").toBe("noted");
    expect(await call("GET", channel)).toMatchObject({ ...dead, waiting: 2 });
    await processes.kill("hub");
    await processes.start(hubSpec);
    await logIn(owner);
    expect(await call("GET", channel), "after a power cut").toMatchObject(dead);
    expect(await signed(), "no second try with a password that is refused").toHaveLength(1);

    await call("PUT", `${channel}/initiator`, { initiatorName: "second", initiatorPassword: "secret-2" });
    await expect
      .poll(async () => (await signed()).slice(1).map((each) => [each.initiator, each.receipt].join(" ")), patience)
      .toEqual(expect.arrayContaining([`second ${receipt}`, `second ${another}`]));
    const inBooks = async () =>
      (await call("GET", "/receipts?limit=100")).items.map((row: { receipt: string }) => row.receipt);
    await expect.poll(inBooks, patience).toEqual(expect.arrayContaining([receipt, another]));
    await expect
      .poll(() => call("GET", channel), patience)
      .toMatchObject({ sells: true, waiting: 0, initiator: { name: "second", state: "works", reason: null } });

    await call("DELETE", `${channel}/initiator`);
    expect(await call("GET", channel)).toMatchObject({
      sells: true,
      hasInitiator: false,
      initiator: { state: "none" },
    });
    expect(await claim("QQQ1234567", "0712000033")).toBe("noted");
    const last = await buy("0700000001");
    await expect.poll(() => stateOf(last.id), patience).toBe("paid");
  });
});
