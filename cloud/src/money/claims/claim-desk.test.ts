/** What a person does about "I already paid": looks, links, turns down with a reason, opens again. */
import { describe, expect, test } from "vitest";
import { engines, isAbsent } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";

describe.each(engines)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("a claim that waits for a person", () => {
    const hub = useHub(engine);
    let keys = 0;

    async function openShop(name: string) {
      const { token, providerId } = await hub.makeProvider(name);
      const as = (who: string) => (path: string, body: object | null) =>
        hub.call("POST", `/api/v1${path}`, { token: who, body, headers: { "Idempotency-Key": `key-${++keys}` } });
      const post = as(token);
      const get = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token })).body;
      const channel = { kind: "mpesa-paybill", environment: "sandbox", shortcode: "600100", passkey: "pass" };
      const keysOf = { consumerKey: "key", consumerSecret: "secret" };
      const { id: channelId } = (await post("/channels", { ...channel, ...keysOf })).body;
      const rpc = hub.hub().money.rpcHandlers.find(({ method }) => method === "claim-payment");
      const { siteId } = (await post("/sites", { name: "Kiosk" })).body.site;
      await rpc?.answer(
        { providerId, siteId },
        { receipt: "UKL51ZDR4F", phone: "0722000333" },
        new AbortController().signal,
      );
      const [item] = (await get("/review?kind=claim")).items;
      /** Money whose owner nobody knows. */
      const moneyComes = (receipt: string) =>
        hub.database().asProvider(providerId, async (tx) => {
          const place = { provider_id: providerId };
          const entry = { ...place, entry_id: receipt, entry_key: receipt, kind: "suspense", at_ms: 1 };
          await tx
            .insertInto("ledger_entries")
            .values(entry as never)
            .execute();
          const postings = ["clearing:some", "suspense"].map((account, line) => ({
            ...{ ...place, entry_id: receipt, line, account, party: null, currency: "KES" },
            amount_cents: line === 0 ? 500 : -500,
          }));
          await tx.insertInto("ledger_postings").values(postings).execute();
          const money = { amount_cents: 500, plan_cents: 0, credit_cents: 0, suspense_cents: 500, currency: "KES" };
          const what = { rail: "mpesa", receipt, channel_id: channelId, entry_id: receipt, booked_at_ms: 1 };
          await tx
            .insertInto("receipts")
            .values({ ...place, ...money, ...what, state: "suspense", corroborated: true })
            .execute();
        });
      return { token, post, as, get, claimId: item.id as string, moneyComes, siteId };
    }

    test("[BEY-07] shows what is known, is turned down with a reason, leaves the list, and can be opened again", async () => {
      const { post, as, get, claimId, siteId } = await openShop("Decline");
      expect(await get(`/claims/${claimId}`)).toMatchObject({
        ...{ receipt: "UKL51ZDR4F", phone: "2547***333", siteId, planName: null, turnedDown: null, money: [] },
      });
      expect(await post(`/claims/${claimId}/turn-down`, { reason: " " })).toMatchObject({ body: { field: "reason" } });
      const email = `support-${++keys}@x.test`;
      await post("/users", { name: "Sana", email, password: ownerPassword, role: "support" });
      const support = as(await hub.logIn(email, ownerPassword));
      expect((await support(`/claims/${claimId}/turn-down`, { reason: "no" })).status).toBe(403);
      const down = await post(`/claims/${claimId}/turn-down`, { reason: "the message is a forgery" });
      expect(down.body).toMatchObject({ state: "refused", turnedDown: "the message is a forgery" });
      expect((await get("/review")).items).toEqual([]);
      expect((await get("/claims?turnedDown=true")).items).toMatchObject([{ id: claimId }]);
      expect((await post(`/claims/${claimId}/turn-down`, { reason: "again" })).status).toBe(409);
      expect((await post(`/claims/${claimId}/reopen`, null)).body).toMatchObject({ state: "open", turnedDown: null });
      expect((await get("/review?kind=claim")).items).toMatchObject([{ id: claimId }]);
      expect((await post(`/claims/${claimId}/reopen`, null)).status).toBe(409);
      const actions = (await get("/audit?limit=100")).items.map(({ action }: { action: string }) => action);
      expect(actions).toEqual(
        expect.arrayContaining(["POST /api/v1/claims/{id}/turn-down", "POST /api/v1/claims/{id}/reopen"]),
      );
    });

    test("[BEY-07] money that arrived is linked to it, and becomes the customer's", async () => {
      const { post, get, claimId, moneyComes } = await openShop("Link");
      await moneyComes("UKL51ZDR4F");
      const { money } = await get(`/claims/${claimId}`);
      expect(money).toMatchObject([{ receipt: "UKL51ZDR4F", amountCents: 500, currency: "KES" }]);
      expect((await post(`/claims/${claimId}/link`, { receipt: "UKL51ZDR4X" })).status).toBe(404);
      const linked = await post(`/claims/${claimId}/link`, { receipt: "UKL51ZDR4F" });
      expect([linked.status, linked.body.claim?.state]).toEqual([200, "settled"]);
      expect((await get("/review")).items).toEqual([]);
      expect((await post(`/claims/${claimId}/turn-down`, { reason: "late" })).status).toBe(409);
    });
  });
});
