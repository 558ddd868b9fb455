/**
 * Keys that were accepted are not all keys: Daraja's log-in never sees the passkey. A person's own phone shows it. Real requests to the
 * simulated Daraja, which checks the password that short code, passkey and time make.
 */
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { silentWorld } from "@karibu/cloud/real-world";
import { keyedAskerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { afterAll, expect, test } from "vitest";
import { callInProcess } from "../daraja/in-process.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { createSimulatedDaraja } from "../daraja/simulated-daraja.ts";

const { business: _, ...keys } = sampleApp;
const pays = "0700000001";
const cancels = "0700000002";
const patience = { timeout: 60_000, interval: 50 };

engineSuite("a channel that is tried with a phone", (engine) => {
  let isOver = false;
  const daraja = createSimulatedDaraja(silentWorld(), {
    apps: [sampleApp],
    scriptedMs: 50,
    async deliver(url, body) {
      // Phones that nobody answers end after the test, when no hub listens any more.
      if (isOver) return { status: 503, body: "" };
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${hub.url()}${new URL(url).pathname}`, { method: "POST", headers, body });
      return { status: answer.status, body: await answer.text() };
    },
  });
  const hub = useHub(engine, { http: callInProcess(() => daraja) });
  afterAll(() => {
    isOver = true;
  });

  async function openShop(name: string, passkey: string) {
    const { token } = await hub.makeProvider(name);
    const call = keyedAskerOf(hub, () => token);
    const channel = { kind: "mpesa-paybill", environment: "sandbox", ...keys, passkey };
    const { id } = (await call("POST", "/channels", channel)).body;
    return {
      call,
      id: id as string,
      listed: async () => (await call("GET", "/channels")).body.items[0],
      isTicked: async () => (await call("GET", "/home")).body.checklist.keys,
      ask: (phone: string, key?: string) => call("POST", `/channels/${id}/try`, { phone }, key),
    };
  }

  test("[PAY-17] a wrong passkey: the check says what it was not asked, the step stays open, and the row shows the trouble", async () => {
    const shop = await openShop("Wrong", "the-passkey-of-another-short-code");
    expect((await shop.call("POST", `/channels/${shop.id}/check`)).body).toMatchObject({
      verdict: "accepted",
      asked: ["consumerKey", "consumerSecret"],
      notAsked: ["shortcode", "passkey"],
    });
    expect(await shop.listed()).toMatchObject({ keysProblem: null, requestAcceptedAtMs: null, troubles: [] });
    expect(await shop.isTicked()).toBe(false);
    const failed = await shop.ask(pays);
    expect(failed).toMatchObject({ status: 201, body: { state: "failed", reason: "merchant-problem" } });
    expect(await shop.listed()).toMatchObject({ requestAcceptedAtMs: null, troubles: ["fails-customers"] });
    expect(await shop.isTicked()).toBe(false);
    // The right one, and everything is as it should be.
    await shop.call("POST", `/channels/${shop.id}/keys`, { passkey: sampleApp.passkey });
    const asked = await shop.ask(pays);
    expect(asked.body).toMatchObject({ state: "prompted", amountCents: 100, currency: "KES", phone: "2547***001" });
    expect(await shop.listed()).toMatchObject({ requestAcceptedAtMs: expect.any(Number), troubles: [] });
    expect(await shop.isTicked()).toBe(true);
    const outcome = async () => (await shop.call("GET", `/channels/${shop.id}/try/${asked.body.promptId}`)).body.state;
    await expect.poll(outcome, patience).toBe("paid");
    // The shilling is the credit of whose phone it is.
    const balances = async () =>
      (await shop.call("GET", "/ledger/accounts")).body.items
        .filter(({ balanceCents }: { balanceCents: number }) => balanceCents !== 0)
        .map(({ account, balanceCents }: { account: string; balanceCents: number }) => [
          account.replace(/:.*/, ""),
          balanceCents,
        ]);
    await expect.poll(balances, patience).toEqual(
      expect.arrayContaining([
        ["clearing", 100],
        ["credit", -100],
      ]),
    );
    const again = (await shop.call("POST", `/channels/${shop.id}/keys`, { passkey: "another" })).body;
    expect(again).toMatchObject({ requestAcceptedAtMs: null });
    expect(await shop.isTicked()).toBe(false);
  });

  test("[PAY-17] a phone is asked once under one key, by one prompt at a time, and five times a day; another's channel not at all", async () => {
    const shop = await openShop("Often", sampleApp.passkey);
    const first = await shop.ask(cancels, "one");
    expect((await shop.ask(cancels, "one")).body.promptId).toBe(first.body.promptId);
    const path = `/channels/${shop.id}/try/${first.body.promptId}`;
    const state = async () => (await shop.call("GET", path)).body;
    await expect.poll(state, patience).toMatchObject({ state: "failed", reason: "cancelled" });
    expect((await shop.ask("0711999888")).body.state).toBe("prompted");
    expect(await shop.ask("0711999888")).toMatchObject({ status: 409, body: { code: "prompt-already-open" } });
    for (const end of [1, 2, 3]) expect((await shop.ask(`071199977${end}`)).status).toBe(201);
    expect(await shop.ask("0711999666")).toMatchObject({ status: 429, body: { code: "asked-too-often" } });
    expect(await shop.ask("12")).toMatchObject({ status: 400, body: { field: "phone" } });
    const other = await openShop("Other", sampleApp.passkey);
    expect((await other.call("POST", `/channels/${shop.id}/try`, { phone: pays })).status).toBe(404);
    expect((await other.call("GET", path)).status).toBe(404);
    await other.call("PATCH", `/channels/${other.id}`, { active: false });
    expect(await other.ask(pays)).toMatchObject({ status: 409, body: { code: "channel-off" } });
    const stripe = { kind: "stripe", environment: "sandbox", secretKey: "sk_test_1", webhookSecret: "whsec_1" };
    const { id } = (await other.call("POST", "/channels", stripe)).body;
    expect((await other.call("GET", `/channels/${id}`)).body.canTry).toBe(false);
    expect(await other.call("POST", `/channels/${id}/try`, { phone: pays })).toMatchObject({
      status: 409,
      body: { code: "no-channel" },
    });
  });
});
