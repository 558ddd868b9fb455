/** Text messages and the gateways that send them. The room that causes a message decides its text. */
import type { Router } from "express";
import { sql } from "kysely";
import type { Ground } from "../ground/create-ground.ts";
import type { Tx } from "../ground/db/database.ts";
import type { District } from "../ground/district.ts";
import { consentRoutes } from "./consent-routes.ts";
import { deliveryReports } from "./delivery-reports.ts";
import { messageRoutes } from "./message-routes.ts";
import type { MeasureSend } from "./message-rows.ts";
import { createMessages, type Messages } from "./messages.ts";
import { optOutPages } from "./opt-out-links.ts";
import { createSenders, type GatewayUrls, hasTextSender } from "./senders.ts";
import { templateRoutes } from "./template-routes.ts";
import { type TriedSms, tryOut } from "./try-out.ts";

export interface Messaging extends District, Pick<Messages, "send" | "sendAll" | "sendLetter" | "judge" | "letPass"> {
  /** Before a person sends one: throws Problem 429 "quota-reached" where nothing is left of today. */
  refuseWhenSpent(tx: Tx, providerId: string): Promise<void>;
  /**
   * A text that a person wants to see leave at once. In the transaction it is taken from the day's quota; what is returned sends it, after the
   * transaction, and says what became of it. It is not tried again, and stands in no list. Throws Problem 429 "quota-reached".
   */
  tryOut(
    tx: Tx,
    providerId: string,
    order: { readonly phone: string; readonly text: string },
  ): Promise<() => Promise<TriedSms>>;
  /** False: the provider has no active sender, so its messages are not sent now. */
  hasSender(tx: Tx, providerId: string): Promise<boolean>;
  /** Reports of gateways. Mount it at `/hooks/m`, before anything that reads bodies. */
  readonly hooks: Router;
  /** Pages that end letters. Mount them at `optOutPath`, before anything that reads bodies. */
  readonly optOut: Router;
}

/** @param measure counts what becomes of the messages; default: nobody counts */
export function createMessaging(
  ground: Ground,
  urls: GatewayUrls,
  measure: MeasureSend = (_, send) => send,
): Messaging {
  const { world } = ground;
  const senders = createSenders(ground, urls);
  const messages = createMessages({ ...ground, senders, measure });
  return {
    send: messages.send,
    sendAll: messages.sendAll,
    sendLetter: messages.sendLetter,
    judge: messages.judge,
    letPass: messages.letPass,
    refuseWhenSpent: messages.refuseWhenSpent,
    async hasSender(tx, providerId) {
      const { rows } = await sql<{ yes: boolean }>`select ${hasTextSender(sql`${providerId}::text`)} as yes`.execute(
        tx,
      );
      return rows[0]?.yes === true;
    },
    tryOut: (tx, providerId, order) => tryOut(world, senders, tx, { providerId, ...order }),
    hooks: deliveryReports({ ...ground, senders, messages }),
    optOut: optOutPages(ground),
    routes: [...messageRoutes(world, messages, senders), ...templateRoutes(world), ...consentRoutes(ground)],
    registerJobs: messages.registerJobs,
  };
}
