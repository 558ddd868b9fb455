/**
 * What gateways tell the hub: reports about messages that they accepted, and what people write back.
 *
 * Attackers and what stops them. Who guesses the address: its token has 128 bits. Who knows it (Africa's Talking and Advanta sign nothing, so the
 * address is their secret): they can mark accepted messages as delivered or failed, and end reminders to a number; no money and no key hangs on
 * either, and staff see when and how. Twilio and WhatsApp sign: an unsigned body is refused. Bodies are read at most at 64 KiB.
 */
import { isSameSecret } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import express, { type Request, type Response, Router } from "express";
import type { Parties } from "../ground/amounts/parties.ts";
import { maskPhone } from "../ground/amounts/phone.ts";
import type { Database, Tx } from "../ground/db/database.ts";
import { readAdvantaReport } from "./advanta.ts";
import { readAfricasTalkingReply, readAfricasTalkingReport } from "./africastalking.ts";
import { readReply, takeReply } from "./consents.ts";
import type { Messages } from "./messages.ts";
import type { DeliveryReport, Reply } from "./sender-contract.ts";
import type { SenderRow, Senders } from "./senders.ts";
import { isTwilioSignature, readTwilioReply, readTwilioReport } from "./twilio.ts";
import { isWhatsAppSignature, readWhatsAppNotice, type WhatsAppNotice } from "./whatsapp.ts";
import { openWindow } from "./whatsapp-windows.ts";

export interface ReportParts {
  readonly world: World;
  readonly database: Database;
  readonly parties: Parties;
  readonly senders: Senders;
  readonly messages: Messages;
}

/** Mount it at `/hooks/m`, before anything that reads bodies. */
export function deliveryReports(parts: ReportParts): Router {
  const router = Router();
  router.get("/:token", (request: Request, response: Response, next) => {
    const { "hub.mode": mode, "hub.verify_token": given, "hub.challenge": challenge } = request.query;
    isOurs(parts, String(request.params.token), mode === "subscribe" ? String(given) : "").then(
      (isSo) => void (isSo ? response.type("text").send(String(challenge)) : response.status(404).json({})),
      next,
    );
  });
  router.post(
    "/:token",
    express.raw({ type: () => true, limit: 64 * 1024 }),
    (request: Request, response: Response, next) => {
      const raw = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
      const signature = request.get("x-twilio-signature") ?? request.get("x-hub-signature-256") ?? "";
      takeNotice(parts, String(request.params.token), raw, signature).then(
        (status) => void response.status(status).json({}),
        next,
      );
    },
  );
  return router;
}

/** Meta asks once whether the address is ours: the token to verify with is the address's own. */
async function isOurs({ database, senders }: ReportParts, token: string, given: string): Promise<boolean> {
  const sender = await database.asPlatform("sms-report", (tx) => senders.byHookToken(tx, token));
  return sender?.kind === "whatsapp" && isSameSecret(given, token);
}

/** Returns the HTTP status of the answer. */
async function takeNotice(parts: ReportParts, token: string, raw: string, signature: string): Promise<number> {
  const { database, senders, messages } = parts;
  return database.asPlatform("sms-report", async (tx) => {
    const sender = await senders.byHookToken(tx, token);
    if (sender === null) return 404;
    const keys = senders.keysOf(sender);
    if (keys.kind === "twilio" && !isTwilioSignature(signature, senders.reportUrl(sender), raw, keys.authToken))
      return 403;
    if (keys.kind === "whatsapp" && !isWhatsAppSignature(signature, raw, keys.appSecret)) return 403;
    const { reports, replies, writers } = readNotice(sender.kind, raw);
    for (const phone of writers) {
      if (!isNumber.test(phone)) continue;
      const to = parts.parties.ofPhone(sender.providerId, phone);
      await openWindow(parts.world, tx, { providerId: sender.providerId, to });
    }
    if (reports.length + replies.length === 0) return sender.kind === "whatsapp" ? 200 : 400;
    // A late report never overwrites a final one.
    let areNoted = true;
    for (const report of reports)
      if (report.state !== "on-its-way" && !(await messages.noteReport(tx, sender, { ...report, state: report.state })))
        areNoted = false;
    for (const reply of replies) await noteReply(parts, tx, sender, reply);
    // Told again later, as gateways do that were not heard: what failed by WhatsApp goes out by SMS then.
    return areNoted ? 200 : 503;
  });
}

async function noteReply({ world, parties }: ReportParts, tx: Tx, sender: SenderRow, { phone, text }: Reply) {
  const asks = readReply(text);
  if (asks === null || !isNumber.test(phone)) return;
  const { providerId } = sender;
  const to = parties.ofPhone(providerId, phone);
  await takeReply(world, tx, { providerId, to, masked: maskPhone(phone), asks, said: text });
}

const isNumber = /^\d{10,15}$/;

function readNotice(kind: SenderRow["kind"], raw: string): WhatsAppNotice {
  if (kind === "whatsapp") return readWhatsAppNotice(raw);
  const reply =
    kind === "africastalking" ? readAfricasTalkingReply(raw) : kind === "twilio" ? readTwilioReply(raw) : null;
  const report = reply === null ? readReport(kind, raw) : null;
  return { reports: report === null ? [] : [report], replies: reply === null ? [] : [reply], writers: [] };
}

function readReport(kind: SenderRow["kind"], raw: string): DeliveryReport | null {
  if (kind === "africastalking") return readAfricasTalkingReport(raw);
  return kind === "advanta" ? readAdvantaReport(raw) : readTwilioReport(raw);
}
