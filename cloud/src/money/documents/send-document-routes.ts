/**
 * A document on its way to its customer: as a file with a letter, by a link, or by a text message with a link.
 * Who attacks the link: who guesses it (32 random bytes, of which only the hash is kept), who finds an old one (it ends after at most 30 days), who
 * gets one by mistake (one document, the name masked), who lets us draw all day (60 a minute for a network), who plants one in a page (served as a download under a sandbox, never shown by us).
 */

import { sha256Hex } from "@karibu/protocol/hash";
import { moneyText } from "@karibu/protocol/money-text";
import { z } from "zod";
import { phoneOf } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { plainName } from "../../ground/mail/plain-name.ts";
import { writeText } from "../../messaging/template-rows.ts";
import { providerIs } from "../../tenancy/providers/provider-state.ts";
import { readBrandNames } from "../../tenancy/providers/providers.ts";
import { createPaymentLink } from "../payment-links/payment-links.ts";
import type { DocumentRow } from "./document.ts";
import type { DocumentLanguage } from "./document-facts.ts";
import type { DocumentParts } from "./document-parts.ts";
import { readDrawn, readLook } from "./document-pdf.ts";
import { documentParams, languageField } from "./document-routes.ts";
import { titles } from "./document-words.ts";
import { readDocument } from "./issue-document.ts";
import { drawDocument } from "./pdf/draw-document.ts";

const dayMs = 86_400_000;
const daysMax = 30;
export const linkView = z.object({ url: z.string(), expiresAtMs: z.int() });
const sentView = z.object({ to: z.string() });

export function sendDocumentRoutes(parts: DocumentParts) {
  const { world, publicUrl, messaging, mailer } = parts;
  const opened = createRateLimit(world.clock, { tries: 60, perSeconds: 60 });

  async function makeLink(
    tx: Tx,
    document: DocumentRow,
    { language, days, by }: { readonly language: DocumentLanguage; readonly days: number; readonly by: string },
  ): Promise<{ url: string; expiresAtMs: number }> {
    const token = Buffer.from(world.random.bytes(32)).toString("base64url");
    const nowMs = world.clock.wall().atMs;
    const expiresAtMs = nowMs + days * dayMs;
    await tx
      .insertInto("document_links")
      .values({
        providerId: document.providerId,
        tokenHash: sha256Hex(token),
        documentId: document.documentId,
        language,
        expiresAtMs,
        madeBy: by,
        madeAtMs: nowMs,
      })
      .execute();
    return { url: `${publicUrl}/api/v1/document-links/${token}`, expiresAtMs };
  }

  return [
    route({
      method: "POST",
      path: "/api/v1/documents/{documentId}/mail",
      summary: "Send a document as a file to its customer's mail address, or to another one",
      permission: "payments.manage",
      params: documentParams,
      body: z.strictObject({ email: z.email().max(254).optional(), language: languageField.optional() }),
      response: sentView,
      handle: ({ params: { documentId }, body, providerId, transact }) =>
        transact(async (tx) => {
          if (mailer === undefined) throw refusal("no-mail-server");
          const document = await readDocument(tx, documentId);
          const own = await mailOf(tx, document.customerId);
          const to = body.email ?? own;
          if (to === null) throw wrongField("email", "no-email");
          // Only to the customer: who holds it pays for them, and sees what is due.
          const paymentLink = to === own ? await payLinkOf(tx, document) : null;
          const drawn = await readDrawn(tx, documentId, { language: body.language, paymentLink });
          const { subject, text } = letterOf(drawn.document, drawn.language);
          const file = await drawDocument(drawn);
          const attachment = {
            name: `${drawn.document.numberText}.pdf`,
            mediaType: "application/pdf",
            bytes: file,
          };
          const { mailName: fromName } = await readBrandNames(tx, providerId);
          const mail = { to, subject, text, attachment, fromProvider: true, fromName } as const;
          await mailer.write(tx, providerId, mail, "person");
          return { to };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/documents/{documentId}/links",
      summary: "Make a link that opens this document for some days, to hand over",
      permission: "payments.manage",
      params: documentParams,
      body: z.strictObject({ language: languageField.optional(), days: z.int().min(1).max(daysMax).default(7) }),
      status: 201,
      response: linkView,
      handle: ({ params: { documentId }, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          const document = await readDocument(tx, documentId);
          const { language } = await readLook(tx, providerId, body.language);
          return makeLink(tx, document, { language, days: body.days, by: actor.name });
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/documents/{documentId}/sms",
      summary: "Send its customer a text message with a link that opens this document for some days",
      permission: "payments.manage",
      params: documentParams,
      body: z.strictObject({ language: languageField.optional(), days: z.int().min(1).max(daysMax).default(7) }),
      response: sentView,
      handle: ({ params: { documentId }, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          const document = await readDocument(tx, documentId);
          if (messaging === null || !(await messaging.hasSender(tx, providerId))) throw refusal("no-sender");
          const phone = await phoneOfCustomer(tx, document.customerId);
          if (phone === null) throw refusal("customer-without-phone");
          await messaging.refuseWhenSpent(tx, providerId);
          const { language } = await readLook(tx, providerId, body.language);
          const { url } = await makeLink(tx, document, { language, days: body.days, by: actor.name });
          const template = "document-link";
          const told = () => [
            {
              document: titles[document.kind][language].toLowerCase(),
              number: document.numberText,
              amount: moneyText(Math.abs(document.totalCents), document.currency),
              link: url,
            },
          ];
          const written = await writeText(tx, providerId, template, told, language);
          const event = `document/${documentId}/${world.clock.wall().atMs}`;
          const customerId = document.customerId;
          await messaging.send(tx, { providerId, event, template, phone: phone.digits, ...written, customerId });
          return { to: phone.masked };
        }),
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/document-links/{token}",
      summary: "One document as a PDF, for who has a link to it that has not ended",
      permission: "public",
      params: z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
      produces: "application/pdf",
      respond: async ({ params: { token }, remoteAddress }, _request, response) => {
        opened.take(networkOf(remoteAddress));
        const link = await parts.database.asPlatform("open-document-link", (tx) =>
          tx
            .selectFrom("document_links")
            .select(["providerId", "documentId", "language", "expiresAtMs"])
            .where("tokenHash", "=", sha256Hex(token))
            .where(providerIs("document_links", "active", "suspended"))
            .executeTakeFirst(),
        );
        // The same answer for one that never was and one that has ended.
        if (link === undefined || link.expiresAtMs <= world.clock.wall().atMs) throw notFound("document");
        const drawn = await parts.database.asProvider(link.providerId, (tx) =>
          readDrawn(tx, link.documentId, {
            language: link.language,
            isMasked: true,
          }),
        );
        const file = await drawDocument(drawn);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("X-Robots-Tag", "noindex");
        response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
        response.setHeader("Content-Disposition", `attachment; filename="${drawn.document.numberText}.pdf"`);
        response.type("application/pdf").end(file);
      },
    }),
  ];

  /** Null: there is nothing to pay by it. */
  async function payLinkOf(tx: Tx, document: DocumentRow): Promise<string | null> {
    const subscriptionId = /^subscription:(.+)$/.exec(document.cause ?? "")?.[1];
    if (subscriptionId === undefined || document.kind !== "tax-invoice") return null;
    const { providerId, customerId } = document;
    const expiresAtMs = world.clock.wall().atMs + daysMax * dayMs;
    return (await createPaymentLink(parts, tx, { providerId, customerId, subscriptionId, expiresAtMs })).url;
  }

  async function phoneOfCustomer(tx: Tx, customerId: string | null) {
    if (customerId === null) return null;
    const customer = await tx
      .selectFrom("customers")
      .selectAll()
      .where("customerId", "=", customerId)
      .where("deletedAtMs", "is", null)
      .executeTakeFirst();
    const digits = customer === undefined ? null : phoneOf(parts.envelope, customer);
    return digits === null ? null : { digits, masked: customer?.phoneMasked ?? "" };
  }
}

async function mailOf(tx: Tx, customerId: string | null): Promise<string | null> {
  if (customerId === null) return null;
  const row = await tx
    .selectFrom("customers")
    .select("email")
    .where("customerId", "=", customerId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  return row?.email ?? null;
}

type Told = Pick<DocumentRow, "kind" | "numberText" | "seller" | "totalCents" | "currency">;

function letterOf(document: Told, language: DocumentLanguage) {
  const [seller, title] = [plainName(document.seller.name), titles[document.kind][language]];
  const amount = moneyText(Math.abs(document.totalCents), document.currency);
  const text =
    language === "sw"
      ? `${title} ${document.numberText} ya ${amount} kutoka ${seller} imeambatishwa.\n`
      : `${title} ${document.numberText} of ${seller} over ${amount} is attached.\n`;
  return { subject: `${seller}: ${title} ${document.numberText}`, text };
}
