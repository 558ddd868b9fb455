/** What a whole hub sends by WhatsApp, and when: templates, answers within a day, and SMS where Meta says that it failed. */
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { usualMessageRules } from "@karibu/cloud/messaging/message-rules";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { ownerPassword, useHub } from "@karibu/cloud/test-hub";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { createInbox, createSimulatedAfricasTalking, sampleSmsAccount } from "./simulated-africastalking.ts";
import { createSimulatedWhatsApp, sampleWhatsApp } from "./simulated-whatsapp.ts";

const patience = { timeout: 10_000, interval: 30 };
const hourMs = 3_600_000;
const phone = "254712345678";

describe("[MSG-12] a hub and the simulated WhatsApp", { timeout: 60_000 }, () => {
  const http: HttpCall = async ({ url, headers, body = "" }) => {
    if (!url.includes("graph.facebook.com"))
      return africasTalking.send(headers.apiKey ?? headers.apikey, new URLSearchParams(body));
    const answer = whatsApp.send(new URL(url).pathname.split("/")[2] ?? "", headers.authorization, body);
    if (answer.notice !== null) notices.push(answer.notice);
    return { status: answer.status, body: JSON.stringify(answer.body) };
  };
  const hub = useHub(anyEngine, { http });
  const inbox = createInbox(hub.world);
  const africasTalking = createSimulatedAfricasTalking(hub.world, sampleSmsAccount, inbox, () => {});
  const whatsApp = createSimulatedWhatsApp(hub.world, inbox);
  /** That Meta has not told yet. */
  const notices: { body: string; signature: string }[] = [];
  let token = "";
  let providerId = "";
  let ownerEmail = "";
  let path = "";
  const call = sureAskerOf(hub, () => token);
  const tell = async ({ body, signature }: { body: string; signature: string }) => {
    const answer = await hub.call("POST", path, { body, headers: { "x-hub-signature-256": signature } });
    expect(answer.status).toBe(200);
  };
  const tellAll = async () => {
    for (const notice of notices.splice(0)) await tell(notice);
  };
  const send = (event: string, more: object = {}) =>
    hub.database().asProvider(providerId, (tx) =>
      hub.hub().messaging.send(tx, {
        providerId,
        event,
        template: "reminder-before",
        text: `Hello ${event}`,
        phone,
        ...more,
      } as Parameters<ReturnType<typeof hub.hub>["messaging"]["send"]>[1]),
    );
  const newest = async () => (await call("GET", "/messages?limit=1")).items[0];
  const becomes = (fields: object) => vi.waitFor(async () => expect(await newest()).toMatchObject(fields), patience);

  beforeAll(async () => {
    ({ token, providerId, ownerEmail } = await hub.makeProvider("Mwangaza"));
    await call("POST", "/message-senders", { kind: "africastalking", name: "SMS", ...sampleSmsAccount });
    const made = { kind: "whatsapp", name: "WhatsApp", ...sampleWhatsApp, priceMillicents: 50_000 };
    const { reportUrl } = await call("POST", "/message-senders", made);
    path = new URL(reportUrl).pathname;
    const { customerId } = await call("POST", "/customers", { name: "Amina", phone: "0712345678" });
    const agreed = { channel: "whatsapp", class: "service", allowed: true, said: "at the counter" };
    await call("POST", `/customers/${customerId}/consents`, agreed);
    await call("PUT", "/message-rules", { ...usualMessageRules, quietFromMinute: 0, quietUntilMinute: 0 });
  });

  test("answers in words of its own for a day after the customer wrote, and by SMS before and after", async () => {
    await send("before");
    await becomes({ channel: "sms", state: "accepted" });
    await tell(whatsApp.write(phone, "When is my line back?"));
    await send("within");
    await becomes({ channel: "whatsapp", state: "accepted", costMillicents: 50_000 });
    await tellAll();
    await becomes({ channel: "whatsapp", state: "delivered" });
    await send("offers", { class: "marketing" });
    await vi.waitFor(async () => expect((await newest()).channel).not.toBe("whatsapp"), patience);
    hub.moveClock(24 * hourMs);
    token = await hub.logIn(ownerEmail, ownerPassword);
    await send("after");
    await becomes({ channel: "sms", state: "accepted" });
    expect(
      inbox
        .messages()
        .filter(({ from }) => from === "WhatsApp")
        .map(({ text }) => text),
    ).toEqual(["Hello within"]);
  });

  test("what Meta took and could not bring goes out by SMS, once, and costs nothing by WhatsApp; a closed window stays closed", async () => {
    // Meta counts otherwise than the hub: it has not heard of this.
    await tell(createSimulatedWhatsApp(hub.world, inbox).write(phone, "Hello?"));
    const used = async () => {
      const rows = await hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("quota_days").select("used").where("kind", "=", "messages").execute(),
        );
      return rows.reduce((sum, row) => sum + row.used, 0);
    };
    const usedBefore = await used();
    await send("late");
    await becomes({ channel: "whatsapp", state: "accepted" });
    const [failed] = notices;
    await tellAll();
    await becomes({ channel: "sms", state: "accepted", tries: 2 });
    expect((await used()) - usedBefore, "one message of the day's").toBe(1);
    if (failed !== undefined) await tell(failed);
    await send("later");
    await becomes({ channel: "sms", state: "accepted", tries: 1 });
    const texts = inbox.messages().filter(({ text }) => text.startsWith("Hello late"));
    expect(texts.map(({ text, from }) => [text, from === "WhatsApp"]).sort()).toEqual([
      ["Hello late", false],
      ["Hello late", true],
      ["Hello later", false],
    ]);
  });
});
