/** The API of prompts for invoices. */
import { z } from "zod";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { type PromptParts, sendPrompt } from "../matching/send-prompt.ts";
import { openInvoicePhone } from "./invoice-phone.ts";
import { invoiceView, readInvoice, viewInvoice } from "./invoice-rows.ts";
import { writePrompt } from "./prompt-invoice.ts";

export function promptRoutes(parts: PromptParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/invoices/{id}/prompt",
      summary: "Ask the customer's phone to pay an invoice; what is paid goes to its account number",
      permission: "payments.manage",
      needsKey: true,
      params: z.object({ id: z.string().min(1).max(128) }),
      /** Left out: the phone that was entered with the invoice. */
      body: z.strictObject({ phone: phoneField.optional() }),
      response: invoiceView,
      handle: async ({ params, body, providerId, actor, key, transact }) => {
        const { written, phone, number } = await transact(async (tx) => {
          const row = await readInvoice(tx, providerId, params.id);
          const phone =
            body.phone === undefined
              ? openInvoicePhone(parts.envelope, row)
              : readPhone(body.phone, await countryOfProvider(tx, providerId));
          if (phone === null) throw wrongField("phone", "empty");
          const order = { providerId, userId: actor.userId, idempotencyKey: key, phone };
          return { written: await writePrompt(parts, tx, row, order), phone, number: row.number };
        });
        await sendPrompt(parts, written, { phone, description: `Invoice ${number}` });
        return transact(async (tx) => viewInvoice(await readInvoice(tx, providerId, params.id)));
      },
    }),
  ];
}
