/** Wrong input: it is stored raw with its reason, answered as Safaricom expects, and shown to staff. */
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { sha256Hex } from "@karibu/protocol/hash";
import { beforeAll, expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import type { Prompt } from "../daraja/daraja-types.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, openChannel, openShop, readBooks, type Shop } from "./payments-hub.ts";
import { usePayments } from "./test-payments-town.ts";

const accepted = { ResultCode: 0, ResultDesc: "Accepted" };
const paid = { code: "0", text: "ok", receipt: "UKK1234567" };

engineSuite("[PAY-02] bad input at the hooks", (engine) => {
  const town = usePayments(engine, { confirmsPush: () => "never" });
  const { database } = town;
  let shop: Shop;
  let prompt: Prompt;
  let channelUrl: string;
  beforeAll(async () => {
    shop = await openShop(database.current());
    const channelId = await openChannel(town.hub, database.current(), shop.providerId);
    await town.hub.register(shop.providerId, channelId);
    await town.hub.payments.purchases.start({ ...shop, phone: "0712000333", idempotencyKey: "k" });
    prompt = town.daraja.prompts().at(-1) as Prompt;
    channelUrl = prompt.callbackUrl.replace(/\/s\/.*/, "");
  });

  const post = async (url: string, body: string) => {
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    return { status: answer.status, answer: (await answer.json()) as object };
  };
  const books = () => readBooks(database.current(), shop.providerId);
  /** Kept with exactly this body, which is sealed, with the reason, and in the list that people look at. */
  const kept = async (body: string, outcome: string) => {
    const row = await eventually(
      async () => (await books()).evidence.find((each) => each.bodyHash === sha256Hex(body)),
      (found) => expect(found).toMatchObject({ state: "unmatched", outcome: expect.stringContaining(outcome) }),
    );
    const listed = (await town.hub.review(shop.providerId)).find((item) => item.id === row?.evidenceId);
    expect(listed).toMatchObject({ kind: "unmatched", what: expect.stringContaining(outcome) });
  };
  const nothingOpened = async () => {
    const { receipts, grants, entries } = await books();
    expect({ receipts, grants, entries }).toEqual({ receipts: [], grants: [], entries: [] });
  };

  test("an unknown channel token: kept apart, without the token, and accepted", async () => {
    expect(await post(`${town.hub.url}/hooks/k/ffff/s/ffff`, '{"who":"knows"}')).toEqual({
      status: 200,
      answer: accepted,
    });
    const unmatched = await database
      .current()
      .asPlatform("test", (tx) => tx.selectFrom("unmatched_callbacks").selectAll().execute());
    expect(unmatched).toMatchObject([{ reason: "unknown channel token" }]);
    expect(unmatched[0]?.path).not.toContain("ffff");
  });

  test("an unknown purchase token", async () => {
    const body = callbackBody(prompt, paid);
    expect(await post(`${channelUrl}/s/ffff`, body)).toEqual({ status: 200, answer: accepted });
    await kept(body, "unknown purchase token");
  });

  test.each([
    ["no JSON", "not json", "not a genuine message: not JSON"],
    ["nothing at all", "", "not a genuine message: not JSON"],
    ["another shape", '{"Body":[]}', "not a genuine message: Body: Invalid input"],
    [
      "no request id",
      '{"Body":{"stkCallback":{"ResultCode":0}}}',
      "not a genuine message: Body.stkCallback.CheckoutRequestID: Invalid input",
    ],
  ])("a callback with %s", async (_, body, outcome) => {
    expect(await post(prompt.callbackUrl, body)).toEqual({ status: 200, answer: accepted });
    await kept(body, outcome);
    await nothingOpened();
  });

  test.each(["-50", "50.001", "5e1", "NaN", "0"])("a callback whose amount is %s", async (Value) => {
    const body = callbackBody(prompt, paid).replace('"Value":50}', `"Value":"${Value}"}`);
    expect(body).toContain(Value);
    expect(await post(prompt.callbackUrl, body)).toEqual({ status: 200, answer: accepted });
    await kept(body, "not a genuine message: Amount: not an amount of money");
    await nothingOpened();
  });

  test("the right id and a wrong amount: nothing opens, a person sees the purchase", async () => {
    const body = callbackBody(prompt, paid, "less");
    expect(await post(prompt.callbackUrl, body)).toEqual({ status: 200, answer: accepted });
    await eventually(books, ({ purchases }) =>
      expect(purchases[0]).toMatchObject({ state: "unknown", review: "amount-differs" }),
    );
    await nothingOpened();
    expect(await town.hub.review(shop.providerId)).toContainEqual(
      expect.objectContaining({ kind: "payment", what: "amount-differs", amountCents: 5000 }),
    );
    expect((await books()).evidence.find((row) => row.bodyHash === sha256Hex(body))?.outcome).toMatch(
      /amount differs, nothing opened/,
    );
  });

  test("an unknown request id: nothing opens, and the fact stays", async () => {
    const body = callbackBody(prompt, { ...paid, receipt: "UKK7654321" }, "other-id");
    expect(await post(prompt.callbackUrl, body)).toEqual({ status: 200, answer: accepted });
    const find = async () => (await books()).evidence.find((row) => row.bodyHash === sha256Hex(body));
    await eventually(find, (row) => expect(row?.outcome).toMatch(/another request id/));
    await nothingOpened();
  });

  test("an unknown result code: unknown, never failed, and listed as unread", async () => {
    await post(prompt.callbackUrl, callbackBody(prompt, { code: "4711", text: "New.", receipt: null }));
    await eventually(
      () => town.hub.review(shop.providerId),
      (items) =>
        expect(items).toContainEqual(expect.objectContaining({ kind: "unread", what: "result code 4711 (1)" })),
    );
    expect((await books()).purchases[0]?.state).toBe("unknown");
  });

  test("an invalid confirmation is answered as Safaricom expects, and stored with the error", async () => {
    const body = JSON.stringify({ TransID: "UKK1234567", TransAmount: "-5.00", BusinessShortCode: "174379" });
    const confirmationUrl = town.daraja.books().registered[sampleApp.shortcode]?.confirmation ?? "";
    const { status, answer } = await post(confirmationUrl, body);
    expect({ status, answer }).toEqual({ status: 200, answer: { ResultCode: 0, ResultDesc: "Success" } });
    await kept(body, "not a genuine message: TransAmount: not an amount of money");
    const foreign = JSON.stringify({ TransID: "UKK1234567", TransAmount: "5.00", BusinessShortCode: "999999" });
    await post(confirmationUrl, foreign);
    await kept(foreign, "its short code is not this channel's");
    await nothingOpened();
  });

  test("a result for an unknown call", async () => {
    const body = JSON.stringify({ Result: { ResultCode: 0, TransactionID: "UKK1234567" } });
    expect(await post(`${channelUrl}/r/ffff`, body)).toEqual({ status: 200, answer: accepted });
    await kept(body, "unknown call token");
  });

  test("a body over 64 KB is refused, and nothing of it is kept", async () => {
    // The hub's own questions go on meanwhile.
    const came = async () => (await books()).evidence.filter(({ source }) => source === "stk-callback");
    const before = (await came()).length;
    expect((await post(prompt.callbackUrl, "x".repeat(64 * 1024 + 1))).status).toBe(413);
    expect(await came()).toHaveLength(before);
  });

  test("a path that is none, and a method that is none", async () => {
    expect((await post(`${town.hub.url}/hooks/elsewhere`, "{}")).status).toBe(404);
    expect((await fetch(prompt.callbackUrl, { method: "PUT" })).status).toBe(404);
  });

  test.each([
    ["request id", "CheckoutRequestID", "0712000441", "UKL0000001"],
    ["code", "ResultCode", "0712000442", "UKL0000002"],
    ["text", "ResultDesc", "0712000443", "UKL0000003"],
  ])(
    "a callback with a NUL in its %s keeps the genuine one behind it from nobody",
    async (_, field, phone, receipt) => {
      await town.hub.payments.purchases.start({ ...shop, phone, idempotencyKey: field });
      const own = town.daraja.prompts().at(-1) as Prompt;
      const odd = {
        CheckoutRequestID: own.checkoutRequestId,
        ResultCode: "4712",
        ResultDesc: "?",
        [field]: "4712\0",
      };
      expect(await post(own.callbackUrl, JSON.stringify({ Body: { stkCallback: odd } }))).toEqual({
        status: 200,
        answer: accepted,
      });
      await post(own.callbackUrl, callbackBody(own, { ...paid, receipt }));
      await eventually(books, ({ receipts, evidence }) => {
        expect(receipts.map((row) => row.receipt)).toContain(receipt);
        expect(evidence.filter(({ state }) => state === "new")).toEqual([]);
      });
    },
  );
});
