/** Whoever can pay a shilling can type anything as the account: the owner's pages show it, whatever it is. */

import { hostileTexts } from "@karibu/protocol/hostile-texts";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { enginesOfThisRun } from "../../ground/db/test-databases.ts";
import { hubSuite } from "../../test-hub.ts";
import { makeSecretItsId } from "../channels/test-hooks.ts";

/**
 * Characters of two code units at the place of each letter that a key may lack, beside letters of two and three bytes: the embedded engine
 * miscounts the bytes of a text with half a pair. Halves of them, and what other readers trip over.
 */
const accounts = [
  "😀",
  "shop😀7",
  "😀😀 7",
  "J😀MA",
  "é😀",
  "É😀😀",
  "猫😀😀",
  "😀é😀猫😀",
  "\ud83d",
  "7\ude00",
  "a\0b",
  ...inLongRunAll(
    hostileTexts.filter((text) => text.trim() !== ""),
    (_, at) => at % 4 === 0,
  ),
];

hubSuite("accounts that nobody has", { on: enginesOfThisRun }, (hub) => {
  test("[PAY-18] a payment with any text as its account, and any name: the review page, the receipts and the search answer", async () => {
    const { token, providerId } = await hub.makeProvider("Odd");
    let keys = 0;
    const post = (path: string, body: object) =>
      hub.call("POST", `/api/v1${path}`, { token, body, headers: { "idempotency-key": `key-${++keys}` } });
    const { siteId } = (await post("/sites", { name: "Kiosk" })).body.site;
    const { planId } = (await post("/plans", { name: "Hour", priceCents: 2000, terms: {} })).body;
    const app = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
    const channel = { ...app, kind: "mpesa-paybill", shortcode: "600100", passkey: "passkey" };
    const paybill = (await post("/channels", channel)).body.id as string;
    await hub.database().asProvider(providerId, (tx) => makeSecretItsId(tx, paybill));
    expect((await post("/pay-accounts", { number: "SHOP 7", siteId, planId })).status).toBe(201);
    const receiptOf = (index: number) => `QP${String(index + 10).padStart(3, "0")}ABCDE`;
    for (const [index, account] of accounts.entries()) {
      const names = { FirstName: account, MiddleName: account, LastName: account };
      const told = {
        TransID: receiptOf(index),
        TransAmount: "1.00",
        TransTime: "",
        BillRefNumber: account,
        ...names,
      };
      const body = { ...told, BusinessShortCode: "600100", MSISDN: "2547 ***** 126" };
      expect((await hub.call("POST", `/hooks/k/${paybill}/c`, { body })).status, account).toBe(200);
    }
    const wanted = accounts.map((_, index) => receiptOf(index)).toSorted();
    const read = (path: string) => hub.call("GET", `/api/v1${path}`, { token });
    const listed = async (path: string, name: string) => {
      const found: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const answer = await read(`${path}&limit=30${cursor === "" ? "" : `&cursor=${cursor}`}`);
        expect(answer.status, answer.text).toBe(200);
        found.push(...answer.body.items.map((item: Record<string, string>) => item[name]));
        cursor = answer.body.nextCursor;
      }
      return found.toSorted();
    };
    await vi.waitFor(async () => expect(await listed("/review?kind=suspense", "id")).toEqual(wanted), {
      timeout: 60_000,
    });
    expect(await listed("/receipts?state=suspense", "receipt")).toEqual(wanted);
    expect((await read(`/search?q=${encodeURIComponent("shop😀7")}`)).status).toBe(200);
    expect((await read("/audit")).status).toBe(200);
  }, 120_000);
});
