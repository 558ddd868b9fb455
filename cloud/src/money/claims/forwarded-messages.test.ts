/** M-Pesa's own message, forwarded by the owner's phone: told, capped, the same money as any other report of it, and proved later. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openClaimShop } from "./test-claim-shop.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
const patience = { timeout: 60_000 };
const message = (receipt: string, account = "SHOP7") =>
  `${receipt} Confirmed. Ksh20.00 received for account ${account}. New balance is Ksh99.00.`;

hubSuite("messages that a phone forwards", { timeout: 300_000 }, (hub) => {
  async function openShop(name: string) {
    const shop = await openClaimShop(hub, name);
    await shop.post("/pay-accounts", { number: "SHOP7", siteId: shop.siteId, planId: shop.planId });
    const path = `/channels/${shop.paybill}/message-address`;
    const address = async () => (await shop.read(path)).items as { url: string; isCurrent: boolean }[];
    const made = await shop.post(path);
    expect(made.status).toBe(201);
    const forward = async (url: string, body: string, type = "application/json") => {
      const { pathname } = new URL(url);
      const answer = await fetch(`${hub.url()}${pathname}`, {
        method: "POST",
        body,
        headers: { "content-type": type },
      });
      return { status: answer.status, body: (await answer.json()) as unknown };
    };
    /** The receipt, once so many reports of it are judged, ours among them. */
    const judged = (receipt: string, ...sources: readonly string[]) =>
      vi.waitFor(async () => {
        const facts = await shop.inDatabase((tx) =>
          tx.selectFrom("evidence").select(["state", "source"]).where("naturalKey", "=", receipt).execute(),
        );
        for (const source of ["forwarded-message", ...sources])
          expect(facts.filter((each) => each.source === source)).toEqual([{ state: "done", source }]);
        return shop.receiptRow(receipt);
      }, patience);
    return { ...shop, path, address, forward, judged, url: made.body.items[0].url as string };
  }

  test("[PAY-25] the message books the money as told, at the account that it names; the callback of the same money changes nothing, and a statement proves it", async () => {
    const shop = await openShop("Forward");
    const sent = JSON.stringify({ from: "MPESA", text: message("UKL70ZDR4F"), sentStamp: 1 });
    expect(await shop.forward(shop.url, sent)).toEqual({ status: 200, body: { ok: true, money: true } });
    expect(await shop.judged("UKL70ZDR4F")).toMatchObject({
      provenance: "told",
      state: "suspense",
      amountCents: 2000,
    });
    // The phone sends it again, and M-Pesa's own notice comes late.
    await shop.forward(shop.url, sent);
    await shop.confirm("UKL70ZDR4F", { BillRefNumber: "SHOP7", MSISDN: "254712000111" });
    const booked = await shop.judged("UKL70ZDR4F", "c2b-confirmation");
    expect(booked).toMatchObject({ provenance: "told", state: "booked" });
    expect((await shop.read("/payments")).items).toMatchObject([{ state: "paid", pendingCents: 2000 }]);
    expect(await shop.balances()).toEqual({ clearing: 2000, pending: -2000 });
    const atMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000 - 5 * minuteMs;
    await shop.statement({ receipt: "UKL70ZDR4F", atMs, phone: "254712000111" });
    expect(await shop.receiptRow("UKL70ZDR4F")).toMatchObject({ provenance: "proved" });
    expect(await shop.balances()).toEqual({ clearing: 2000, revenue: -2000 });
  });

  test("[PAY-25] sales go on while M-Pesa tells nothing: a customer's account opens by the message, within the hourly limit and no further", async () => {
    const shop = await openShop("Silent");
    const phone = "0712000111";
    const account = { number: "ANNA1", phone, siteId: shop.siteId, planId: shop.planId };
    expect((await shop.post("/pay-accounts", account)).status).toBe(201);
    const form = new URLSearchParams({ sender: "M-PESA", msg: message("UKL71ZDR4F", "ANNA1") }).toString();
    await shop.forward(shop.url, form, "application/x-www-form-urlencoded");
    expect(await shop.judged("UKL71ZDR4F")).toMatchObject({ state: "booked", provenance: "told" });
    await shop.send("PATCH", "/money-settings", { unverifiedCentsMax: 3000 });
    await shop.forward(shop.url, JSON.stringify({ text: message("UKL72ZDR4F", "ANNA1") }));
    expect(await shop.judged("UKL72ZDR4F")).toMatchObject({ state: "suspense", provenance: "told" });
    expect((await shop.read("/payments")).items).toHaveLength(1);
  });

  test("[PAY-25] of everything else that a phone forwards nothing is kept; who knows no address tells of nothing", async () => {
    const shop = await openShop("Private");
    const post = (fields: object) => shop.forward(shop.url, JSON.stringify(fields));
    for (const fields of [
      { from: "Mama", text: "Come home" },
      { from: "MPESA", text: "UKL73ZDR4F Confirmed. Ksh20.00 sent to SHOP for account A1." },
      { from: "+254712000111", text: message("UKL73ZDR4F") },
      {},
    ])
      expect(await post(fields)).toEqual({ status: 200, body: { ok: true, money: false } });
    const wrong = shop.url.replace(/k\/[^/]+/, `k/${"x".repeat(22)}`);
    expect((await shop.forward(wrong, JSON.stringify({ text: message("UKL73ZDR4F") }))).status).toBe(404);
    const kept = await hub.database().asPlatform("look", async (tx) => ({
      evidence: await tx
        .selectFrom("evidence")
        .select("evidenceId")
        .where("providerId", "=", shop.providerId)
        .execute(),
      unmatched: await tx.selectFrom("unmatched_callbacks").selectAll().execute(),
    }));
    expect(kept).toEqual({ evidence: [], unmatched: [] });
  });

  longTest(
    "[PAY-25] a new address takes the place of the old one, which stays good for two days; switched off, none is good",
    async () => {
      const shop = await openShop("Anew");
      expect((await shop.post(shop.path)).status).toBe(201);
      const [current, replaced] = await shop.address();
      expect([current?.isCurrent, replaced?.isCurrent, replaced?.url]).toEqual([true, false, shop.url]);
      const status = async (url: string | undefined) => (await shop.forward(url ?? "", "{}")).status;
      expect([await status(current?.url), await status(shop.url)]).toEqual([200, 200]);
      hub.moveClock(2 * dayMs + minuteMs);
      expect([await status(current?.url), await status(shop.url)]).toEqual([200, 404]);
      const token = await hub.logIn(shop.ownerEmail, "the-owner-password");
      expect((await hub.call("DELETE", `/api/v1${shop.path}`, { token })).status).toBe(204);
      expect(await status(current?.url)).toBe(404);
    },
  );

  test("[PAY-25] an address takes so many messages in an hour, and no more", async () => {
    const shop = await openShop("Flood");
    await shop.inDatabase(async (tx) => {
      const nowMs = hub.world.clock.wall().atMs;
      const rows = Array.from({ length: 600 }, (_, index) => ({
        providerId: shop.providerId,
        evidenceId: `flood-${index}`,
        channelId: shop.paybill,
        purchaseId: null,
        source: "forwarded-message",
        naturalKey: `F${index}`,
        bodyHash: `h${index}`,
        remoteAddress: null,
        receivedAtMs: nowMs,
        state: "done" as const,
        outcome: null,
      }));
      await tx.insertInto("evidence").values(rows).execute();
    });
    const { status } = await shop.forward(shop.url, JSON.stringify({ text: message("UKL74ZDR4F") }));
    expect(status).toBe(429);
  });
});
