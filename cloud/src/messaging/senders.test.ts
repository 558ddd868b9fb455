/** One suite that every sender of text messages passes, on answers as the gateways give them. */
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { HttpAnswer, HttpCall } from "../ground/http-client/http-call.ts";
import { advanta, readAdvantaReport } from "./advanta.ts";
import { africastalking, readAfricasTalkingReply, readAfricasTalkingReport } from "./africastalking.ts";
import type { SendSms } from "./sender-contract.ts";
import { isTwilioSignature, readTwilioReply, readTwilioReport, twilio } from "./twilio.ts";
import { isWhatsAppSignature, readWhatsAppNotice, whatsapp } from "./whatsapp.ts";

const at = (recipient: object, Message = "Sent") => ({
  status: 201,
  body: JSON.stringify({ SMSMessageData: { Message, Recipients: [recipient] } }),
});
const adv = (fields: object) => ({ status: 200, body: JSON.stringify({ responses: [fields] }) });

const senders: Record<
  string,
  { open: (answer: () => Promise<HttpAnswer>) => SendSms; answers: Record<string, HttpAnswer> }
> = {
  africastalking: {
    open: (http) => africastalking({ http, baseUrl: "http://at.lab" }, { username: "u", apiKey: "k" }),
    answers: {
      accepted: at({ statusCode: 101, messageId: "ATX1" }),
      failed: at({ statusCode: 406, status: "UserInBlacklist", messageId: "None" }),
      later: at({ statusCode: 500, status: "InternalServerError", messageId: "None" }),
      "config-error": {
        status: 201,
        body: JSON.stringify({ SMSMessageData: { Message: "InvalidSenderId", Recipients: [] } }),
      },
    },
  },
  advanta: {
    open: (http) => advanta({ http, baseUrl: "http://adv.lab" }, { apiKey: "k", partnerId: "1", shortcode: "KARIBU" }),
    answers: {
      accepted: adv({ "respose-code": 200, messageid: 8_290_842 }),
      failed: adv({ "response-code": 1003, "response-description": "Invalid mobile" }),
      later: adv({ "respose-code": "4090" }),
      "config-error": {
        status: 200,
        body: JSON.stringify({ "response-code": 1006, "response-description": "Invalid credentials" }),
      },
    },
  },
  twilio: {
    open: (http) => twilio({ http, baseUrl: "http://tw.lab" }, { accountSid: "AC1", authToken: "t", from: "+1" }),
    answers: {
      accepted: { status: 201, body: JSON.stringify({ sid: "SM1" }) },
      failed: { status: 400, body: JSON.stringify({ code: 21_610, message: "opted out" }) },
      later: { status: 429, body: JSON.stringify({ code: 20_429 }) },
      "config-error": { status: 401, body: JSON.stringify({ code: 20_003 }) },
    },
  },
  whatsapp: {
    open: (http) =>
      whatsapp({ http, baseUrl: "http://wa.lab" }, { phoneNumberId: "10001", accessToken: "t", version: "v23.0" }),
    answers: {
      accepted: { status: 200, body: JSON.stringify({ messaging_product: "whatsapp", messages: [{ id: "wamid.1" }] }) },
      failed: { status: 400, body: JSON.stringify({ error: { code: 131_026, message: "Message undeliverable" } }) },
      later: { status: 400, body: JSON.stringify({ error: { code: 131_056, message: "too many to this number" } }) },
      "config-error": { status: 401, body: JSON.stringify({ error: { code: 190, message: "token expired" } }) },
    },
  },
};

describe.each(Object.keys(senders))("[MSG-10] the sender %s", (name) => {
  const { open, answers } = senders[name]!;
  const template = { name: "hello", language: "en", parameters: ["Amina"] };
  const order = { phone: "254712345678", text: "Hello", reportUrl: null, template };
  test.each(Object.keys(answers))("%s", async (kind) => {
    expect(await open(async () => answers[kind]!)(order)).toMatchObject({ kind });
  });
  test.each([
    ["no answer", () => Promise.reject(new Error("cut"))],
    ["a gateway's HTML", async () => ({ status: 502, body: "<html>" })],
  ])("%s is tried again later, and may have been sent", async (_, http) => {
    expect(await open(http)(order)).toMatchObject({ kind: "later", mayBeSent: true });
  });
  test.each([
    ["nobody there", () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))],
    ["no time for us", async () => ({ status: 503, body: "" })],
  ])("%s: it was not sent", async (_, http) => {
    expect(await open(http)(order)).toEqual({ kind: "later", why: expect.any(String) });
  });
});

test("[MSG-10] a number that is known by its hash goes to the path for hashes, where the sender takes them; others refuse it", async () => {
  const asked: { url: string; body: string | undefined }[] = [];
  const http: HttpCall = async ({ url, body }) => {
    asked.push({ url, body });
    return adv({ "response-code": 200, messageid: "x1" });
  };
  const order = { phone: "ab".repeat(32), isHash: true, text: "Your code", reportUrl: null };
  const keys = { apiKey: "k", partnerId: "1", shortcode: "KARIBU" };
  expect(await advanta({ http, baseUrl: "http://a.lab" }, { ...keys, hashes: true })(order)).toEqual({
    kind: "accepted",
    remoteId: "x1",
  });
  expect(asked[0]?.url).toBe("http://a.lab/api/services/sendotp/");
  expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({ mobile: order.phone, hashed: true });
  for (const send of [
    advanta({ http, baseUrl: "http://a.lab" }, keys),
    africastalking({ http, baseUrl: "http://at.lab" }, { username: "u", apiKey: "k" }),
    twilio({ http, baseUrl: "http://tw.lab" }, { accountSid: "AC1", authToken: "t", from: "+1" }),
  ])
    expect(await send(order)).toMatchObject({ kind: "failed" });
  expect(asked).toHaveLength(1);
});

test("[MSG-10] Africa's Talking tells what a message cost", async () => {
  const http = async () => at({ statusCode: 101, messageId: "ATX1", cost: "KES 0.8000" });
  const send = africastalking({ http, baseUrl: "http://at.lab" }, { username: "u", apiKey: "k" });
  expect(await send({ phone: "254712345678", text: "Hello", reportUrl: null })).toMatchObject({
    cost: { millicents: 80_000, currency: "KES" },
  });
});

test("[MSG-12] WhatsApp is asked for an approved template with its gaps filled, or for a text, and never for a hidden number", async () => {
  let body = "";
  const http: HttpCall = async (call) => {
    body = call.body ?? "";
    return { status: 200, body: JSON.stringify({ messages: [{ id: "wamid.1" }] }) };
  };
  const send = whatsapp(
    { http, baseUrl: "http://wa.lab" },
    { phoneNumberId: "10001", accessToken: "t", version: "v23.0" },
  );
  const order = { phone: "254712345678", text: "Hello", reportUrl: null };
  expect(await send({ ...order, isHash: true })).toMatchObject({ kind: "failed" });
  expect(body).toBe("");
  await send(order);
  expect(JSON.parse(body)).toEqual({
    messaging_product: "whatsapp",
    to: "254712345678",
    type: "text",
    text: { body: "Hello" },
  });
  await send({ ...order, template: { name: "due_tomorrow", language: "sw", parameters: ["Amina"] } });
  expect(JSON.parse(body)).toEqual({
    messaging_product: "whatsapp",
    to: "254712345678",
    type: "template",
    template: {
      name: "due_tomorrow",
      language: { code: "sw" },
      components: [{ type: "body", parameters: [{ type: "text", text: "Amina" }] }],
    },
  });
});

test("[MSG-12] one notice of WhatsApp carries reports and replies; a signature covers its bytes", () => {
  const value = {
    statuses: [
      { id: "wamid.1", status: "sent" },
      { id: "wamid.1", status: "read" },
      { id: "wamid.2", status: "failed", errors: [{ code: 131_026, title: "Undeliverable" }] },
    ],
    messages: [
      { from: "254712345678", type: "text", text: { body: "STOP" } },
      { from: "254712345678", type: "image" },
    ],
  };
  const body = JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ changes: [{ field: "messages", value }] }],
  });
  expect(readWhatsAppNotice(body)).toEqual({
    reports: [
      { remoteId: "wamid.1", state: "on-its-way", why: null },
      { remoteId: "wamid.1", state: "delivered", why: null },
      { remoteId: "wamid.2", state: "failed", why: "131026 Undeliverable" },
    ],
    replies: [{ phone: "254712345678", text: "STOP" }],
    writers: ["254712345678", "254712345678"],
  });
  for (const odd of ["", "null", "[]", '{"entry":{"changes":1}}', '{"entry":[null,{"changes":[{"value":[]}]}]}'])
    expect(readWhatsAppNotice(odd)).toEqual({ reports: [], replies: [], writers: [] });
  const signature = `sha256=${createHmac("sha256", "secret").update(body).digest("hex")}`;
  expect(isWhatsAppSignature(signature, body, "secret")).toBe(true);
  expect(isWhatsAppSignature(signature, `${body} `, "secret")).toBe(false);
  expect(isWhatsAppSignature("", body, "secret")).toBe(false);
});

test("replies are told from reports", () => {
  expect(readAfricasTalkingReply("from=%2B254712345678&to=22123&text=Stop&id=1")).toEqual({
    phone: "254712345678",
    text: "Stop",
  });
  expect(readAfricasTalkingReply("senderId=KARIBU&phoneNumber=%2B254712345678")).toEqual({
    phone: "254712345678",
    text: "STOP",
  });
  expect(readAfricasTalkingReply("id=A1&status=Success&phoneNumber=%2B254712345678")).toBeNull();
  expect(readTwilioReply("MessageSid=SM1&From=%2B254712345678&Body=STOP")).toEqual({
    phone: "254712345678",
    text: "STOP",
  });
  expect(readTwilioReply("MessageSid=SM1&MessageStatus=sent&From=%2B1&To=%2B2")).toBeNull();
});

test("[MSG-02] reports are final, or on their way", () => {
  expect(readAfricasTalkingReport("id=A1&status=Success")).toMatchObject({ remoteId: "A1", state: "delivered" });
  expect(readAfricasTalkingReport("id=A1&status=Failed&failureReason=UserIsInactive")).toMatchObject({
    state: "failed",
    why: "UserIsInactive",
  });
  expect(readAfricasTalkingReport("id=A1&status=Buffered")).toMatchObject({ state: "on-its-way" });
  expect(readAdvantaReport('{"messageid":1889191,"description":"DeliveredToTerminal"}')).toMatchObject({
    remoteId: "1889191",
    state: "delivered",
  });
  expect(readTwilioReport("MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003")).toMatchObject({
    state: "failed",
    why: "30003",
  });
  expect(readTwilioReport("nothing=here")).toBeNull();
});

test("a Twilio signature covers the whole address and the sorted fields", () => {
  const url = "https://hub.example/hooks/m/abc?x=1";
  const signature = createHmac("sha1", "token").update(`${url}MessageSidSM1MessageStatussent`).digest("base64");
  expect(isTwilioSignature(signature, url, "MessageStatus=sent&MessageSid=SM1", "token")).toBe(true);
  expect(isTwilioSignature(signature, url, "MessageStatus=delivered&MessageSid=SM1", "token")).toBe(false);
  expect(isTwilioSignature("", url, "MessageStatus=sent&MessageSid=SM1", "token")).toBe(false);
});
