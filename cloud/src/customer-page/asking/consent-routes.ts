/**
 * Which text messages a customer wants. Each change stays, with when and how (`messaging/consents.ts`). Receipts and log-in codes are not asked about:
 * the customer waits for them. Who attacks: nobody but the customer, for their own number, reaches these rows.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { CustomerCaller } from "../../ground/http/actor.ts";
import { route } from "../../ground/http/route.ts";
import { readAllowed, writeConsent } from "../../messaging/consents.ts";
import { providerParams } from "../log-in/log-in-routes.ts";
import { readSelf, refusePhoneless } from "../services/own.ts";

const wishes = z.object({
  /** Reminders and notices. */
  service: z.boolean(),
  /** Offers. Nobody gets any who has not said so. */
  marketing: z.boolean(),
});
const classes = ["service", "marketing"] as const;

export function consentRoutes(world: World) {
  const path = "/api/v1/my/{provider}/wishes";
  return [
    route({
      method: "GET",
      path,
      summary: "Which text messages this customer wants",
      permission: "customer",
      params: providerParams,
      response: wishes,
      handle: ({ customer, transact }) => transact((tx) => readWishes(tx, customer)),
    }),
    route({
      method: "PATCH",
      path,
      summary: "Want text messages, or no more",
      permission: "customer",
      params: providerParams,
      body: z.strictObject(wishes.shape).partial(),
      response: wishes,
      handle: ({ body, customer, transact }) =>
        transact(async (tx) => {
          const self = await readSelf(tx, customer);
          refusePhoneless(self);
          const { phoneHash: to, phoneMasked: masked } = self;
          for (const kind of classes) {
            const allowed = body[kind];
            if (to === null || allowed === undefined) continue;
            // A no is a no on both ways to a phone; a yes on this page is a yes to text messages.
            for (const channel of allowed ? (["sms"] as const) : (["sms", "whatsapp"] as const))
              await writeConsent(world, tx, {
                providerId: customer.providerId,
                toHash: to,
                toMasked: masked ?? "",
                customerId: customer.customerId,
                channel,
                class: kind,
                allowed,
                how: "customer",
                who: "customer",
                said: null,
              });
          }
          return readWishes(tx, customer);
        }),
    }),
  ];
}

/** Nothing said is a yes to reminders and a no to offers. */
async function readWishes(tx: Tx, customer: CustomerCaller): Promise<z.input<typeof wishes>> {
  const { phoneHash: to } = await readSelf(tx, customer);
  if (to === null) return { service: false, marketing: false };
  const asked = { providerId: customer.providerId, to, channel: "sms" } as const;
  return {
    service: (await readAllowed(tx, { ...asked, class: "service" })) ?? true,
    marketing: (await readAllowed(tx, { ...asked, class: "marketing" })) ?? false,
  };
}
