/** A voucher's code by text message: to the buyer, and again to a customer who lost it. */

import { normalisePhone } from "@karibu/protocol/phone-number";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { refuseCodes } from "../../ground/http/unused-codes.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { writeText } from "../../messaging/template-rows.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { VoucherShop } from "./batches.ts";
import { readVoucher, type Voucher } from "./vouchers.ts";

export function voucherMessageRoutes(shop: VoucherShop, messaging: Messaging) {
  return [
    route({
      method: "POST",
      path: "/api/v1/vouchers/{voucherId}/send",
      summary: "Send a voucher's code to a phone by text message; each request sends it again",
      permission: "messages.manage",
      needsKey: true,
      params: z.object({ voucherId: z.string().min(1).max(128) }),
      body: z.strictObject({ phone: z.string().min(7).max(20) }),
      status: 202,
      response: z.object({ queued: z.boolean() }),
      handle: ({ params: { voucherId }, actor, body, providerId, key, transactOnce }) =>
        transactOnce(async (tx) => {
          const voucher = await readVoucher(shop, tx, voucherId);
          // Else who sends messages could send the whole batch to a phone of theirs.
          if (voucher.redeemedAtMs === null) refuseCodes(actor);
          const phone = normalisePhone(body.phone, await countryOfProvider(tx, providerId));
          if (phone === null) throw refusal("bad-phone", { field: "phone" });
          if (voucher.state === "expired" || voucher.state === "disabled") throw refusal("voucher-over");
          const { text, values } = await textOfVoucher(tx, providerId, voucher);
          const event = `voucher/${voucherId}/${key}`;
          await messaging.refuseWhenSpent(tx, providerId);
          await messaging.send(tx, { providerId, event, template: "voucher", phone, text, values });
          return { queued: true };
        }),
    }),
  ];
}

/** What a customer reads who gets this voucher, in the provider's language. */
export function textOfVoucher(tx: Tx, providerId: string, voucher: Voucher): ReturnType<typeof writeText> {
  const { planName: plan, code, pin } = voucher;
  // Groups of five are easier to type. The portal accepts the code with or without the dash.
  const grouped = code.match(/.{1,5}/g)?.join("-") ?? code;
  return writeText(tx, providerId, "voucher", () => [{ plan, code: grouped, pin }]);
}
