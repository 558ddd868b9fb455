/** The code of a sale for cash at a site, by text message: to the number that the seller typed, or to another one. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { readPhone } from "../../ground/http/phone-field.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { refuseCodesUnless } from "../../ground/http/unused-codes.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { writeText } from "../../messaging/template-rows.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { paidValues } from "../texts/payment-texts.ts";
import { codeAgain, refuseSentTooOften } from "../texts/send-again-limit.ts";
import { cashSaleParams, mayReadCashSaleCode } from "./cash-sale-routes.ts";
import { type CashSaleRow, cashSalePhone, lockCashSale } from "./cash-sale-rows.ts";

interface MessageParts {
  readonly world: World;
  readonly envelope: Envelope;
  /** Null: no message is sent. */
  readonly messaging: Messaging | null;
}

export function cashSaleMessageRoutes({ world, envelope, messaging }: MessageParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/cash-sales/{id}/send",
      summary:
        "Send the code of a sale at a site again, to the customer's number, or to another one where one may read it",
      permission: "messages.manage",
      needsKey: true,
      params: cashSaleParams,
      body: z.strictObject({ phone: z.string().min(7).max(20).optional() }),
      status: 202,
      response: z.object({ queued: z.boolean() }),
      handle: ({ params, body, providerId, partyOf, actor, key, transactOnce }) =>
        transactOnce(async (tx) => {
          const sale = await lockCashSale(tx, providerId, params.id);
          if (sale.disabledAtMs !== null) throw refusal("grant-revoked");
          if (sale.code === null) throw refusal("code-unknown");
          // The phone may be their own.
          if (body.phone !== undefined) refuseCodesUnless(mayReadCashSaleCode(actor, await hasStarted(tx, sale)));
          if (messaging === null || !(await messaging.hasSender(tx, providerId))) throw refusal("no-sender");
          const phone =
            body.phone === undefined
              ? cashSalePhone(envelope, sale)
              : readPhone(body.phone, await countryOfProvider(tx, providerId));
          if (phone === null) throw refusal("phone-hidden", { field: "phone" });
          const sending = { providerId, of: `cash-sale/${params.id}`, key, phone, party: partyOf(phone) };
          await refuseSentTooOften(tx, sending, world.clock.wall().atMs);
          const { text, values } = await writeText(tx, providerId, "paid", (locale) =>
            paidValues(locale, {
              amountCents: sale.priceCents,
              currency: sale.currency,
              plan: sale.planName,
              receipt: null,
              code: sale.code,
            }),
          );
          await messaging.refuseWhenSpent(tx, providerId);
          await messaging.send(tx, { ...codeAgain(sending), text, values });
          return { queued: true };
        }),
    }),
  ];
}

async function hasStarted(tx: Tx, sale: CashSaleRow): Promise<boolean> {
  const start = await tx
    .selectFrom("grant_starts")
    .select("startedAtMs")
    .where("providerId", "=", sale.providerId)
    .where("grantId", "=", sale.grantId)
    .where("siteId", "=", sale.siteId)
    .executeTakeFirst();
  return start !== undefined;
}
