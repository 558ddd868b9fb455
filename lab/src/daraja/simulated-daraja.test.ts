import { describe, expect, test } from "vitest";
import { createSimulatedWorld } from "../world/simulated-world.ts";
import { eastAfricaStamp } from "./daraja-answers.ts";
import type { SimulatedDarajaOptions } from "./daraja-types.ts";
import { sampleApp } from "./sample-app.ts";
import { scriptedPhones } from "./scripted-phones.ts";
import { createSimulatedDaraja } from "./simulated-daraja.ts";

function useDaraja(options: Partial<SimulatedDarajaOptions> = {}) {
  const world = createSimulatedWorld(7);
  const callbacks: { url: string; body: string }[] = [];
  const daraja = createSimulatedDaraja(world, {
    apps: [sampleApp],
    deliver: async (url, body) => {
      callbacks.push({ url, body });
      return { status: 200, body: "" };
    },
    ...options,
  });
  const basic = Buffer.from(`${sampleApp.consumerKey}:${sampleApp.consumerSecret}`).toString("base64");
  const token = async () => {
    const headers = { authorization: `Basic ${basic}` };
    const answer = await daraja.request({ method: "GET", path: "/oauth/v1/generate", headers, body: "" });
    return JSON.parse(answer.body) as { access_token: string; expires_in: unknown };
  };
  const credentials = () => {
    const Timestamp = eastAfricaStamp(world.clock.wall().atMs);
    const { shortcode, passkey } = sampleApp;
    const Password = Buffer.from(shortcode + passkey + Timestamp).toString("base64");
    return { BusinessShortCode: Number(shortcode), Password, Timestamp };
  };
  const post = async (path: string, fields: object, bearer: string, type = "application/json") => {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": type };
    const answer = await daraja.request({ method: "POST", path, headers, body: JSON.stringify(fields) });
    return { status: answer.status, fields: JSON.parse(answer.body) as Record<string, string> };
  };
  const push = (bearer: string, changes: object = {}, type?: string) =>
    post(
      "/mpesa/stkpush/v1/processrequest",
      {
        ...credentials(),
        TransactionType: "CustomerPayBillOnline",
        Amount: 50,
        PartyA: "254712345678",
        PartyB: sampleApp.shortcode,
        PhoneNumber: "254712345678",
        CallBackURL: "http://localhost:8000/hooks/k/aa/s/bb",
        AccountReference: "K7Q2M9XW",
        TransactionDesc: "Internet",
        ...changes,
      },
      bearer,
      type,
    );
  const query = (bearer: string, CheckoutRequestID: string) =>
    post("/mpesa/stkpushquery/v1/query", { ...credentials(), CheckoutRequestID }, bearer);
  return { world, daraja, callbacks, token, push, query, post, credentials };
}

describe("the simulated Daraja", () => {
  test("gives a token with its lifetime as text, and a new token ends the old one", async () => {
    const { token, push } = useDaraja();
    const first = await token();
    expect(first.expires_in).toBe("3599");
    const second = await token();
    expect((await push(first.access_token)).fields.errorCode).toBe("404.001.03");
    expect((await push(second.access_token)).fields.ResponseCode).toBe("0");
  });

  test.each<[string, object]>([
    ["BusinessShortCode", { BusinessShortCode: 1 }],
    ["Timestamp", { Timestamp: "20200101000000" }],
    ["TransactionType", { TransactionType: "Gift" }],
    ["Amount", { Amount: 10.5 }],
    ["Amount", { Amount: 0 }],
    ["Amount", { Amount: 250_001 }],
    ["PartyA", { PartyA: "254700000000" }],
    ["PartyB", { PartyB: "1" }],
    ["PhoneNumber", { PhoneNumber: "0712345678", PartyA: "0712345678" }],
    ["CallBackURL", { CallBackURL: "http://localhost/api/mpesa/cb" }],
    ["CallBackURL", { CallBackURL: "http://localhost/Query" }],
    ["CallBackURL", { CallBackURL: "http://LOCALHOST/hooks" }],
    ["CallBackURL", { CallBackURL: "ftp://localhost/hooks" }],
    ["AccountReference", { AccountReference: "1234567890123" }],
    ["AccountReference", { AccountReference: "a b" }],
    ["TransactionDesc", { TransactionDesc: "fourteen chars" }],
  ])("refuses a push with a bad %s", async (field, changes) => {
    const { token, push } = useDaraja();
    const { access_token } = await token();
    const answer = await push(access_token, changes);
    expect(answer).toMatchObject({ status: 400, fields: { errorMessage: `Bad Request - Invalid ${field}` } });
  });

  test("refuses a password that does not fit, a timestamp in UTC, and a body that is not sent as JSON", async () => {
    const { world, token, push } = useDaraja();
    const { access_token } = await token();
    expect((await push(access_token, { Password: "x" })).fields.errorMessage).toBe("Wrong credentials");
    const utc = eastAfricaStamp(world.clock.wall().atMs - 3 * 3_600_000);
    expect((await push(access_token, { Timestamp: utc })).fields.errorMessage).toContain("Timestamp");
    const form = await push(access_token, {}, "application/x-www-form-urlencoded");
    expect(form.fields.errorMessage).toContain("BusinessShortCode");
  });

  test("shows one prompt at a time on a phone; paying moves money once and calls back once", async () => {
    const { daraja, callbacks, token, push } = useDaraja();
    const { access_token } = await token();
    await push(access_token);
    expect((await push(access_token)).fields.errorMessage).toContain("Unable to lock subscriber");
    expect(daraja.act("254712345678", { kind: "pay", pin: "1234" })).toMatchObject({ code: "0" });
    expect(daraja.act("254712345678", { kind: "pay", pin: "1234" })).toBeNull();
    await daraja.delivered();
    expect(daraja.successes()).toMatchObject([{ amount: 50, accountReference: "K7Q2M9XW", msisdn: "254712345678" }]);
    expect(daraja.successes()[0]?.receipt).toMatch(/^[A-Z0-9]{10}$/);
    expect(callbacks).toHaveLength(1);
  });

  test("an unattended prompt ends as unreachable after a minute", async () => {
    const { world, daraja, callbacks, token, push } = useDaraja();
    const { access_token } = await token();
    await push(access_token);
    daraja.act("254712345678", { kind: "ignore" });
    world.advance(59_000);
    expect(callbacks).toHaveLength(0);
    world.advance(1_000);
    expect(JSON.parse(callbacks[0]?.body ?? "{}").Body.stkCallback).toMatchObject({ ResultCode: 1037 });
    expect(daraja.successes()).toEqual([]);
  });

  test("answers a question by the state of the prompt, and only five a minute", async () => {
    const { world, daraja, token, push, query } = useDaraja();
    const { access_token } = await token();
    const id = (await push(access_token)).fields.CheckoutRequestID as string;
    expect((await query(access_token, id)).fields.ResultCode).toBe("4999");
    expect((await query(access_token, id)).status).toBe(429);
    daraja.act("254712345678", { kind: "cancel" });
    world.advance(12_000);
    expect((await query(access_token, id)).fields.ResultCode).toBe("1032");
    world.advance(12_000);
    expect((await query(access_token, "ws_CO_none")).fields.errorMessage).toContain("CheckoutRequestID");
  });

  test("every scripted number follows its script: the moved money fits its callbacks", async () => {
    const { world, daraja, callbacks, token, push } = useDaraja();
    const { access_token } = await token();
    const sent = scriptedPhones.filter((each) => typeof each.answer === "string");
    for (const { msisdn } of sent) await push(access_token, { PhoneNumber: msisdn, PartyA: msisdn });
    world.advance(2_000);
    // To the latest of them, with everything that falls due on the way.
    for (const spanMs of [30_000, 90_000, 300_000, 27 * 3_600_000]) {
      world.advance(spanMs);
      await Promise.resolve();
    }
    await daraja.delivered();
    const pays = sent.filter((each) => each.outcome.code === "0" || each.callback === "then-paid");
    expect(
      daraja
        .successes()
        .map((each) => each.msisdn)
        .sort(),
    ).toEqual(pays.map((each) => each.msisdn).sort());
    const expected = { once: 1, odd: 1, bare: 1, less: 1, "other-id": 1, late: 1, twice: 2, "then-paid": 2, never: 0 };
    expect(callbacks).toHaveLength(sent.reduce((sum, each) => sum + expected[each.callback], 0));
  });
});
