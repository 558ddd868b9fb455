/** Which channel sells: one whose owner has accepted its keys, and no other. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { keyedAskerOf } from "../../test-asking.ts";
import { keysAccepted, useHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";

const keys = { passkey: "the-passkey", consumerKey: "good-key", consumerSecret: "the-secret" };
const paybill = (shortcode: string, changes: object = {}) => ({
  kind: "mpesa-paybill",
  name: `Paybill ${shortcode}`,
  shortcode,
  environment: "sandbox",
  ...keys,
  ...changes,
});

engineSuite("the channel that sells", (engine) => {
  let isAway = false;
  const refusal = { status: 400, body: '{"errorCode":"400.008.01","errorMessage":"Invalid Authentication passed"}' };
  /** Daraja: takes every key but the wrong one, and every prompt. */
  const http: HttpCall = async (request) => {
    if (isAway) throw new Error("nobody answers");
    const { url, headers } = request;
    if (url.includes("processrequest"))
      return { status: 200, body: '{"ResponseCode":"0","CheckoutRequestID":"ws_CO_1"}' };
    const [key] = Buffer.from((headers.authorization ?? "").slice("Basic ".length), "base64")
      .toString()
      .split(":");
    return key === "wrong-key" ? refusal : keysAccepted(request);
  };
  const hub = useHub(engine, { http });
  let names = 0;

  async function openShop() {
    isAway = false;
    const { token, providerId, siteId, planId } = await openKiosk(hub, `Shop-${++names}`);
    const call = keyedAskerOf(hub, () => token);
    let phones = 0;
    const shop = {
      call,
      token,
      providerId,
      siteId,
      add: async (channel: object) => (await call("POST", "/channels", channel)).body,
      read: async (id: string) => (await call("GET", `/channels/${id}`)).body,
      choose: (channelId: string | null) => call("PUT", `/sites/${siteId}/channel`, { channelId }),
      buy: (pay: string) => call("POST", "/payments/purchase", { siteId, planId, phone: "0712345678", pay }),
      /** The channel that a purchase goes by; null: nothing is sold. */
      async sellsBy(): Promise<string | null> {
        const phone = `07120000${String(++phones).padStart(2, "0")}`;
        const made = await call("POST", "/payments/purchase", { siteId, planId, phone });
        return made.status === 201 ? made.body.payment.channelId : null;
      },
      async told(): Promise<{ name: string; sellsOnline: boolean }> {
        const row = await hub
          .database()
          .asProvider(providerId, (tx) =>
            tx.selectFrom("feed_rows").select("body").where("kind", "=", "site").executeTakeFirstOrThrow(),
          );
        return row.body as unknown as { name: string; sellsOnline: boolean };
      },
      sellsOnline: async (): Promise<boolean> => (await shop.told()).sellsOnline,
    };
    return shop;
  }

  test("[PAY-17] a new channel whose keys are refused is kept, and does not take over the sales", async () => {
    const shop = await openShop();
    const good = await shop.add(paybill("600001"));
    expect(good).toMatchObject({ active: true, sells: true, keysProblem: null, keysCheckedAtMs: expect.any(Number) });
    const bad = await shop.add(paybill("600002", { consumerKey: "wrong-key" }));
    expect(bad).toMatchObject({ active: true, sells: false, keysProblem: expect.stringMatching(/gives no token/) });
    expect(await shop.sellsBy()).toBe(good.id);
    await shop.call("POST", `/channels/${bad.id}/check`);
    expect(await shop.sellsBy()).toBe(good.id);
    const mended = await shop.call("POST", `/channels/${bad.id}/keys`, { consumerKey: "good-key" });
    expect(mended.body).toMatchObject({ sells: true, keysProblem: null });
    expect(await shop.sellsBy()).toBe(bad.id);
  });

  test("[PAY-17] known-bad keys sell nothing, also where there is no other channel, and the site is told", async () => {
    const shop = await openShop();
    await shop.add(paybill("600001", { consumerKey: "wrong-key" }));
    expect(await shop.sellsBy()).toBeNull();
    expect(await shop.sellsOnline()).toBe(false);
  });

  test("[PAY-17] a channel whose owner can't be asked is kept, and sells once a check says that its keys are fine", async () => {
    const shop = await openShop();
    isAway = true;
    const made = await shop.add(paybill("600001"));
    expect(made).toMatchObject({
      sells: false,
      keysCheckedAtMs: null,
      keysProblem: expect.stringMatching(/no answer/),
    });
    isAway = false;
    expect(await shop.sellsBy()).toBeNull();
    expect(await shop.sellsOnline()).toBe(false);
    expect((await shop.call("POST", `/channels/${made.id}/check`)).body).toMatchObject({ ok: true });
    expect(await shop.sellsBy()).toBe(made.id);
    expect(await shop.sellsOnline()).toBe(true);
  });

  test("[PAY-17] a channel that was fine goes on selling when its owner does not answer a later check", async () => {
    const shop = await openShop();
    const made = await shop.add(paybill("600001"));
    isAway = true;
    expect((await shop.call("POST", `/channels/${made.id}/check`)).body).toMatchObject({ ok: false });
    isAway = false;
    expect(await shop.read(made.id)).toMatchObject({ sells: true, keysProblem: null });
    expect(await shop.sellsBy()).toBe(made.id);
  });

  test("[PAY-17] new keys are checked as they are entered: refused ones stop the channel, an initiator's do not", async () => {
    const shop = await openShop();
    const made = await shop.add(paybill("600001"));
    isAway = true;
    const initiator = await shop.call("POST", `/channels/${made.id}/keys`, { initiatorName: "karibu" });
    expect(initiator.body).toMatchObject({ sells: true });
    isAway = false;
    const refused = await shop.call("POST", `/channels/${made.id}/keys`, { consumerKey: "wrong-key" });
    expect(refused.body).toMatchObject({ sells: false, keysProblem: expect.stringMatching(/gives no token/) });
    expect(await shop.sellsBy()).toBeNull();
  });

  test("keys that were entered when nobody checked them sell on where there is no accepted channel", async () => {
    const shop = await openShop();
    const older = await shop.add(paybill("600001"));
    const unchecked = await shop.add(paybill("600002"));
    await hub
      .database()
      .asProvider(shop.providerId, (tx) =>
        tx.updateTable("channels").set({ keysCheckedAtMs: null }).where("channelId", "=", unchecked.id).execute(),
      );
    expect(await shop.sellsBy()).toBe(older.id);
    await shop.call("PATCH", `/channels/${older.id}`, { active: false });
    expect(await shop.sellsBy()).toBe(unchecked.id);
  });

  test("a short code stands once in an environment, as a paybill or a till; the refusal names the other channel", async () => {
    const shop = await openShop();
    await shop.add(paybill("600001", { name: "Front desk" }));
    const again = await shop.call("POST", "/channels", paybill("600001"));
    expect(again).toMatchObject({ status: 409, body: { code: "shortcode-taken", field: "shortcode" } });
    expect(again.body.detail).toContain("Front desk");
    const till = { ...paybill("600001"), kind: "mpesa-till", storeNumber: "600009" };
    expect((await shop.call("POST", "/channels", till)).status).toBe(409);
    expect((await shop.call("POST", "/channels", paybill("600001", { environment: "production" }))).status).not.toBe(
      409,
    );
    const both = await Promise.all([1, 2].map(() => shop.call("POST", "/channels", paybill("600003"))));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test("a site can't choose a channel that sells nothing: one for cash, one that is off, one whose keys are refused", async () => {
    const shop = await openShop();
    const good = await shop.add(paybill("600001"));
    for (const pay of ["cash", "credit"]) await shop.buy(pay);
    const immediate = (await shop.call("GET", "/channels")).body.items.filter(({ kind }: { kind: string }) =>
      ["cash", "credit"].includes(kind),
    );
    const bad = await shop.add(paybill("600002", { consumerKey: "wrong-key" }));
    const off = await shop.add(paybill("600003"));
    await shop.call("PATCH", `/channels/${off.id}`, { active: false });
    expect(immediate.length).toBeGreaterThan(0);
    for (const each of [...immediate, bad, off]) {
      const refused = await shop.choose(each.id);
      expect(refused, each.name).toMatchObject({ status: 422, body: { field: "channelId" } });
      expect(refused.body.value).toBe(each.name);
    }
    expect((await shop.choose(good.id)).status).toBe(200);
  });

  test("[PAY-17] a site that is edited while a channel is switched is told both, and of two channels that are switched at once what they sell then", async () => {
    if (engine === "embedded") return; // one transaction at a time
    const shop = await openShop();
    const one = await shop.add(paybill("600001"));
    const two = await shop.add(paybill("600002"));
    const lock = (tx: Tx) =>
      sql`select from feed_scopes where provider_id = ${shop.providerId} and scope = ${`site:${shop.siteId}`} for update`.execute(
        tx,
      );
    const patch = (path: string, body: object) => () => shop.call("PATCH", path, body);
    /** The second one has read what there is to be told before the first one has told anything. */
    const atOnce = async (...asks: readonly (() => Promise<{ status: number }>)[]) => {
      const answers: Promise<{ status: number }>[] = [];
      await whileHeld(hub.database(), shop.providerId, lock, async () => {
        for (const ask of asks) {
          answers.push(ask());
          await expect
            .poll(() => lockWaits(hub.database()), { timeout: 20_000 })
            .toBeGreaterThanOrEqual(answers.length);
        }
      });
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(asks.map(() => 200));
    };
    await atOnce(
      patch(`/sites/${shop.siteId}`, { name: "By the lake" }),
      patch(`/channels/${two.id}`, { active: false }),
    );
    expect(await shop.told()).toMatchObject({ name: "By the lake", sellsOnline: true });
    await atOnce(patch(`/channels/${two.id}`, { active: true }), patch(`/channels/${one.id}`, { active: false }));
    expect(await shop.told()).toMatchObject({ sellsOnline: true });
  });
});
