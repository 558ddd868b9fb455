/** What a person does about "I already paid": looks, links, turns down with a reason, opens again. */
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { insertEntry } from "../ledger/test-entry.ts";

hubSuite("a claim that waits for a person", (hub) => {
  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name);
    const { providerId, post, read, inDatabase } = kiosk;
    const channel = { kind: "mpesa-paybill", environment: "sandbox", shortcode: "600100", passkey: "pass" };
    const keysOf = { consumerKey: "key", consumerSecret: "secret" };
    const { id: channelId } = (await post("/channels", { ...channel, ...keysOf })).body;
    const claim = (receipt: string) => kiosk.asSite("claim-payment", { receipt, phone: "0722000333" });
    await claim("UKL51ZDR4F");
    const [item] = (await read("/review?kind=claim")).items;
    /** Money whose owner nobody knows. */
    const moneyComes = (receipt: string, how: object = {}) =>
      inDatabase(async (tx) => {
        const place = { providerId };
        const accounts = ["clearing:some", "suspense"] as const;
        await insertEntry(tx, { ...place, entryId: receipt, kind: "suspense", accounts, cents: 500 });
        const money = { amountCents: 500, planCents: 0, creditCents: 0, suspenseCents: 500, currency: "KES" };
        const what = { rail: "mpesa", receipt, channelId, entryId: receipt, bookedAtMs: 1 };
        await tx
          .insertInto("receipts")
          .values({ ...place, ...money, ...what, state: "suspense", corroborated: true, provedBy: "pull", ...how })
          .execute();
      });
    const receipt = (name: string) =>
      inDatabase((tx) => tx.selectFrom("receipts").selectAll().where("receipt", "=", name).executeTakeFirstOrThrow());
    const change = (table: "receipts" | "payment_claims", values: object) =>
      inDatabase((tx) => tx.updateTable(table).set(values).execute());
    const partyOf = (phone: string) => hub.hub().parties.ofPhone(providerId, phone);
    const told = { corroborated: false, provedBy: null, payerHash: partyOf("254722000333") };
    return { ...kiosk, claimId: item.id as string, moneyComes, claim, receipt, change, told, partyOf };
  }

  test("[BEY-07] shows what is known, is turned down with a reason, leaves the list, and can be opened again", async () => {
    const { post, hire, read, claimId, siteId } = await openShop("Decline");
    expect(await read(`/claims/${claimId}`)).toMatchObject({
      receipt: "UKL51ZDR4F",
      phone: "2547***333",
      siteId,
      planName: null,
      turnedDown: null,
      money: [],
    });
    expect(await post(`/claims/${claimId}/turn-down`, { reason: " " })).toMatchObject({ body: { field: "reason" } });
    const { token: support } = await hire("support", "Sana");
    expect((await post(`/claims/${claimId}/turn-down`, { reason: "no" }, support)).status).toBe(403);
    const down = await post(`/claims/${claimId}/turn-down`, { reason: "the message is a forgery" });
    expect(down.body).toMatchObject({ state: "refused", turnedDown: "the message is a forgery" });
    expect((await read("/review")).items).toEqual([]);
    expect((await read("/claims?turnedDown=true")).items).toMatchObject([{ id: claimId }]);
    expect((await post(`/claims/${claimId}/turn-down`, { reason: "again" })).status).toBe(409);
    expect((await post(`/claims/${claimId}/reopen`, null)).body).toMatchObject({ state: "open", turnedDown: null });
    expect((await read("/review?kind=claim")).items).toMatchObject([{ id: claimId }]);
    expect((await post(`/claims/${claimId}/reopen`, null)).status).toBe(409);
    const actions = (await read("/audit?limit=100")).items.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(["POST /api/v1/claims/{id}/turn-down", "POST /api/v1/claims/{id}/reopen"]),
    );
  });

  test("[BEY-07] money that arrived is linked to it, and becomes the customer's", async () => {
    const { post, read, claimId, moneyComes } = await openShop("Link");
    await moneyComes("UKL51ZDR4F");
    const { money } = await read(`/claims/${claimId}`);
    expect(money).toMatchObject([{ receipt: "UKL51ZDR4F", amountCents: 500, currency: "KES" }]);
    expect((await post(`/claims/${claimId}/link`, { receipt: "UKL51ZDR4X" })).status).toBe(404);
    const linked = await post(`/claims/${claimId}/link`, { receipt: "UKL51ZDR4F" });
    expect([linked.status, linked.body.claim?.state]).toEqual([200, "settled"]);
    expect((await read("/review")).items).toEqual([]);
    expect((await post(`/claims/${claimId}/turn-down`, { reason: "late" })).status).toBe(409);
  });

  test("[BEY-07] a person's no binds the same claim until the channel proves its money; then it can't be opened again", async () => {
    const { post, read, claimId, moneyComes, claim, receipt, change, told } = await openShop("Twice");
    await post(`/claims/${claimId}/turn-down`, { reason: "the message is a forgery" });
    await moneyComes("UKL51ZDR4F", told);
    expect(await claim("UKL51ZDR4F")).toMatchObject({ kind: "refused" });
    await change("payment_claims", { createdAtMs: hub.world.clock.wall().atMs - 3_600_001 });
    expect(await claim("UKL51ZDR4F"), "later than an hour").toMatchObject({ kind: "refused" });
    expect((await receipt("UKL51ZDR4F")).state).toBe("suspense");
    await change("receipts", { corroborated: true, provedBy: "pull" });
    expect(await claim("UKL51ZDR4F")).toMatchObject({ kind: "settled" });
    expect(await read(`/claims/${claimId}`)).toMatchObject({ state: "settled", turnedDown: null });
    expect((await read("/claims?turnedDown=true")).items).toEqual([]);
    expect((await post(`/claims/${claimId}/reopen`, null)).status).toBe(409);
  });

  test("[BEY-07] a claim that was settled after a no, before that took the no away, is not opened again", async () => {
    const { post, read, claimId, change } = await openShop("Old");
    await post(`/claims/${claimId}/turn-down`, { reason: "no" });
    await change("payment_claims", { state: "settled" });
    expect((await read("/claims?turnedDown=true")).items).toEqual([]);
    expect((await post(`/claims/${claimId}/reopen`, null)).status).toBe(409);
  });

  test("[BEY-07] money that is only told says so, is linked within the hourly limit, and stays told", async () => {
    const { ask, post, read, claimId, moneyComes, receipt, told } = await openShop("Told");
    await moneyComes("UKL51ZDR4F", told);
    expect((await read(`/claims/${claimId}`)).money).toMatchObject([{ provenance: "told" }]);
    const limit = (unverifiedCentsMax: number) => ask("PATCH", "/money-settings", { unverifiedCentsMax });
    await limit(499);
    const refused = await post(`/claims/${claimId}/link`, { receipt: "UKL51ZDR4F" });
    expect(refused).toMatchObject({ status: 409, body: { code: "not-linked" } });
    expect((await read(`/claims/${claimId}`)).state).toBe("open");
    await limit(500);
    expect((await post(`/claims/${claimId}/link`, { receipt: "UKL51ZDR4F" })).status).toBe(200);
    expect(await receipt("UKL51ZDR4F")).toMatchObject({ corroborated: false, state: "credit" });
  });

  test("[BEY-07] where nothing says whose the money is, the refusal asks for the phone, and the link takes it", async () => {
    const { post, read, claimId, moneyComes, receipt, change, partyOf } = await openShop("Whose");
    await moneyComes("UKL51ZDR4F");
    await change("payment_claims", { phoneHash: null, phoneMasked: null });
    const link = (body: object) => post(`/claims/${claimId}/link`, { receipt: "UKL51ZDR4F", ...body });
    expect(await link({})).toMatchObject({ status: 400, body: { code: "phone-needed", field: "phone" } });
    expect(await link({ phone: "12" })).toMatchObject({ status: 400, body: { field: "phone" } });
    expect((await read(`/claims/${claimId}`)).state).toBe("open");
    expect((await link({ phone: "0733000555" })).body.claim).toMatchObject({ state: "settled" });
    expect(await receipt("UKL51ZDR4F")).toMatchObject({ state: "credit", party: partyOf("254733000555") });
  });

  test("[BEY-07] an answer to a claim that is not there settles nothing; to one that is there, both", async () => {
    const { post, read, claimId, moneyComes, receipt } = await openShop("Answers");
    await moneyComes("UKL51ZDR4G");
    const answer = (named: string) =>
      post("/payments/claims", { receipt: "UKL51ZDR4G", phone: "0722000333", claimId: named });
    expect(await answer("none")).toMatchObject({ status: 404, body: { field: "claimId" } });
    expect((await receipt("UKL51ZDR4G")).state).toBe("suspense");
    expect(await answer(claimId)).toMatchObject({ status: 201, body: { outcome: "settled" } });
    expect((await read(`/claims/${claimId}`)).state).toBe("settled");
  });
});
