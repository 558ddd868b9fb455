/**
 * The page behind a payment link. The token comes in the body, so no log of addresses has it.
 *
 * Attackers and what stops them. Who guesses: 128 bits, and so many requests a minute and address. Who got somebody's link: sees initials, one amount
 * and its date, the provider and where to pay; no phone, no credit, no other debt; they can pay it, and let a phone be asked five times a day. Who
 * asks about prompts: only those of this very link. Who tries whose phone it is: a page is the same one whatever phone is told with it. An unknown
 * token, and one of the wrong shape, are answered alike.
 */
import { countryOfCurrency } from "@karibu/protocol/phone-number";
import type { Request } from "express";
import { z } from "zod";
import { phoneOf, readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refuseOtherPages } from "../../ground/http/admit-customer.ts";
import { ownDomainOf } from "../../ground/http/host-gate.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, Problem } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { locales } from "../../messaging/texts/every-language.ts";
import { openInvoicePhone } from "../../money/invoices/invoice-phone.ts";
import { readInvoice } from "../../money/invoices/invoice-rows.ts";
import { openCustomerNumber } from "../../money/matching/customer-numbers.ts";
import { promptView, viewOfPrompt } from "../../money/matching/prompt-view.ts";
import { askingWays } from "../../money/matching/send-prompt.ts";
import type { PaymentLinkRow } from "../../money/payment-links/payment-link.ts";
import { findPaymentLink } from "../../money/payment-links/payment-links.ts";
import { creditFor, dueCents, itemsOf, owedBefore } from "../../money/subscriptions/charge-subscription.ts";
import { readSubscription, wasRenewedSince } from "../../money/subscriptions/subscription-rows.ts";
import { type NamedProvider, providerNamed } from "../log-in/provider-named.ts";
import { payChannelView, waysIn } from "../services/pay-at.ts";
import { mayRenew } from "../services/service-routes.ts";
import { type PhoneAsked, readAsked, sendAsked, writeAsked } from "./ask-phone.ts";
import { maskedName } from "./masked-name.ts";
import { paidByLink } from "./paid-by-link.ts";
import type { PayParts } from "./pay-parts.ts";

const token = z.string().min(1).max(64);
/** An `Idempotency-Key` is read for callers who are known; here it stands beside the token. */
const key = z.string().regex(/^[\w-]{8,64}$/);

const provider = z.object({
  name: z.string(),
  supportPhone: z.string().nullable(),
  locale: z.enum(locales),
  currency: z.string(),
});
const linkView = z.discriminatedUnion("state", [
  z.object({ state: z.literal("unknown") }),
  z.object({ state: z.enum(["expired", "revoked", "over"]), provider }),
  z.object({ state: z.literal("paid"), provider, what: z.string(), receipt: z.string().nullable() }),
  z.object({
    state: z.literal("open"),
    provider,
    /** Initials. */
    name: z.string(),
    /** The plan, or the number of an invoice. */
    what: z.string(),
    amountCents: z.int(),
    currency: z.string(),
    /** Null: it has no date. */
    dueMs: z.int().nullable(),
    accountNumber: z.string().nullable(),
    paybills: z.array(z.string()),
    canPrompt: z.boolean(),
    ways: z.array(payChannelView),
  }),
]);

/** What is behind a link now. */
type Debt =
  | { readonly state: "over" }
  | { readonly state: "paid"; readonly what: string; readonly receipt: string | null }
  | {
      readonly state: "open";
      readonly name: string;
      readonly what: string;
      readonly amountCents: number;
      readonly currency: string;
      readonly dueMs: number | null;
      readonly accountNumber: string | null;
      readonly ask: Pick<PhoneAsked, "renewsFromMs" | "of">;
      /** MSISDN of the customer, which is told to nobody but a channel; null: not known. */
      readonly ownPhone: string | null;
    };

export function linkRoutes(parts: PayParts & { readonly publicUrl: string }) {
  const { world, database, kinds, envelope, publicUrl } = parts;
  const views = createRateLimit(world.clock, { tries: 120, perSeconds: 60 });

  const purposeOf = (link: PaymentLinkRow) => `link/${link.linkId}`;

  async function debtOf(tx: Tx, link: PaymentLinkRow): Promise<Debt> {
    const nowMs = world.clock.wall().atMs;
    if (link.invoiceId !== null) {
      const invoice = await readInvoice(tx, link.providerId, link.invoiceId);
      const what = String(invoice.number);
      if (invoice.state === "paid") return { state: "paid", what, receipt: await newestReceipt(tx, purposeOf(link)) };
      if (invoice.state === "void") return { state: "over" };
      return {
        state: "open",
        name: maskedName(invoice.customerName),
        what,
        amountCents: invoice.totalCents,
        currency: invoice.currency,
        dueMs: invoice.dueOn === null ? null : Date.parse(`${invoice.dueOn}T12:00:00Z`),
        accountNumber: invoice.accountNumber,
        ask: { renewsFromMs: null, of: { invoiceId: invoice.invoiceId } },
        ownPhone: openInvoicePhone(envelope, invoice),
      };
    }
    const row = await readSubscription(tx, link.subscriptionId ?? "");
    const isRenewed = await wasRenewedSince(tx, row.subscriptionId, link.createdAtMs);
    const periodCents = dueCents(row, await itemsOf(tx, row.subscriptionId), 1);
    const paid = await paidByLink(tx, purposeOf(link), { row, dueCents: periodCents, nowMs });
    // Paid by the prompt, and not renewed yet: nobody is asked twice.
    if (isRenewed || paid.mayRenew) return { state: "paid", what: row.planName, receipt: paid.receipt };
    if (!(await mayRenew(tx, row))) return { state: "over" };
    const customer = await readCustomer(tx, row.customerId);
    if (!customer.active) return { state: "over" };
    const due = (link.amountCents ?? periodCents) + (await owedBefore(tx, row)) - paid.leftCents;
    if (due <= 0) return { state: "paid", what: row.planName, receipt: paid.receipt };
    // As reminders say it: credit pays its part when the service renews. Where it would pay all, somebody pays by the link all the same.
    const restCents = due + paid.leftCents - (await creditFor(tx, row));
    const askedCents = restCents > 0 ? restCents : due;
    const { providerId } = link;
    const party = customer.phoneHash;
    return {
      state: "open",
      name: maskedName(customer.name),
      what: row.planName,
      amountCents: Math.ceil(askedCents / 100) * 100,
      currency: row.currency,
      dueMs: Math.max(row.paidUntilMs, row.createdAtMs) > nowMs || row.periods > 0 ? row.paidUntilMs : null,
      accountNumber:
        party === null ? null : await openCustomerNumber(world, tx, { providerId, customerId: customer.customerId }),
      ask: {
        renewsFromMs: row.paidUntilMs,
        of: { subscriptionId: row.subscriptionId },
      },
      ownPhone: phoneOf(envelope, customer),
    };
  }

  async function newestReceipt(tx: Tx, askedBy: string): Promise<string | null> {
    const paid = await tx
      .selectFrom("invoice_prompts")
      .select("receipt")
      .where("askedBy", "=", askedBy)
      .where("state", "=", "paid")
      .orderBy("createdAtMs", "desc")
      .executeTakeFirst();
    return paid?.receipt ?? null;
  }

  /** At a provider's own domain no link of another one is known: its name would stand above a stranger's bill. */
  async function findHere(shown: string, request: Request) {
    const found = await findPaymentLink(parts, shown);
    const owner = ownDomainOf(request);
    return owner === null || found.link?.providerId === owner ? found : ({ state: "unknown", link: null } as const);
  }

  /** Null: not open to anybody. Rows that are gone are "over". */
  async function readLink(shown: string, request: Request) {
    const { state, link } = await findHere(shown, request);
    const named = link === null ? null : await providerNamed(database, link.providerId);
    if (link === null || named === null) return null;
    const debt = await database
      .asProvider(link.providerId, (tx) => debtOf(tx, link))
      .catch((error): Debt => {
        if (error instanceof Problem && error.status === 404) return { state: "over" };
        throw error;
      });
    return { state, link, named, debt };
  }

  const tellOf = ({ name, supportPhone, locale, currency }: NamedProvider) => ({
    name,
    supportPhone,
    locale,
    currency,
  });

  return [
    route({
      method: "POST",
      path: "/api/v1/pay/view",
      summary: "What is paid behind a payment link",
      permission: "public",
      body: z.strictObject({ token }),
      response: linkView,
      handle: async ({ body, remoteAddress }, request) => {
        views.take(networkOf(remoteAddress));
        const found = await readLink(body.token, request);
        if (found === null) return { state: "unknown" as const };
        const { state, link, debt } = found;
        const of = tellOf(found.named);
        // What is paid is paid, also after its date.
        if (debt.state === "paid") return { ...debt, provider: of };
        if (state !== "open") return { state, provider: of };
        if (debt.state === "over") return { state: "over" as const, provider: of };
        const { ask, ownPhone, ...shown } = debt;
        const ways = await database.asProvider(link.providerId, (tx) =>
          waysIn(kinds, tx, link.providerId, debt.currency),
        );
        const hasAccount = debt.accountNumber !== null;
        const { paybills, canPrompt } = ways;
        const shownWays = hasAccount ? [...ways.ways] : [];
        return { ...shown, provider: of, paybills: [...paybills], canPrompt: canPrompt && hasAccount, ways: shownWays };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/pay/prompts",
      summary: "Ask a phone for what a payment link is for, or open a page where a card pays it",
      permission: "public",
      /** `channelId`: one of `ways`; left out: the phone is asked. A page needs no phone. */
      body: z.strictObject({
        token,
        key,
        phone: phoneField.optional(),
        channelId: z.string().min(1).max(64).optional(),
      }),
      status: 201,
      response: promptView,
      handle: async ({ body, remoteAddress }, request) => {
        refuseOtherPages(request, publicUrl);
        // As for a look: behind one address of a mobile network hundreds pay in the same minutes. Each link lets a phone be asked five times a day.
        views.take(networkOf(remoteAddress));
        const found = await readLink(body.token, request);
        if (
          found === null ||
          found.state !== "open" ||
          found.debt.state !== "open" ||
          found.debt.accountNumber === null
        )
          throw notFound("payment link");
        const { link, debt } = found;
        const { accountNumber } = found.debt;
        const chosen = body.channelId;
        const ways =
          chosen === undefined
            ? []
            : await database.asProvider(link.providerId, (tx) =>
                askingWays(kinds, tx, { providerId: link.providerId, currency: debt.currency, amountCents: 0 }),
              );
        const isOnPage = ways.some(({ channelId, paysBy }) => channelId === chosen && paysBy === "page");
        // Who pays on a page tells no phone, unless the channel wants one and none is known.
        const typed = isOnPage ? (debt.ownPhone ?? body.phone) : body.phone;
        const phone = readPhone(typed ?? "", countryOfCurrency(found.named.currency));
        const asked: PhoneAsked = {
          providerId: link.providerId,
          purpose: purposeOf(link),
          key: body.key,
          phone,
          channelId: body.channelId,
          amountCents: debt.amountCents,
          currency: debt.currency,
          accountNumber,
          description: debt.what,
          ...debt.ask,
        };
        const written = await database.asProvider(link.providerId, (tx) => writeAsked(parts, tx, asked));
        return viewOfPrompt(await sendAsked(parts, written, asked));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/pay/prompts/view",
      summary: "What became of a prompt of this payment link",
      permission: "public",
      body: z.strictObject({ token, promptId: z.string().min(1).max(64) }),
      response: promptView,
      handle: async ({ body, remoteAddress }, request) => {
        views.take(networkOf(remoteAddress));
        const { link } = await findHere(body.token, request);
        if (link === null) throw notFound("prompt");
        return database.asProvider(link.providerId, async (tx) =>
          viewOfPrompt(await readAsked(tx, purposeOf(link), body.promptId)),
        );
      },
    }),
  ];
}
