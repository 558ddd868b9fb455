/** The API of text messages and senders. It accepts keys and never shows them. */

import { normalisePhone } from "@karibu/protocol/phone-number";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Party } from "../ground/amounts/parties.ts";
import type { Tx } from "../ground/db/database.ts";
import { maySeeSecretPaths } from "../ground/http/actor.ts";
import { phoneField, readPhone } from "../ground/http/phone-field.ts";
import { notFound } from "../ground/http/problem.ts";
import { route } from "../ground/http/route.ts";
import { mayReadSoldCodes, refuseCodes, refuseCodesUnless } from "../ground/http/unused-codes.ts";
import { listOf } from "../ground/lists/list.ts";
import { pageOf } from "../ground/lists/page.ts";
import { spanFields, within } from "../ground/lists/span.ts";
import { countryOfProvider } from "../tenancy/providers/provider-country.ts";
import type { MessageRow } from "./message-rows.ts";
import { messageChannels, messageStates, senderKinds } from "./message-states.ts";
import type { Messages } from "./messages.ts";
import { newSenderSchema, type SenderRow, type Senders } from "./senders.ts";
import { messageClasses } from "./texts/template-list.ts";

const id = z.string().min(1).max(128);

export const messageView = z.object({
  id: z.string(),
  template: z.string(),
  to: z.string(),
  state: z.enum(messageStates),
  problem: z.string().nullable(),
  tries: z.int(),
  channel: z.enum(messageChannels),
  class: z.enum(messageClasses),
  customerId: z.string().nullable(),
  /** SMS that it takes; null: it is none, or was written before they were counted. */
  parts: z.int().nullable(),
  /** Thousandths of a minor unit; null: not known, or it was not sent. */
  costMillicents: z.int().nullable(),
  costCurrency: z.string().nullable(),
  /** By the gateway; else it is the provider's price. */
  costTold: z.boolean(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});
const view = (row: MessageRow): z.input<typeof messageView> => ({
  id: row.messageId,
  template: row.template,
  to: row.toMasked,
  state: row.state,
  problem: row.problem,
  tries: row.tries,
  channel: row.channel,
  class: row.class,
  customerId: row.customerId,
  parts: row.parts,
  costMillicents: row.costMillicents,
  costCurrency: row.costCurrency,
  costTold: row.costTold,
  createdAtMs: row.createdAtMs,
  changedAtMs: row.changedAtMs,
});
export const senderView = z.object({
  id: z.string(),
  kind: z.enum(senderKinds),
  name: z.string(),
  active: z.boolean(),
  /**
   * What is entered at the gateway, so that it reports deliveries and passes replies on (at Twilio for replies alone: each message carries it
   * for reports). Its secret path is shown to people who may change senders; null: to others.
   */
  reportUrl: z.string().nullable(),
  createdAtMs: z.int(),
});

const messages = listOf({
  sort: { made: { by: sql.ref("createdAtMs"), kind: "number" } },
  default: "-made",
  tie: [sql.ref("messageId")],
  search: [sql.ref("template"), sql.ref("toMasked"), sql.ref("problem")],
});
const senders = listOf({
  sort: {
    made: { by: sql.ref("senderId"), kind: "string" },
    name: { by: sql`lower(name)`, kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("senderId")],
  search: [sql.ref("name"), sql.ref("kind")],
});

export function messageRoutes(world: World, texts: Messages, accounts: Senders) {
  return [
    route({
      method: "GET",
      path: "/api/v1/messages",
      summary: "Messages to customers, newest first; of one customer: by name, and to their number",
      permission: "messages.read",
      query: messages.query.extend({
        state: messageView.shape.state.optional(),
        template: z.string().max(60).optional(),
        phone: z.string().max(30).optional(),
        channel: messageView.shape.channel.optional(),
        customerId: id.optional(),
        ...spanFields,
      }),
      response: pageOf(messageView),
      handle: ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => {
          const { state, template, channel, customerId } = query;
          const party = customerId === undefined ? null : await partyOfCustomer(tx, customerId);
          const country = await countryOfProvider(tx, providerId);
          const toHash = query.phone === undefined ? undefined : partyOf(normalisePhone(query.phone, country) ?? "");
          const rows = tx
            .selectFrom("messages")
            .selectAll()
            .where("providerId", "=", providerId)
            .$if(state !== undefined, (is) => is.where("state", "=", state ?? "waiting"))
            .$if(template !== undefined, (is) => is.where("template", "=", template ?? ""))
            .$if(toHash !== undefined, (is) => is.where("toHash", "=", toHash as Party))
            .$if(channel !== undefined, (is) => is.where("channel", "=", channel ?? "sms"))
            .$if(customerId !== undefined, (is) =>
              is.where((either) =>
                either.or([
                  either("customerId", "=", customerId ?? ""),
                  ...(party === null ? [] : [either("toHash", "=", party)]),
                ]),
              ),
            )
            .where(within(sql.ref("createdAtMs"), query));
          return messages.page(rows, query, view);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/messages",
      summary: "Send a text message to a phone",
      permission: "messages.manage",
      notForSupport: "words-to-customers",
      needsKey: true,
      body: z.strictObject({ phone: phoneField, text: z.string().trim().min(1).max(600) }),
      status: 202,
      response: z.object({ queued: z.boolean() }),
      handle: ({ body, providerId, key, transactOnce }) =>
        transactOnce(async (tx) => {
          const phone = readPhone(body.phone, await countryOfProvider(tx, providerId));
          const event = `operator/${key}`;
          await texts.refuseWhenSpent(tx, providerId);
          await texts.send(tx, { providerId, event, template: "free", phone, text: body.text });
          return { queued: true };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/messages/{id}",
      summary: "One text message with its text",
      permission: "messages.manage",
      reveals: "messages.manage",
      params: z.object({ id }),
      response: messageView.extend({ text: z.string() }),
      handle: ({ params, actor, providerId, transact, revealed }) =>
        transact(async (tx) => {
          const row = await readMessage(tx, providerId, params.id);
          // Its text is a voucher's code.
          if (row.template === "voucher" || row.eventKey.startsWith("cash-sale/")) refuseCodes(actor);
          // That of a sale says its code.
          if (row.template === "paid") refuseCodesUnless(mayReadSoldCodes(actor));
          // What a person wrote is no secret of the hub's; other texts may hold a code.
          revealed(row.template !== "free");
          const text = texts.textOf(row);
          // Who reads this one is logged in as the customer.
          return { ...view(row), text: row.template === "log-in-code" ? text.replaceAll(/\d/g, "*") : text };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/messages/{id}/resend",
      summary: "Send a message again",
      permission: "messages.manage",
      params: z.object({ id }),
      body: null,
      status: 202,
      response: z.object({ queued: z.boolean() }),
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const row = await readMessage(tx, providerId, params.id, "lock");
          if (row.state === "waiting" || row.state === "sending") return { queued: false };
          await texts.refuseWhenSpent(tx, providerId);
          await texts.resend(tx, row);
          return { queued: true };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/message-senders",
      summary: "Who sends text messages; the newest active one is used",
      permission: "messages.read",
      reveals: "settings.manage",
      query: senders.query.extend({ active: z.stringbool().optional() }),
      response: pageOf(senderView),
      handle: ({ query, providerId, actor, transact, revealed }) =>
        transact((tx) => {
          const maySee = maySeeSecretPaths(actor, "settings.manage");
          revealed(maySee);
          const rows = tx
            .selectFrom("message_senders")
            .selectAll()
            .where("providerId", "=", providerId)
            .$if(query.active !== undefined, (is) => is.where("active", "=", query.active ?? true));
          return senders.page(rows, query, (row) => senderViewOf(row, maySee ? accounts : null));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/message-senders",
      summary: "Add a sender of text messages",
      permission: "settings.manage",
      // Codes by which customers log in go through it.
      freshFactor: true,
      notForSupport: "sends-on",
      body: newSenderSchema,
      status: 201,
      response: senderView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const row = await accounts.create(tx, providerId, body);
          auditTarget(row.senderId);
          return senderViewOf(row, accounts);
        }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/message-senders/{id}",
      summary: "Switch a sender on or off",
      permission: "settings.manage",
      freshFactor: true,
      notForSupport: "sends-on",
      params: z.object({ id }),
      body: z.strictObject({ active: z.boolean() }),
      response: z.object({ active: z.boolean() }),
      handle: ({ params, body, providerId, transact }) =>
        transact(async (tx) => {
          const changed = await tx
            .updateTable("message_senders")
            .set({ active: body.active, updatedAtMs: world.clock.wall().atMs })
            .where("providerId", "=", providerId)
            .where("senderId", "=", params.id)
            .executeTakeFirst();
          if (changed.numUpdatedRows === 0n) throw notFound("sender");
          return { active: body.active };
        }),
    }),
  ];
}

/** @param accounts null: they may not see the address */
function senderViewOf(row: SenderRow, accounts: Senders | null): z.input<typeof senderView> {
  const { senderId, kind, name, active, createdAtMs } = row;
  const reportUrl = accounts === null ? null : readableUrl(accounts, row);
  return { id: senderId, kind, name, active, reportUrl, createdAtMs };
}

/** Null: no number of theirs is known, or there is no such customer. */
async function partyOfCustomer(tx: Tx, customerId: string): Promise<Party | null> {
  const row = await tx
    .selectFrom("customers")
    .select("phoneHash")
    .where("customerId", "=", customerId)
    .executeTakeFirst();
  return row?.phoneHash ?? null;
}

/** Throws a Problem 404. `lock`: nobody else changes it until this transaction ends. */
async function readMessage(tx: Tx, providerId: string, messageId: string, lock?: "lock") {
  const row = await tx
    .selectFrom("messages")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("messageId", "=", messageId)
    .$if(lock === "lock", (rows) => rows.forUpdate())
    .executeTakeFirst();
  if (row === undefined) throw notFound("message");
  return row;
}

/** Null: its keys can't be opened (a back-up under another master key). The list shows the sender all the same. */
function readableUrl(accounts: Pick<Senders, "reportUrl">, row: SenderRow): string | null {
  try {
    return accounts.reportUrl(row);
  } catch {
    return null;
  }
}
