/** The providers' accounts at SMS gateways, with sealed keys. A provider's newest active account sends. */

import { sha256Hex } from "@karibu/protocol/hash";
import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../ground/db/database.ts";
import type { Schema } from "../ground/db/schema.ts";
import { ownRule } from "../ground/http/own-rules.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { publicUrlSchema } from "../ground/http-client/public-url.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import { advanta } from "./advanta.ts";
import { africastalking } from "./africastalking.ts";
import type { SendSms } from "./sender-contract.ts";
import { twilio } from "./twilio.ts";
import { whatsapp } from "./whatsapp.ts";

export type SenderRow = Selectable<Schema["message_senders"]>;

const text = z.string().trim().min(1).max(200);
export const newSenderSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("africastalking"),
    name: text,
    username: text,
    apiKey: text,
    from: text.max(11).optional(),
  }),
  z.strictObject({
    kind: z.literal("advanta"),
    name: text,
    apiKey: text,
    partnerId: text,
    shortcode: text.max(11),
    /** The hub calls it: it must be an https address on the internet. */
    baseUrl: publicUrlSchema,
    /** It sends to payers whom M-Pesa shows by their hash alone. Only where this host offers it. */
    hashes: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal("twilio"),
    name: text,
    accountSid: text.regex(/^AC/, ownRule("begins-with", "begins with AC", "AC")),
    authToken: text,
    from: text,
  }),
  z.strictObject({
    kind: z.literal("whatsapp"),
    name: text,
    phoneNumberId: text.regex(/^\d{5,20}$/, ownRule("digits", "digits alone")),
    accessToken: z.string().trim().min(1).max(600),
    /** Of the app: it signs what Meta tells us. */
    appSecret: text,
    /** Of the Graph API: `v23.0`. Meta ends old ones. */
    version: text.regex(/^v\d{1,3}\.\d$/, ownRule("begins-with", "begins with v", "v")),
    /** Of one message, thousandths of a minor unit: Meta does not tell it. */
    priceMillicents: z.int().min(0).max(100_000_000).default(0),
  }),
]);
export type NewSender = z.infer<typeof newSenderSchema>;

/** `hookToken`: the secret part of the address that the gateway sends its reports to. */
export type SenderKeys = NewSender & { readonly hookToken: string };

/** Simulators instead of the gateways' hosts. `advantaBaseUrl` also replaces the address of a sender. */
export interface GatewayUrls {
  readonly africastalkingBaseUrl?: string | null;
  readonly advantaBaseUrl?: string | null;
  readonly twilioBaseUrl?: string | null;
  readonly whatsappBaseUrl?: string | null;
}

/** `sms`: of those that send text messages; `hashes`: of those among them that take hashed numbers. */
export type WantedSender = "sms" | "hashes" | "whatsapp";

export interface Senders {
  create(tx: Tx, providerId: string, sender: NewSender): Promise<SenderRow>;
  /** Null: the provider has no active sender. */
  newestActive(tx: Tx, providerId: string, wanted: WantedSender): Promise<SenderRow | null>;
  /** Of several providers: the newest one for text messages, and whether there is one for WhatsApp. Who has none is left out. */
  activeOf(
    tx: Tx,
    providerIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly texts: SenderRow | null; readonly hasWhatsapp: boolean }>>;
  /** Of one message, where the provider has said it; 0: unknown. */
  priceMillicents(row: SenderRow): number;
  /** The sender that a report's address belongs to; null: unknown. */
  byHookToken(tx: Tx, hookToken: string): Promise<SenderRow | null>;
  keysOf(row: SenderRow): SenderKeys;
  /** Where the gateway sends its reports. */
  reportUrl(row: SenderRow): string;
  open(row: SenderRow): SendSms;
}

/** Has this provider, a column perhaps, an active one for text messages? */
export const hasTextSender = (providerId: RawBuilder<string>): RawBuilder<boolean> => sql<boolean>`exists (
  select from message_senders s where s.provider_id = ${providerId} and s.active and s.kind <> 'whatsapp')`;

export interface SenderParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly http: HttpCall;
  readonly publicUrl: string;
}

export function createSenders(parts: SenderParts, urls: GatewayUrls): Senders {
  const { world, envelope, http, publicUrl } = parts;
  const keysOf = (row: SenderRow): SenderKeys =>
    JSON.parse(envelope.open(row.keysSealed, contextOf(row.providerId, row.senderId)).toString("utf8"));
  /** Null: its keys can't be opened (a back-up under another master key). */
  const readableKeys = (row: SenderRow): SenderKeys | null => {
    try {
      return keysOf(row);
    } catch {
      return null;
    }
  };
  const takesHashes = (row: SenderRow): boolean => {
    const keys = readableKeys(row);
    return keys?.kind === "advanta" && keys.hashes === true;
  };
  return {
    keysOf,
    reportUrl: (row) => `${publicUrl}/hooks/m/${keysOf(row).hookToken}`,
    async create(tx, providerId, sender) {
      const senderId = newId(world);
      const hookToken = newSecret(world, 16);
      const nowMs = world.clock.wall().atMs;
      const keys: SenderKeys = { ...sender, hookToken };
      return tx
        .insertInto("message_senders")
        .values({
          providerId,
          senderId,
          kind: sender.kind,
          name: sender.name,
          keysSealed: envelope.seal(Buffer.from(JSON.stringify(keys)), contextOf(providerId, senderId)),
          hookTokenHash: sha256Hex(hookToken),
          active: true,
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
    },
    async newestActive(tx, providerId, wanted) {
      const rows = await tx
        .selectFrom("message_senders")
        .selectAll()
        .where("providerId", "=", providerId)
        .where("active", "=", true)
        .where("kind", wanted === "whatsapp" ? "=" : "<>", "whatsapp")
        .orderBy("senderId", "desc")
        .execute();
      return (wanted === "hashes" ? rows.find(takesHashes) : rows[0]) ?? null;
    },
    async activeOf(tx, providerIds) {
      const rows = await tx
        .selectFrom("message_senders")
        .selectAll()
        .where(sql<boolean>`provider_id = any(${providerIds}::text[])`)
        .where("active", "=", true)
        .orderBy("senderId", "desc")
        .execute();
      return new Map(
        [...Map.groupBy(rows, ({ providerId }) => providerId)].map(([providerId, own]) => [
          providerId,
          {
            texts: own.find(({ kind }) => kind !== "whatsapp") ?? null,
            hasWhatsapp: own.some(({ kind }) => kind === "whatsapp"),
          },
        ]),
      );
    },
    priceMillicents(row) {
      const keys = readableKeys(row);
      return keys?.kind === "whatsapp" ? keys.priceMillicents : 0;
    },
    async byHookToken(tx, hookToken) {
      const row = await tx
        .selectFrom("message_senders")
        .selectAll()
        .where("hookTokenHash", "=", sha256Hex(hookToken))
        .executeTakeFirst();
      return row ?? null;
    },
    open(row) {
      const keys = keysOf(row);
      switch (keys.kind) {
        case "africastalking": {
          const host = keys.username === "sandbox" ? "api.sandbox.africastalking.com" : "api.africastalking.com";
          return africastalking({ http, baseUrl: urls.africastalkingBaseUrl ?? `https://${host}` }, keys);
        }
        case "advanta":
          return urls.advantaBaseUrl
            ? advanta({ http, baseUrl: urls.advantaBaseUrl, isTyped: false }, keys)
            : advanta({ http, baseUrl: keys.baseUrl.replace(/\/+$/, ""), isTyped: true }, keys);
        case "twilio":
          return twilio({ http, baseUrl: urls.twilioBaseUrl ?? "https://api.twilio.com" }, keys);
        case "whatsapp":
          return whatsapp({ http, baseUrl: urls.whatsappBaseUrl ?? "https://graph.facebook.com" }, keys);
      }
    },
  };
}

function contextOf(providerId: string, senderId: string): string {
  return `sender/${providerId}/${senderId}`;
}
