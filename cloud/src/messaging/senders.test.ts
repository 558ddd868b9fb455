/** One suite that every sender of text messages passes, on answers as the gateways give them. */
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { HttpAnswer } from "../ground/http-client/http-call.ts";
import { advanta, readAdvantaReport } from "./advanta.ts";
import { africastalking, readAfricasTalkingReport } from "./africastalking.ts";
import type { SendSms } from "./sender-contract.ts";
import { isTwilioSignature, readTwilioReport, twilio } from "./twilio.ts";

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
};

describe.each(Object.keys(senders))("[MSG-10] the sender %s", (name) => {
  const { open, answers } = senders[name]!;
  const order = { phone: "254712345678", text: "Hello", reportUrl: null };
  test.each(Object.keys(answers))("%s", async (kind) => {
    expect(await open(async () => answers[kind]!)(order)).toMatchObject({ kind });
  });
  test.each([
    ["no answer", () => Promise.reject(new Error("cut"))],
    ["a gateway's HTML", async () => ({ status: 502, body: "<html>" })],
  ])("%s is tried again later", async (_, http) => {
    expect(await open(http)(order)).toMatchObject({ kind: "later" });
  });
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
