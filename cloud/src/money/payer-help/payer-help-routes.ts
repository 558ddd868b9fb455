/** What staff do for the customer of a payment: send the code again, give one, put a device online, move to another device. */
import { z } from "zod";
import { macField } from "../../catalogue/grants/mac-field.ts";
import { newSaleCode } from "../../catalogue/grants/new-sale-code.ts";
import { guestsOf } from "../../catalogue/grants/site-devices.ts";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import { readPhone } from "../../ground/http/phone-field.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { refuseCodesUnless } from "../../ground/http/unused-codes.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { paidText } from "../messages/after-payment.ts";
import { messagePhone } from "../purchases/message-phone.ts";
import { paymentParams } from "../purchases/payment-routes.ts";
import { mayReadCode } from "../purchases/payment-view.ts";
import type { PurchaseParts, PurchaseRow } from "../purchases/purchase-rows.ts";
import { codeAgain, refuseSentTooOften } from "../texts/send-again-limit.ts";
import { saleProblems } from "./payer-help-policy.ts";
import { readSale, readUsableSale } from "./read-sale.ts";
import { putOnline } from "./sale-devices.ts";

const problemName = z.enum(saleProblems);

export interface PayerHelpParts extends Pick<PurchaseParts, "world" | "envelope" | "grants"> {
  /** Null: no message is sent. */
  readonly messaging: Messaging | null;
  /** Null: no site can be called. */
  readonly callSite: CallSite | null;
}

export function payerHelpRoutes(parts: PayerHelpParts) {
  const { world, envelope, grants, messaging } = parts;
  const now = () => world.clock.wall().atMs;
  const callSite = (): CallSite => {
    if (parts.callSite === null) throw refusal("site-away", { status: 503 });
    return parts.callSite;
  };

  async function giveCode(tx: Tx, { providerId, purchaseId }: PurchaseRow) {
    const code = await grants.giveCode(tx, { providerId, purchaseId, code: await newSaleCode(world, tx, providerId) });
    if (code === null) throw refusal("no-grant");
    return code;
  }

  return [
    route({
      method: "POST",
      path: "/api/v1/payments/{id}/code",
      summary: "Give a code for what this payment opened: it works like a voucher's, also without the hub",
      permission: "grants.manage",
      params: paymentParams,
      body: null,
      response: z.object({ code: z.string() }),
      handle: ({ params, actor, providerId, transact }) =>
        transact(async (tx) => {
          const { purchase } = await readUsableSale(tx, providerId, params.id, now());
          refuseCodesUnless(mayReadCode(actor, purchase.soldBy));
          return { code: await giveCode(tx, purchase) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/payments/{id}/send",
      summary:
        "Send the code again, to the payer, or to another phone where one may read it; sellers: of their own sales, to the payer",
      permission: "payments.sell",
      needsKey: true,
      params: paymentParams,
      body: z.strictObject({ phone: z.string().min(7).max(20).optional() }),
      status: 202,
      response: z.object({
        queued: z.boolean(),
        /** Null: the caller may not read codes. */
        code: z.string().nullable(),
      }),
      handle: ({ params, body, providerId, partyOf, actor, key, transactOnce }) =>
        transactOnce(async (tx) => {
          const { purchase } = await readUsableSale(tx, providerId, params.id, now());
          const isOwn = purchase.soldBy === actor.userId && body.phone === undefined;
          if (!isOwn && !actor.permissions.includes("messages.manage")) throw refusal("not-yours");
          // The phone may be their own.
          if (body.phone !== undefined) refuseCodesUnless(mayReadCode(actor, purchase.soldBy));
          if (messaging === null || !(await messaging.hasSender(tx, providerId))) throw refusal("no-sender");
          const phone =
            body.phone === undefined
              ? messagePhone(envelope, purchase)
              : readPhone(body.phone, await countryOfProvider(tx, providerId));
          if (phone === null) throw refusal("phone-hidden", { field: "phone" });
          const sending = { providerId, of: `payment/${params.id}`, key, phone, party: partyOf(phone) };
          await refuseSentTooOften(tx, sending, now());
          const code = await giveCode(tx, purchase);
          const { text, values } = await paidText(tx, purchase);
          await messaging.refuseWhenSpent(tx, providerId);
          await messaging.send(tx, { ...codeAgain(sending), text, values });
          return { queued: true, code: mayReadCode(actor, purchase.soldBy) ? code : null };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/payments/{id}/devices",
      summary: "Devices that the site sees now, those that are not online first; or why nothing can be done",
      permission: "grants.manage",
      params: paymentParams,
      response: z.object({
        /** Null: a device can be put online. */
        problem: problemName.nullable(),
        /** Null: the site's router can't be asked; type the MAC. */
        devices: z.array(z.object({ mac: z.string(), address: z.string().nullable(), online: z.boolean() })).nullable(),
      }),
      handle: async ({ params, providerId, transact }) => {
        const { problem, siteId } = await transact((tx) => readSale(tx, providerId, params.id, now()));
        if (problem !== null) return { problem, devices: null };
        return { problem, devices: (await guestsOf(callSite(), siteId))?.map((guest) => ({ ...guest })) ?? null };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/payments/{id}/devices",
      summary: "Put a device online with what this payment opened, or move it to that device",
      permission: "grants.manage",
      params: paymentParams,
      body: z.strictObject({
        mac: macField,
        /** The device that has had it longest loses it. Otherwise there must be room for one more device. */
        moves: z.boolean().default(false),
      }),
      response: z.object({
        /** `bound`: the device has it, and goes online when its owner opens the Wi-Fi page. */
        outcome: z.enum(["online", "bound"]),
      }),
      handle: async ({ params, body, providerId, transact }) => {
        const { siteId } = await transact((tx) => readUsableSale(tx, providerId, params.id, now()));
        return { outcome: await putOnline(callSite(), siteId, { purchaseId: params.id, ...body }) };
      },
    }),
  ];
}
