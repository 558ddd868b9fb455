/** The hub's senders and the simulated gateways over HTTP: what each gateway answers for the same numbers. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { undiciCall as http } from "@karibu/cloud/ground/http-client/http-call";
import { advanta, readAdvantaReport } from "@karibu/cloud/messaging/advanta";
import { africastalking, readAfricasTalkingReport } from "@karibu/cloud/messaging/africastalking";
import type { SendSms } from "@karibu/cloud/messaging/sender-contract";
import { isTwilioSignature, readTwilioReport, twilio } from "@karibu/cloud/messaging/twilio";
import { isWhatsAppSignature, readWhatsAppNotice, whatsapp } from "@karibu/cloud/messaging/whatsapp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleAdvanta } from "./simulated-advanta.ts";
import { sampleSmsAccount } from "./simulated-africastalking.ts";
import { sampleTwilio } from "./simulated-twilio.ts";
import { sampleWhatsApp } from "./simulated-whatsapp.ts";
import { createSmsHttp } from "./sms-http.ts";

interface Seen {
  readonly url: string;
  readonly body: string;
  readonly signature: string;
}

const servers: Server[] = [];
const seen: Seen[] = [];
let gateway = "";
let hub = "";

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  gateway = await listen(createServer(createSmsHttp(realWorld()).app));
  hub = await listen(
    createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { "x-twilio-signature": ofTwilio, "x-hub-signature-256": ofMeta = "" } = request.headers;
      const signature = String(ofTwilio ?? ofMeta);
      seen.push({ url: hub + request.url, body: Buffer.concat(chunks).toString(), signature });
      response.end();
    }),
  );
  for (const name of ["africastalking", "advanta", "whatsapp"]) {
    const url = `${hub}/${name}`;
    await fetch(`${gateway}/lab/report-url`, { method: "POST", body: JSON.stringify({ gateway: name, url }) });
  }
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const senders: Record<string, (wrong?: boolean) => SendSms> = {
  africastalking: (wrong = false) =>
    africastalking({ http, baseUrl: gateway }, { ...sampleSmsAccount, ...(wrong ? { apiKey: "wrong" } : {}) }),
  advanta: (wrong = false) =>
    advanta({ http, baseUrl: gateway, isTyped: false }, { ...sampleAdvanta, ...(wrong ? { apiKey: "wrong" } : {}) }),
  twilio: (wrong = false) =>
    twilio(
      { http, baseUrl: gateway },
      { ...sampleTwilio, from: "+15005550006", ...(wrong ? { authToken: "no" } : {}) },
    ),
};

describe.each(Object.keys(senders))("[MSG-10] the simulated gateway of %s", (name) => {
  const send = (phone: string, wrong = false) =>
    (senders[name] as (wrong?: boolean) => SendSms)(wrong)({
      phone,
      text: "Hello",
      reportUrl: `${hub}/twilio?token=abc&x=1`,
    });

  test.each([
    ["254711000001", "accepted"],
    ["254711000406", "failed"],
    ["254711000500", "later"],
  ])("%s is %s", async (phone, kind) => {
    expect(await send(phone)).toMatchObject({ kind });
  });

  test("wrong keys are for an operator to put right", async () => {
    expect(await send("254711000001", true)).toMatchObject({ kind: "config-error" });
  });

  test("reports the outcome of a message by its id", async () => {
    const outcome = await send("254711000002");
    const remoteId = outcome.kind === "accepted" ? outcome.remoteId : "";
    const read = { africastalking: readAfricasTalkingReport, advanta: readAdvantaReport, twilio: readTwilioReport }[
      name
    ];
    const wanted = {
      africastalking: ["on-its-way", "delivered"],
      advanta: ["delivered"],
      twilio: ["delivered", "on-its-way"],
    }[name];
    const states = () =>
      seen.flatMap(({ body }) => {
        const report = read?.(body) ?? null;
        return report?.remoteId === remoteId ? [report.state] : [];
      });
    await expect.poll(states, { timeout: 20_000 }).toEqual(wanted);
  });
});

test("a Twilio report is signed over its whole address, query and all", async () => {
  await expect.poll(() => seen.some(({ url }) => url.includes("/twilio")), { timeout: 20_000 }).toBe(true);
  const report = seen.find(({ url }) => url.includes("/twilio")) as Seen;
  expect(report.url).toContain("?token=abc&x=1");
  expect(isTwilioSignature(report.signature, report.url, report.body, sampleTwilio.authToken)).toBe(true);
  expect(
    isTwilioSignature(report.signature, report.url.split("?")[0] as string, report.body, sampleTwilio.authToken),
  ).toBe(false);
});

test("the Advanta family: many in one call, a balance, a report asked for, and errors as bare objects", async () => {
  const call = async (path: string, body: object) =>
    (await (
      await fetch(`${gateway}/api/services/${path}/`, { method: "POST", body: JSON.stringify(body) })
    ).json()) as {
      responses?: { "response-code": number; messageid?: number }[];
    };
  const keys = { apikey: sampleAdvanta.apiKey, partnerID: sampleAdvanta.partnerId };
  const one = { ...keys, shortcode: "KARIBU", message: "Hello", pass_type: "plain" };
  const { responses = [] } = await call("sendbulk", {
    count: 2,
    smslist: [
      { ...one, mobile: "254711000001" },
      { ...one, mobile: "12" },
    ],
  });
  expect(responses.map((each) => each["response-code"])).toEqual([200, 1003]);
  expect(await call("getdlr", { ...keys, messageID: responses[0]?.messageid })).toMatchObject({
    "delivery-status": 32,
  });
  expect(await call("getdlr", { ...keys, messageID: 1 })).toMatchObject({ "response-code": 1008 });
  expect(await call("getbalance", keys)).toMatchObject({ credit: expect.any(Number) });
  expect(await call("getbalance", {})).toMatchObject({ "response-code": 4093 });
});

test("the Advanta family sends to a number that is known by its hash, where the host offers it", async () => {
  const keys = { ...sampleAdvanta, hashes: true };
  const send = advanta({ http, baseUrl: gateway, isTyped: false }, keys);
  const order = { isHash: true, text: "Your code is BCDF2345.", reportUrl: null };
  expect(await send({ ...order, phone: "ab".repeat(32) })).toMatchObject({ kind: "accepted" });
  expect(await send({ ...order, phone: "254711000001" })).toMatchObject({ kind: "failed" });
});

describe("[MSG-12] the simulated WhatsApp", () => {
  const send = (phone: string, given: object = {}, keys: object = {}) =>
    whatsapp(
      { http, baseUrl: gateway },
      { ...sampleWhatsApp, ...keys },
    )({
      phone,
      text: "Hello",
      reportUrl: null,
      template: { name: "due_soon", language: "en", parameters: ["Home", "30 Nov 2026"] },
      ...given,
    });
  test.each([
    ["254711000001", {}, {}, "accepted"],
    ["254711000406", {}, {}, "failed"],
    ["254711000405", {}, {}, "config-error"],
    ["254711000500", {}, {}, "later"],
    ["254711000001", { template: { name: "unknown", language: "en", parameters: [] } }, {}, "config-error"],
    ["254711000001", { template: { name: "due_soon", language: "en", parameters: [] } }, {}, "config-error"],
    ["254711000001", {}, { accessToken: "wrong" }, "config-error"],
  ])("%s %j %j is %s", async (phone, given, keys, kind) => {
    expect(await send(phone, given, keys)).toMatchObject({ kind });
  });

  test("reports the delivery in a signed notice", async () => {
    const outcome = await send("254711000003");
    const remoteId = outcome.kind === "accepted" ? outcome.remoteId : "";
    const ofIt = () => seen.find(({ body }) => remoteId !== "" && body.includes(remoteId));
    await expect.poll(ofIt, { timeout: 20_000 }).toBeDefined();
    const { body, signature } = ofIt() as Seen;
    expect(isWhatsAppSignature(signature, body, sampleWhatsApp.appSecret)).toBe(true);
    expect(readWhatsAppNotice(body).reports).toEqual([{ remoteId, state: "delivered", why: null }]);
  });
});
