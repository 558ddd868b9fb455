/** Vouchers of customers: given by name and phone, transferred to another customer, told by text message. */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { refuseCodes, revealsCodes } from "../../ground/http/unused-codes.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { type CustomerParts, type CustomerRow, phoneOf, readCustomer } from "../customers/customers.ts";
import { readBatch, type VoucherShop } from "./batches.ts";
import { shownTo } from "./masked-code.ts";
import { textOfVoucher } from "./voucher-message.ts";
import { giveVoucher, nextFree, ownerOf, receiverOf } from "./voucher-owners.ts";
import { voucherView } from "./voucher-routes.ts";
import { readVoucher, readVouchers, type Voucher } from "./vouchers.ts";

const id = z.string().min(1).max(128);
const ownerView = z.object({
  customerId: z.string(),
  name: z.string(),
  phoneMasked: z.string().nullable(),
  sinceMs: z.int(),
});
export const ownedView = z.object({ voucher: voucherView, owner: ownerView.nullable() });

const named = { name: z.string().trim().min(1).max(100), phone: z.string().trim().min(7).max(30) };

interface Given {
  readonly providerId: string;
  readonly actor: Actor;
  readonly voucher: Voucher;
  readonly customer: CustomerRow;
  readonly sendSms: boolean;
  readonly key: string;
}

export function ownerRoutes(parts: VoucherShop & CustomerParts, messaging: Messaging): Route[] {
  async function give(tx: Tx, { providerId, actor, voucher, customer, sendSms, key }: Given) {
    // Else who may not see codes could give one to a phone of theirs.
    if (voucher.redeemedAtMs === null) refuseCodes(actor);
    const { customer_id: customerId } = customer;
    await giveVoucher(parts, tx, { providerId, voucher, customerId, userId: actor.userId });
    if (sendSms) {
      const phone = phoneOf(parts.envelope, customer);
      if (phone === null) throw refusal("no-phone", { field: "customerId" });
      await messaging.refuseWhenSpent(tx, providerId);
      const { text, values } = await textOfVoucher(tx, providerId, voucher);
      await messaging.send(tx, {
        providerId,
        event: `voucher/${voucher.voucherId}/${key}`,
        template: "voucher",
        phone,
        text,
        values,
        customerId: customer.customer_id,
      });
    }
    await parts.emit(tx, providerId, { topic: "voucher", id: voucher.voucherId, action: "given" });
    return owned(tx, actor, voucher);
  }
  return [
    route({
      method: "GET",
      path: "/api/v1/vouchers/{voucherId}/owner",
      summary: "Whose voucher it is; null: nobody's by name",
      permission: "customers.read",
      params: z.object({ voucherId: id }),
      response: z.object({ owner: ownerView.nullable() }),
      handle: ({ params: { voucherId }, transact }) =>
        transact(async (tx) => ({ owner: await ownerOf(tx, await readVoucher(parts, tx, voucherId)) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/vouchers/{voucherId}/transfer",
      summary: "Make a voucher a customer's, whoever had it before: by id, or by name and phone",
      permission: "vouchers.manage",
      needsKey: true,
      params: z.object({ voucherId: id }),
      body: z.strictObject({
        customerId: id.optional(),
        name: named.name.optional(),
        phone: named.phone.optional(),
        /** Tell them the code. */
        sendSms: z.boolean().default(false),
      }),
      response: ownedView,
      handle: ({ params: { voucherId }, body, actor, providerId, key, transact }) =>
        transact(async (tx) => {
          const voucher = await readVoucher(parts, tx, voucherId);
          const { customerId, name, phone, sendSms } = body;
          if (customerId === undefined && (name === undefined || phone === undefined))
            throw wrongField("phone", "whose-voucher");
          const receiver = customerId === undefined ? { name: name as string, phone: phone as string } : { customerId };
          const customer = await receiverOf(parts, tx, providerId, receiver);
          return give(tx, { providerId, actor, voucher, customer, sendSms, key });
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/vouchers/batches/{batchId}/give",
      summary: "Give the next free voucher of a batch to a customer by name and phone, and send it by text message",
      permission: "vouchers.manage",
      needsKey: true,
      params: z.object({ batchId: id }),
      body: z.strictObject({ ...named, sendSms: z.boolean().default(true) }),
      status: 201,
      response: ownedView,
      handle: ({ params: { batchId }, body, actor, providerId, key, transact, auditTarget }) =>
        transact(async (tx) => {
          await readBatch(tx, batchId);
          refuseCodes(actor);
          const customer = await receiverOf(parts, tx, providerId, body);
          const voucher = await nextFree(parts, tx, batchId);
          auditTarget(voucher.voucherId);
          return give(tx, { providerId, actor, voucher, customer, sendSms: body.sendSms, key });
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}/vouchers",
      summary: "The vouchers that are this customer's, newest first, at most 100",
      permission: "vouchers.read",
      reveals: revealsCodes,
      params: z.object({ customerId: id }),
      response: z.object({ items: z.array(voucherView) }),
      handle: ({ params: { customerId }, actor, transact }) =>
        transact(async (tx) => {
          await readCustomer(tx, customerId);
          const rows = await tx
            .selectFrom("voucher_owners")
            .select(["batch_id", "serial"])
            .where("customer_id", "=", customerId)
            .orderBy("since_ms", "desc")
            .limit(100)
            .execute();
          const items: Voucher[] = [];
          for (const { batch_id: batchId, serial } of rows)
            items.push(...(await readVouchers(parts, tx, await readBatch(tx, batchId), [serial])));
          return { items: items.map((voucher) => shownTo(actor, voucher)) };
        }),
    }),
  ];

  async function owned(tx: Tx, actor: Actor, voucher: Voucher): Promise<z.input<typeof ownedView>> {
    return { voucher: shownTo(actor, voucher), owner: await ownerOf(tx, voucher) };
  }
}
