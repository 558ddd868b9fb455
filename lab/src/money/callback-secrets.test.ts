/** The addresses of prompts and of confirmations have secrets of their own, and both can be replaced while money comes in. */
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, silentAsk } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

interface Address {
  readonly use: "push" | "confirmation";
  readonly state: "current" | "replaced";
  readonly lastAtMs: number | null;
}

engineSuite("secrets in callback addresses", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  async function openTown() {
    const silent: DarajaOptions = { loses: () => true, confirmsPush: () => "never", promptMs: 600_000 };
    const town = await startPayments(database.current(), silent, { ask: silentAsk });
    const { daraja, hub, shop, providerId, channelId, register, books } = town;
    await register();
    const post = async (url: string, body: string) => {
      const headers = { "content-type": "application/json" };
      expect((await fetch(url, { method: "POST", body, headers })).status).toBe(200);
    };
    const ids = { providerId, channelId };
    let receipts = 0;
    return {
      books,
      hub,
      daraja,
      register,
      confirmationUrl: () => daraja.books().registered[sampleApp.shortcode]?.confirmation ?? "",
      /** Tells of new money at this address. @returns its receipt */
      async confirm(url: string) {
        const receipt = `UKC000000${++receipts}`;
        const told = { TransID: receipt, TransAmount: "50.00", BusinessShortCode: sampleApp.shortcode };
        await post(url, JSON.stringify({ ...told, TransTime: "20261121120000", BillRefNumber: "nobody" }));
        return receipt;
      },
      async buy(key: string) {
        const phone = `25471200${key.padStart(4, "0")}`;
        await hub.payments.purchases.start({ ...shop, phone, idempotencyKey: key });
        const prompt = daraja.prompts().find(({ msisdn }) => msisdn === phone);
        if (prompt === undefined) throw new Error("no prompt");
        const receipt = `UKS000${key.padStart(4, "0")}`;
        const pay = () => post(prompt.callbackUrl, callbackBody(prompt, { code: "0", text: "ok", receipt }));
        return { url: prompt.callbackUrl, receipt, pay };
      },
      rotate: (use: Address["use"]) => hub.channelRoute("POST", "/api/v1/channels/{id}/rotate-secret", ids, { use }),
      async addresses() {
        const { callbackSecrets } = await hub.channelRoute<{ callbackSecrets: Address[] }>(
          "GET",
          "/api/v1/channels/{id}",
          ids,
        );
        return callbackSecrets;
      },
      booked: (receipt: string) =>
        eventually(books, (now) => expect(now.receipts.map((each) => each.receipt)).toContain(receipt)),
    };
  }

  test("[PAY-02] [BEY-06] who knows a prompt's address can't send confirmations: the report is kept, and books nothing", async () => {
    const town = await openTown();
    const { url, receipt, pay } = await town.buy("1");
    const forgedUrl = `${url.split("/s/")[0]}/c`;
    await town.confirm(forgedUrl);
    const real = await town.confirm(town.confirmationUrl());
    await town.booked(real);
    await pay();
    await town.booked(receipt);
    expect((await town.books()).receipts.map((each) => each.receipt).sort()).toEqual([real, receipt].sort());
    expect(new URL(town.confirmationUrl()).pathname.split("/")[3]).not.toBe(new URL(url).pathname.split("/")[3]);
  });

  test("[PAY-02] a replaced secret of confirmations: both addresses work until M-Pesa has taken the new one, and the page says which one still receives", async () => {
    const town = await openTown();
    const before = town.confirmationUrl();
    await town.rotate("confirmation");
    await town.booked(await town.confirm(before));
    const both = (await town.addresses()).filter(({ use }) => use === "confirmation");
    expect(both).toMatchObject([
      { state: "current", lastAtMs: null },
      { state: "replaced", lastAtMs: expect.any(Number) },
    ]);
    // M-Pesa keeps its address until it was removed in the portal: the answer "already registered" changes nothing.
    await town.register();
    await town.booked(await town.confirm(before));
    town.daraja.organisation.forgetUrls(sampleApp.shortcode);
    await town.register();
    const after = town.confirmationUrl();
    expect(after).not.toBe(before);
    await town.booked(await town.confirm(after));
    expect((await town.addresses()).filter(({ use }) => use === "confirmation")).toMatchObject([
      { state: "current", lastAtMs: expect.any(Number) },
    ]);
    const late = await town.confirm(before);
    await town.booked(await town.confirm(after));
    expect((await town.books()).receipts.map((each) => each.receipt)).not.toContain(late);
  });

  test("[PAY-02] a replaced secret of prompts: a prompt that is on a phone still calls back, and the next one has the new secret", async () => {
    const town = await openTown();
    const first = await town.buy("2");
    await town.rotate("push");
    const second = await town.buy("3");
    expect(second.url.split("/s/")[0]).not.toBe(first.url.split("/s/")[0]);
    await first.pay();
    await town.booked(first.receipt);
    await second.pay();
    await town.booked(second.receipt);
    expect((await town.addresses()).filter(({ use }) => use === "push")).toMatchObject([
      { state: "current", lastAtMs: expect.any(Number) },
      { state: "replaced", lastAtMs: expect.any(Number) },
    ]);
  });
});
