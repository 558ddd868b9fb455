import { withBody } from "@karibu/cloud/money/evidence/test-evidence";
import { silentWorld } from "@karibu/cloud/real-world";
import { describe, expect, test } from "vitest";
import { callInProcess } from "../daraja/in-process.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { createSimulatedDaraja } from "../daraja/simulated-daraja.ts";
import { chooseLanguage, chromiumPath, goTo, useConsole } from "./test-console.ts";

const { business: _, ...darajaKeys } = sampleApp;
const channels = [
  { body: { kind: "mpesa-paybill", ...darajaKeys }, label: "Paybill number", registers: true, hint: null },
  {
    body: { kind: "mpesa-till", storeNumber: "600999", ...darajaKeys, shortcode: "600124" },
    label: "Till number",
    registers: true,
    hint: null,
  },
  {
    body: { kind: "stripe", secretKey: "sk_test_1", webhookSecret: "whsec_1" },
    label: null,
    registers: false,
    hint: "At Stripe, under Webhooks",
  },
  {
    body: { kind: "pesapal", consumerKey: "key-1", consumerSecret: "secret-1" },
    label: null,
    registers: false,
    hint: "Karibu registers this address at Pesapal",
  },
];

describe.skipIf(chromiumPath === null)("the page of a payment channel, in a browser", () => {
  const daraja = createSimulatedDaraja(silentWorld(), {
    apps: [sampleApp],
    deliver: async () => ({ status: 200, body: "" }),
  });
  const console = useConsole({ http: callInProcess(() => daraja) });

  test("[PAY-17] shows the number, the registration and the address for notices that its kind has", async () => {
    const { token, ownerEmail } = await console.hub.makeProvider("Duka");
    const { page } = await console.open({ email: ownerEmail }, { hash: "#/channels" });
    for (const { body, label, registers, hint } of channels) {
      const made = await console.hub.call("POST", "/api/v1/channels", {
        token,
        body: { ...body, environment: "sandbox" },
      });
      expect(made.status, made.text).toBe(201);
      if (registers) {
        await goTo(page, "#/channels");
        await page.getByRole("button", { name: "Add a channel" }).click();
        await page.getByLabel("Kind").selectOption(body.kind);
        for (const where of ["On the page of your app", "In the e-mail that Safaricom sends"])
          await page.getByText(where, { exact: false }).first().waitFor();
        expect(await page.locator("channels-page").getByText("(optional)").count()).toBeGreaterThan(3);
      }
      await goTo(page, `#/channels/${made.body.id}`);
      await page.getByRole("button", { name: "Check the keys" }).waitFor();
      const shows = async (text: string) => (await page.getByText(text).count()) > 0;
      for (const number of ["Paybill number", "Till number"])
        expect(await shows(number), number).toBe(number === label);
      expect(await page.getByRole("button", { name: "Register", exact: true }).count()).toBe(registers ? 1 : 0);
      expect(await shows("Address for notices")).toBe(hint !== null);
      expect(await shows("There is no address to enter at the developer portal")).toBe(registers);
      if (hint !== null) await page.getByRole("button", { name: "Copy" }).waitFor();
      if (registers) {
        const row = (use: string) => page.locator("channel-page li.address").filter({ hasText: use });
        await row("Payments without a prompt").getByText("Not registered yet", { exact: false }).waitFor();
        expect(await row("Payments without a prompt").locator("code").textContent()).toMatch(/\/hooks\/k\/[^/]+\/c$/);
        expect(await row("Answers to prompts").locator("code").textContent()).toMatch(/\/hooks\/k\/[^/]+\/s\/…$/);
        expect(await page.locator("channel-page li.address").count()).toBe(5);
        expect(await page.locator("channel-page li.address copy-button").count()).toBe(5);
      }
      if (hint !== null) expect(await shows(hint), hint).toBe(true);
    }
  }, 120_000);

  test("[PAY-17] accepted keys are not all keys: the page says which were asked, and one's own phone shows the rest", async () => {
    const { token, ownerEmail } = await console.hub.makeProvider("Tried");
    const body = { kind: "mpesa-paybill", ...darajaKeys, passkey: "another", environment: "sandbox" };
    const { id } = (await console.hub.call("POST", "/api/v1/channels", { token, body })).body;
    const { page } = await console.open({ email: ownerEmail }, { hash: `#/channels/${id}` });
    await page.getByText("Active, not tried yet").waitFor();
    await page.getByRole("button", { name: "Check the keys" }).click();
    await page.getByText("Accepted: Consumer key, Consumer secret. Not asked: Paybill number, Passkey.").waitFor();
    const tries = async (outcome: string) => {
      await page.locator("try-channel").getByLabel("Phone").fill("0700000001");
      await page.locator("try-channel").getByRole("button", { name: "Try it with my phone" }).click();
      await page.locator("try-channel .badge").getByText(outcome).waitFor();
    };
    await page.getByRole("button", { name: "Try it with my phone" }).click();
    await tries("It did not work");
    await page.getByText("This channel fails its customers").first().waitFor();
    await goTo(page, "#/channels");
    await page.locator("channels-page").getByText("This channel fails its customers").waitFor();
    const keys = { passkey: darajaKeys.passkey };
    await console.hub.call("POST", `/api/v1/channels/${id}/keys`, { token, body: keys });
    await goTo(page, `#/channels/${id}`);
    await page.getByRole("button", { name: "Try it with my phone" }).click();
    await tries("On the phone");
    await page.getByText("Active", { exact: true }).waitFor();
    expect(await page.getByText("This channel fails its customers").count()).toBe(0);
  }, 120_000);

  test("[PAY-02] a new secret for payment notices is asked about first; then the page shows the old address beside the new one", async () => {
    const { token, ownerEmail } = await console.hub.makeProvider("Secret");
    const body = { kind: "mpesa-paybill", ...darajaKeys, environment: "sandbox" };
    const made = await console.hub.call("POST", "/api/v1/channels", { token, body });
    const { page } = await console.open({ email: ownerEmail }, { hash: `#/channels/${made.body.id}` });
    await page.getByText("Payment notices · present address").waitFor();
    await page.getByText("above some five sales a minute", { exact: false }).waitFor();
    expect(await page.getByText("Payment notices · old address").count()).toBe(0);
    await page.getByRole("button", { name: "New secret for payment notices" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "New secret for payment notices" }).click();
    await page.getByText("Payment notices · old address").waitFor();
    expect(await page.getByText("Nothing received yet").count()).toBe(3);
  }, 120_000);

  test("[PAY-10] a Stripe account is added with its keys, which no page shows again, and has an address for notices", async () => {
    const { ownerEmail } = await console.hub.makeProvider("Stripe-new");
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: "#/channels" });
    await page.getByRole("button", { name: "Add a channel" }).click();
    await page.getByLabel("Kind").selectOption("stripe");
    await page.getByLabel("Environment").selectOption("sandbox");
    await page.getByLabel("Secret key").fill("sk_test_seen_once");
    await page.getByLabel("Webhook secret").fill("whsec_seen_once");
    await page.locator("action-form").getByRole("button", { name: "Add a channel" }).click();
    await page.getByText("Address for notices").waitFor();
    expect(await page.locator("channel-page").innerText()).not.toContain("seen_once");
    expect(errors).toEqual([]);
  }, 120_000);

  test("[PAY-10] [PAY-17] Stripe's address gets a new secret, and the page shows the new address and what came to the old one", async () => {
    const { token, ownerEmail } = await console.hub.makeProvider("Stripe-secret");
    const body = { kind: "stripe", secretKey: "sk_test_1", webhookSecret: "whsec_1", environment: "sandbox" };
    const made = await console.hub.call("POST", "/api/v1/channels", { token, body });
    const { page } = await console.open({ email: ownerEmail }, { hash: `#/channels/${made.body.id}` });
    await page.getByText(String(made.body.noticeUrl)).waitFor();
    await page.getByRole("button", { name: "New secret for this address" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "New secret for this address" }).click();
    await page.getByText("Notices · old address").waitFor();
    await page.getByText(String(made.body.noticeUrl)).waitFor({ state: "detached" });
    expect(await page.getByText("Nothing received yet").count()).toBe(2);
  }, 120_000);

  test("[BEY-09] a report about money that could not be judged is dropped with a reason on the page of unmatched callbacks", async () => {
    const { token, ownerEmail, providerId } = await console.hub.makeProvider("Poison");
    const body = { kind: "mpesa-paybill", ...darajaKeys, shortcode: "600127", environment: "sandbox" };
    const made = await console.hub.call("POST", "/api/v1/channels", { token, body });
    await console.hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("evidence")
        .values({
          providerId,
          evidenceId: "poison",
          channelId: made.body.id,
          source: "pull",
          naturalKey: "x",
          bodyHash: "x",
          receivedAtMs: 1,
          state: "unmatched",
          outcome: "could not be judged: no JSON",
        })
        .execute(),
    );
    const { page } = await console.open({ email: ownerEmail }, { hash: "#/unmatched-callbacks" });
    await page.getByText("Not read or not judged: no JSON").click();
    await page.getByRole("button", { name: "Try it again" }).waitFor();
    await page.getByLabel("Why it is dropped").fill("it was a test");
    await page.getByRole("button", { name: "Drop it" }).click();
    await page.getByText("No unmatched callback.").waitFor();
    const rows = await console.hub
      .database()
      .asProvider(providerId, (tx) => tx.selectFrom("evidence").select(["state", "outcome"]).execute());
    expect(rows).toMatchObject([{ state: "done", outcome: expect.stringContaining("it was a test") }]);
  }, 120_000);

  test("[PAY-17] what a short code really sends is compared with its documents when somebody opens it, in both languages", async () => {
    const { token, ownerEmail, providerId } = await console.hub.makeProvider("Recorder");
    const body = { kind: "mpesa-paybill", ...darajaKeys, shortcode: "600128", environment: "sandbox" };
    const { id } = (await console.hub.call("POST", "/api/v1/channels", { token, body })).body;
    const { page } = await console.open({ email: ownerEmail }, { hash: `#/channels/${id}` });
    await page.getByText("What really comes from this channel").click();
    await page.getByText("Nothing has come yet.").waitFor();
    const row = {
      providerId,
      evidenceId: "told",
      channelId: id,
      source: "c2b-confirmation",
      naturalKey: "x",
      bodyHash: "x",
      receivedAtMs: 1,
      state: "done",
      outcome: "paid",
    } as const;
    const told = JSON.stringify({
      TransID: "RKL51ZDR4F",
      TransAmount: "20.00",
      MSISDN: "2547 ***** 126",
      Extra: "1",
    });
    await console.hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("evidence")
        .values(withBody(console.hub.envelope, row, told))
        .execute(),
    );
    await page.reload();
    await page.getByText("What really comes from this channel").click();
    await page.getByText("How is the payer's number shown?").waitFor();
    await page.getByText("+ Extra").waitFor();
    await page.getByText("mask", { exact: true }).waitFor();
    await page.getByText("none can disprove a payment", { exact: false }).waitFor();
    await chooseLanguage(page, "sw");
    await page.getByText("Kinachokuja kweli kutoka kwa njia hii").waitFor();
    await page.getByText("Namba ya mlipaji huonyeshwaje?").waitFor();
  }, 120_000);
});
