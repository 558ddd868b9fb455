/** The simulated SMS gateways over HTTP: Africa's Talking, Advanta, Twilio, and one inbox page for all phones. */

import { readJsonObject } from "@karibu/protocol/foreign-json";
import type { World } from "@karibu/protocol/world";
import express, { type Express } from "express";
import { inboxPage } from "../http/inbox-page.ts";
import { postReports } from "./delivery-reports.ts";
import { createSimulatedAdvanta } from "./simulated-advanta.ts";
import {
  createInbox,
  createSimulatedAfricasTalking,
  type SimulatedAfricasTalking,
  type SmsAccount,
  sampleSmsAccount,
} from "./simulated-africastalking.ts";
import { createSimulatedTwilio } from "./simulated-twilio.ts";
import { createSimulatedWhatsApp } from "./simulated-whatsapp.ts";

/** Gateways whose report address an operator sets in the gateway's console. Twilio takes an address with each message. */
type ReportingGateway = "africastalking" | "advanta" | "whatsapp";

export function createSmsHttp(
  world: World,
  account: SmsAccount = sampleSmsAccount,
): { app: Express; africasTalking: SimulatedAfricasTalking } {
  const inbox = createInbox(world);
  const reportUrls = new Map<ReportingGateway, string>();
  const form = "application/x-www-form-urlencoded";
  const africasTalking = createSimulatedAfricasTalking(world, account, inbox, (id, phoneNumber) => {
    const url = reportUrls.get("africastalking");
    const body = (status: string) => String(new URLSearchParams({ id, status, phoneNumber, networkCode: "63902" }));
    if (url !== undefined)
      postReports(world, [
        { url, type: form, body: body("Sent") },
        { url, type: form, body: body("Success") },
      ]);
  });
  const advanta = createSimulatedAdvanta(world, inbox, (messageid) => {
    const url = reportUrls.get("advanta");
    const timestamp = new Date(world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const body = JSON.stringify({ description: "DeliveredToTerminal", messageid, timeTaken: "22s", timestamp });
    if (url !== undefined) postReports(world, [{ url, type: "application/json", body }]);
  });
  const twilio = createSimulatedTwilio(world, inbox);
  const whatsApp = createSimulatedWhatsApp(world, inbox);
  const app = express().disable("x-powered-by");
  app.use(express.text({ type: () => true, limit: "64kb" }));
  const textOf = (body: unknown) => (typeof body === "string" ? body : "");
  app.get("/health", (_, response) => void response.json({ ok: true }));
  app.get("/", (_, response) => void response.type("html").send(smsPage));
  app.get("/lab/messages", (_, response) => void response.json({ items: africasTalking.messages() }));
  app.post("/lab/report-url", (request, response) => {
    const { gateway, url } = readJsonObject(textOf(request.body)) ?? {};
    if (
      (gateway !== "africastalking" && gateway !== "advanta" && gateway !== "whatsapp") ||
      typeof url !== "string" ||
      !URL.canParse(url)
    ) {
      response.status(400).json({ error: "gateway, url: africastalking, advanta or whatsapp, and an address" });
      return;
    }
    reportUrls.set(gateway, url);
    response.json({ gateway, url });
  });
  app.post("/version1/messaging", (request, response) => {
    const answer = africasTalking.send(request.header("apikey"), new URLSearchParams(textOf(request.body)));
    response
      .status(answer.status)
      .type(answer.body.startsWith("{") ? "json" : "text")
      .send(answer.body);
  });
  app.post("/2010-04-01/Accounts/:sid/Messages.json", (request, response) => {
    const fields = new URLSearchParams(textOf(request.body));
    const { status, body, reports } = twilio.send(request.params.sid, request.header("authorization"), fields);
    response.status(status).type("json").send(body);
    postReports(
      world,
      reports.map(({ signature, ...each }) => ({ ...each, type: form, headers: { "x-twilio-signature": signature } })),
    );
  });
  app.post("/:version/:phoneNumberId/messages", (request, response) => {
    const { phoneNumberId } = request.params;
    const answer = whatsApp.send(phoneNumberId, request.header("authorization"), textOf(request.body));
    response.status(answer.status).json(answer.body);
    const url = reportUrls.get("whatsapp");
    if (url !== undefined && answer.notice !== null) {
      const { body, signature } = answer.notice;
      postReports(world, [{ url, type: "application/json", body, headers: { "x-hub-signature-256": signature } }]);
    }
  });
  app.use((request, response) => {
    const answer = request.method === "POST" ? advanta.request(request.path, textOf(request.body)) : null;
    response.status(answer === null ? 404 : 200).json(answer ?? { error: "no such address" });
  });
  return { app, africasTalking };
}

const smsPage = inboxPage({
  title: "Simulated SMS",
  intro: "Every message that the hub sent, newest first. Nothing leaves this machine.",
  emptyText: "No messages yet.",
  path: "/lab/messages",
  card: `const made = node("article", "", item.status === "Success" ? "message" : "message bad");
const time = new Date(item.atMs).toLocaleTimeString();
made.append(node("p", item.from + " to " + item.to + ", " + time, "soft"), node("p", item.text));
if (item.status !== "Success") made.append(node("p", item.status));
return made;`,
});
