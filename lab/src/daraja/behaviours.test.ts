/** Behaviours that can be set in the simulated Daraja, so that a hub meets them here first. */
import { readCallResult } from "@karibu/cloud/money/channels/daraja/call-results";
import { readC2b } from "@karibu/cloud/money/channels/daraja/inflow-messages";
import { readCallbackEvidence } from "@karibu/cloud/money/channels/daraja/read-evidence";
import { expect, test } from "vitest";
import { createSimulatedWorld } from "../world/simulated-world.ts";
import { eastAfricaStamp } from "./daraja-answers.ts";
import type { ResultBehaviour, SimulatedDarajaOptions } from "./daraja-types.ts";
import { sampleApp } from "./sample-app.ts";
import { scriptedPhones } from "./scripted-phones.ts";
import { createSimulatedDaraja } from "./simulated-daraja.ts";

type Fields = Record<string, unknown>;

function useDaraja(options: Partial<SimulatedDarajaOptions> = {}) {
  const world = createSimulatedWorld(5);
  const posted: { readonly url: string; readonly body: string }[] = [];
  const daraja = createSimulatedDaraja(world, {
    apps: [sampleApp],
    querySpacingMs: 0,
    deliver: async (url, body) => {
      posted.push({ url, body });
      return { status: 200, body: "{}" };
    },
    ...options,
  });
  const basic = `Basic ${Buffer.from(`${sampleApp.consumerKey}:${sampleApp.consumerSecret}`).toString("base64")}`;
  const token = async () =>
    daraja.request({ method: "GET", path: "/oauth/v1/generate", headers: { authorization: basic }, body: "" });
  let bearer = "";
  const call = async (path: string, fields: Fields) => {
    if (bearer === "") bearer = (JSON.parse((await token()).body) as { access_token: string }).access_token;
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    return daraja.request({ method: "POST", path, headers, body: JSON.stringify(fields) });
  };
  const signed = (): Fields => {
    const Timestamp = eastAfricaStamp(world.clock.wall().atMs);
    const Password = Buffer.from(sampleApp.shortcode + sampleApp.passkey + Timestamp).toString("base64");
    return { BusinessShortCode: sampleApp.shortcode, Password, Timestamp };
  };
  const push = (PhoneNumber: string) =>
    call("/mpesa/stkpush/v1/processrequest", {
      ...signed(),
      TransactionType: "CustomerPayBillOnline",
      Amount: 50,
      PartyA: PhoneNumber,
      PhoneNumber,
      PartyB: sampleApp.shortcode,
      CallBackURL: "https://hub.lab/hooks/k/1/s/2",
      AccountReference: "K7Q2M9XW",
      TransactionDesc: "1 day",
    });
  const ask = async (id: string) => {
    const answer = await call("/mpesa/stkpushquery/v1/query", { ...signed(), CheckoutRequestID: id });
    return { status: answer.status, fields: JSON.parse(answer.body) as Fields };
  };
  return { world, daraja, posted, token, call, push, ask };
}

const idOf = (body: string) => String((JSON.parse(body) as Fields).CheckoutRequestID);

test("a wrong grant type has a separate code", async () => {
  const { daraja } = useDaraja();
  const answer = await daraja.request({
    method: "GET",
    path: "/oauth/v1/generate",
    query: new URLSearchParams({ grant_type: "password" }),
    headers: {},
    body: "",
  });
  expect(answer.body).toContain("400.008.02");
});

test.each(scriptedPhones.filter(({ answer }) => typeof answer === "object"))(
  "$msisdn: $does",
  async ({ msisdn, answer }) => {
    const { daraja, push } = useDaraja();
    expect(await push(msisdn)).toMatchObject(answer as object);
    expect(daraja.prompts()).toEqual([]);
  },
);

test.each(["1", "17", "26", "1001", "1019", "1025", "1037", "2028", "8006", "9999", "0"])(
  "a number that ends with code %s, without metadata unless it is paid",
  async (code) => {
    const { world, daraja, posted, push } = useDaraja();
    await push(`25471111${code.padStart(4, "0")}`);
    world.advance(2_000);
    await daraja.delivered();
    expect(posted[0]?.body).toContain(`"ResultCode":${code},`);
    expect(posted[0]?.body.includes("CallbackMetadata")).toBe(code === "0");
  },
);

test("a bare object as the only item is read: a success without an amount is queried", async () => {
  const { world, daraja, posted, push } = useDaraja();
  await push("254700000018");
  world.advance(2_000);
  await daraja.delivered();
  const read = readCallbackEvidence(posted[0]?.body ?? "");
  expect(read).toMatchObject({ message: { evidence: { kind: "success", receipt: null, amountCents: null } } });
});

test("questions stutter: an empty 500.001.1001 with HTTP 500 and with 200, and good answers in between", async () => {
  const { world, push, ask } = useDaraja();
  const id = idOf((await push("254700000023")).body);
  world.advance(2_000);
  const answers = [await ask(id), await ask(id), await ask(id), await ask(id)];
  expect(answers.map(({ status, fields }) => [status, fields.errorCode ?? fields.ResultCode])).toEqual([
    [500, "500.001.1001"],
    [200, "0"],
    [200, "500.001.1001"],
    [200, "0"],
  ]);
});

test("a query too early gets an invalid id; while the prompt is open, 1037; then the true result, in other words", async () => {
  const { world, push, ask } = useDaraja();
  const early = idOf((await push("254700000024")).body);
  const open = idOf((await push("254700000025")).body);
  expect((await ask(early)).fields.errorMessage).toContain("CheckoutRequestID");
  expect((await ask(open)).fields).toMatchObject({
    ResultCode: "1037",
    ResultDesc: "DS timeout user cannot be reached.",
  });
  world.advance(31_000);
  expect((await ask(early)).fields.ResultCode).toBe("0");
  expect((await ask(open)).fields.ResultCode).toBe("0");
});

test("without an answer to a validation, the registered response type decides", async () => {
  for (const [ResponseType, comes] of [
    ["Completed", true],
    ["Cancelled", false],
  ] as const) {
    const { daraja, call } = useDaraja({ deliver: async () => ({ status: 0, body: "" }) });
    const urls = { ConfirmationURL: "https://hub.lab/hooks/k/1/c", ValidationURL: "https://hub.lab/hooks/k/1/v" };
    await call("/mpesa/c2b/v2/registerurl", { ShortCode: sampleApp.shortcode, ResponseType, ...urls });
    expect(
      (await call("/mpesa/c2b/v2/registerurl", { ShortCode: sampleApp.shortcode, ResponseType, ...urls })).body,
    ).toContain("500.003.1001");
    const payment = { shortcode: sampleApp.shortcode, msisdn: "254711000111", amount: 50, account: "shop 1" };
    expect((await daraja.organisation.payBill(payment)) !== null).toBe(comes);
  }
});

test.each([
  ["v1", "hash"],
  ["v2", "mask"],
])("version %s of C2B shows the payer as a %s", async (version, kind) => {
  const { daraja, posted, call } = useDaraja();
  const urls = { ConfirmationURL: "https://hub.lab/hooks/k/1/c", ValidationURL: "https://hub.lab/hooks/k/1/v" };
  await call(`/mpesa/c2b/${version}/registerurl`, {
    ShortCode: sampleApp.shortcode,
    ResponseType: "Completed",
    ...urls,
  });
  await daraja.organisation.payBill({
    shortcode: sampleApp.shortcode,
    msisdn: "254711000119",
    amount: 50,
    account: " Shop-1 ",
  });
  const read = readC2b(posted.at(-1)?.body ?? "");
  expect(read).toMatchObject({ message: { payer: { kind }, payerName: null, accountText: " Shop-1 " } });
});

test("results come before the answer, after a note of the queue, oddly shaped, or the call is refused twice first", async () => {
  const moods: ResultBehaviour[] = ["refused", "refused", "before-answer", "queued", "odd"];
  const { world, posted, call } = useDaraja({ results: (number) => moods[number] ?? "plain" });
  const asked = { TransactionID: "UKK0000001", ResultURL: "https://hub.lab/r", QueueTimeOutURL: "https://hub.lab/t" };
  const status = () => call("/mpesa/transactionstatus/v1/query", asked);
  expect((await status()).status).toBe(500);
  expect((await status()).status).toBe(500);
  await status();
  expect(posted.map(({ url }) => url)).toEqual(["https://hub.lab/r"]);
  await status();
  world.advance(300);
  await expect.poll(() => posted.map(({ url }) => url.at(-1)).join("")).toBe("rtr");
  await status();
  world.advance(300);
  await expect.poll(() => posted.length).toBe(4);
  expect(readCallResult(posted[3]?.body ?? "")).toMatchObject({ message: { code: "2032" } });
  expect(posted[3]?.body).toContain('"ResultCode":"2032"');
});
