/**
 * Customers pay by a prompt on their own phone or on somebody else's. Who attacks: a customer who lets a stranger's phone ring (five times a day at
 * most, and never two prompts at once on one phone), or who asks about another's prompt (404).
 */
import { countryOfCurrency } from "@karibu/protocol/phone-number";
import { z } from "zod";
import { phoneOf } from "../../catalogue/customers/customers.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { customerRefusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { openCustomerNumber } from "../../money/matching/customer-numbers.ts";
import { promptView, viewOfPrompt } from "../../money/matching/prompt-view.ts";
import { creditFor, dueCents, itemsOf, owedBefore } from "../../money/subscriptions/charge-subscription.ts";
import { overProblem } from "../../money/subscriptions/subscription-routes.ts";
import { openProvider, providerParams } from "../log-in/log-in-routes.ts";
import { readOwnInvoice, readOwnSubscription, readSelf, refusePhoneless, refuseSuspended } from "../services/own.ts";
import { mayRenew } from "../services/service-routes.ts";
import { type PhoneAsked, readAsked, sendAsked, writeAsked } from "./ask-phone.ts";
import type { PayParts } from "./pay-parts.ts";

const topUpCentsMax = 100_000_000;
/** Shillings are asked for whole. */
const stepCents = 100;

const how = {
  /** Left out: one's own. */
  phone: phoneField.optional(),
  /** One of `ways`; left out: the phone is asked. */
  channelId: z.string().min(1).max(64).optional(),
};

export function promptRoutes(parts: PayParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/my/{provider}/prompts",
      summary:
        "Ask a phone for what a service costs, less one's credit, for an invoice, or for a sum that goes into credit; or open a page where a card pays it",
      permission: "customer",
      needsKey: true,
      params: providerParams,
      body: z.union([
        z.strictObject({ subscriptionId: z.string().min(1).max(64), ...how }),
        z.strictObject({ invoiceId: z.string().min(1).max(64), ...how }),
        z.strictObject({ amountCents: z.int().min(stepCents).max(topUpCentsMax), ...how }),
      ]),
      status: 201,
      response: promptView,
      handle: async ({ params, body, key, customer, transact }) => {
        const { providerId, customerId } = customer;
        const provider = await openProvider(parts.database, params.provider);
        const { asked, written } = await transact(async (tx) => {
          const self = await readSelf(tx, customer);
          refuseSuspended(self);
          refusePhoneless(self);
          const typed = body.phone === undefined ? phoneOf(parts.envelope, self) : body.phone;
          const phone = readPhone(typed ?? "", countryOfCurrency(provider.currency));
          const purpose = `customer/${customerId}`;
          const common = {
            providerId,
            purpose,
            key,
            phone,
            channelId: body.channelId,
            accountNumber: await openCustomerNumber(parts.world, tx, { providerId, customerId }),
          };
          if ("amountCents" in body) {
            const rest = {
              amountCents: body.amountCents,
              currency: provider.currency,
              description: "Top up",
              of: "credit" as const,
              renewsFromMs: null,
            };
            const asked: PhoneAsked = { ...common, ...rest };
            return { asked, written: await writeAsked(parts, tx, asked) };
          }
          if ("invoiceId" in body) {
            const invoice = await readOwnInvoice(tx, self, body.invoiceId);
            const rest = {
              amountCents: invoice.totalCents,
              currency: invoice.currency,
              description: String(invoice.number),
              of: { invoiceId: invoice.invoiceId },
              renewsFromMs: null,
              accountNumber: invoice.accountNumber,
            };
            const asked: PhoneAsked = { ...common, ...rest };
            return { asked, written: await writeAsked(parts, tx, asked) };
          }
          const row = await readOwnSubscription(tx, customer, body.subscriptionId);
          if (!(await mayRenew(tx, row))) throw overProblem();
          const due = dueCents(row, await itemsOf(tx, row.subscriptionId), 1) + (await owedBefore(tx, row));
          const restCents = due - (await creditFor(tx, row));
          if (restCents <= 0) throw customerRefusal("credit-suffices");
          const asked: PhoneAsked = {
            ...common,
            amountCents: Math.ceil(restCents / stepCents) * stepCents,
            currency: row.currency,
            description: row.planName,
            of: { subscriptionId: row.subscriptionId },
            renewsFromMs: row.paidUntilMs,
          };
          return { asked, written: await writeAsked(parts, tx, asked) };
        });
        return viewOfPrompt(await sendAsked(parts, written, asked));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/my/{provider}/prompts/{promptId}",
      summary: "What became of a prompt that this customer asked for",
      permission: "customer",
      params: providerParams.extend({ promptId: z.string().min(1).max(64) }),
      response: promptView,
      handle: ({ params, customer, transact }) =>
        transact(async (tx) => viewOfPrompt(await readAsked(tx, `customer/${customer.customerId}`, params.promptId))),
    }),
  ];
}
