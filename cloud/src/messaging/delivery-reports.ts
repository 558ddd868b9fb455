/** Delivery reports: what gateways say about messages that they accepted. */
import express, { type Request, type Response, Router } from "express";
import type { Database } from "../ground/db/database.ts";
import { readAdvantaReport } from "./advanta.ts";
import { readAfricasTalkingReport } from "./africastalking.ts";
import type { Messages } from "./messages.ts";
import type { DeliveryReport } from "./sender-contract.ts";
import type { SenderRow, Senders } from "./senders.ts";
import { isTwilioSignature, readTwilioReport } from "./twilio.ts";

export interface ReportParts {
  readonly database: Database;
  readonly senders: Senders;
  readonly messages: Messages;
}

/** Mount it at `/hooks/m`, before anything that reads bodies. */
export function deliveryReports(parts: ReportParts): Router {
  const router = Router();
  router.post(
    "/:token",
    express.raw({ type: () => true, limit: 16 * 1024 }),
    (request: Request, response: Response, next) => {
      const raw = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
      takeReport(parts, String(request.params.token), raw, request.get("x-twilio-signature") ?? null).then(
        (status) => void response.status(status).json({}),
        next,
      );
    },
  );
  return router;
}

/** Returns the HTTP status of the answer. */
async function takeReport(
  { database, senders, messages }: ReportParts,
  token: string,
  raw: string,
  signature: string | null,
): Promise<number> {
  return database.asPlatform("sms-report", async (tx) => {
    const sender = await senders.byHookToken(tx, token);
    if (sender === null) return 404;
    const keys = senders.keysOf(sender);
    if (keys.kind === "twilio" && !isTwilioSignature(signature ?? "", senders.reportUrl(sender), raw, keys.authToken))
      return 403;
    const report = readReport(sender.kind, raw);
    if (report === null) return 400;
    // A late report never overwrites a final one.
    if (report.state !== "on-its-way") await messages.noteReport(tx, sender, { ...report, state: report.state });
    return 200;
  });
}

function readReport(kind: SenderRow["kind"], raw: string): DeliveryReport | null {
  if (kind === "africastalking") return readAfricasTalkingReport(raw);
  return kind === "advanta" ? readAdvantaReport(raw) : readTwilioReport(raw);
}
