/** Vouchers of customers: made for one, given by name and phone, transferred to another customer, told by text message. */
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { refuseCodes, revealsCodes } from "../../ground/http/unused-codes.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { type CustomerParts, type CustomerRow, phoneOf, readCustomer } from "../customers/customers.ts";
import { type PlanRow, readPlan } from "../plans/plans.ts";
import { lockBatch, makeGivenVoucher, readBatch, type VoucherShop } from "./batches.ts";
import type { KnowsHeldCodes } from "./held-codes.ts";
import { shownTo } from "./masked-code.ts";
import { textOfVoucher } from "./voucher-message.ts";
import { giveVoucher, nextFree, ownerOf, type Receiver, receiverOf } from "./voucher-owners.ts";
import { batchOrder, voucherView } from "./voucher-routes.ts";
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

/** A customer of the provider by id, or the name and phone of somebody. */
const receiverFields = { customerId: id.optional(), name: named.name.optional(), phone: named.phone.optional() };

/** One voucher for one customer, in one request. */
export const voucherOrder = batchOrder.omit({ quantity: true, prefix: true, pinDigits: true, currency: true }).extend({
  ...receiverFields,
  /** Tell them the code. */
  sendSms: z.boolean().default(true),
  /** Its validity counts from now, not from its first use: for a plan that has a validity. */
  autoActivate: z.boolean().default(false),
});

interface Given {
  readonly providerId: string;
  readonly actor: Actor;
  readonly voucher: Voucher;
  readonly customer: CustomerRow;
  readonly sendSms: boolean;
  readonly key: string;
}

export function ownerRoutes(parts: VoucherShop & CustomerParts & KnowsHeldCodes, messaging: Messaging) {
  /** The number that the code is sent to. Throws Problems where it can't be sent. */
  async function refuseUnsendable(tx: Tx, providerId: string, customer: CustomerRow): Promise<string> {
    const phone = phoneOf(parts.envelope, customer);
    if (phone === null) throw refusal("no-phone", { field: "customerId" });
    await messaging.refuseWhenSpent(tx, providerId);
    return phone;
  }

  async function give(tx: Tx, { providerId, actor, voucher, customer, sendSms, key }: Given) {
    // Else who may not see codes could give one to a phone of theirs.
    if (voucher.redeemedAtMs === null) refuseCodes(actor);
    const { customerId } = customer;
    await giveVoucher(parts, tx, { providerId, voucher, customerId, userId: actor.userId });
    if (sendSms) {
      const phone = await refuseUnsendable(tx, providerId, customer);
      const { text, values } = await textOfVoucher(tx, providerId, voucher);
      await messaging.send(tx, {
        providerId,
        event: `voucher/${voucher.voucherId}/${key}`,
        template: "voucher",
        phone,
        text,
        values,
        customerId: customer.customerId,
      });
    }
    await parts.emit(tx, providerId, { topic: "voucher", id: voucher.voucherId, action: "given" });
    return owned(tx, actor, voucher);
  }
  return [
    route({
      method: "POST",
      path: "/api/v1/vouchers",
      summary: "Make one voucher for a customer, and send it by text message; many are made as a batch",
      permission: "vouchers.manage",
      needsKey: true,
      body: voucherOrder,
      status: 201,
      response: ownedView,
      handle: async ({ body, actor, providerId, key, transact, transactOnce, auditTarget }) => {
        refuseCodes(actor);
        const { customerId, name, phone, sendSms, autoActivate, ...order } = body;
        const nowMs = parts.world.clock.wall().atMs;
        const ends = autoActivate
          ? await transact(async (tx) => endOf(await readPlan(tx, order.planId, "planId"), nowMs))
          : null;
        const whose =
          ends === null ? order : { ...order, expiresAtMs: ends, terms: { ...order.terms, validUntilMs: ends } };
        // Who is to get it is checked before anything is made.
        const receiver = (tx: Tx) => receiverOf(parts, tx, providerId, receiverIn({ customerId, name, phone }));
        return makeGivenVoucher(
          parts,
          providerId,
          { ...whose, prefix: "" },
          {
            save: (work) =>
              transact(async (tx) => {
                const customer = await receiver(tx);
                if (sendSms) await refuseUnsendable(tx, providerId, customer);
                return work(tx);
              }),
            saveGiven: transactOnce,
            give: async (tx, batchId) => {
              const voucher = await nextFree(parts, tx, batchId);
              auditTarget(voucher.voucherId);
              return give(tx, { providerId, actor, voucher, customer: await receiver(tx), sendSms, key });
            },
          },
        );
      },
    }),
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
        ...receiverFields,
        /** Tell them the code. */
        sendSms: z.boolean().default(false),
      }),
      response: ownedView,
      handle: ({ params: { voucherId }, body, actor, providerId, key, transactOnce }) =>
        transactOnce(async (tx) => {
          const { batchId } = await readVoucher(parts, tx, voucherId);
          const customer = await receiverOf(parts, tx, providerId, receiverIn(body));
          // Somebody may be switching it off at this moment.
          await lockBatch(tx, batchId);
          const voucher = await readVoucher(parts, tx, voucherId);
          return give(tx, { providerId, actor, voucher, customer, sendSms: body.sendSms, key });
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
      handle: ({ params: { batchId }, body, actor, providerId, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
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
            .select(["batchId", "serial"])
            .where("customerId", "=", customerId)
            .orderBy("sinceMs", "desc")
            .limit(100)
            .execute();
          const items: Voucher[] = [];
          for (const { batchId, serial } of rows)
            items.push(...(await readVouchers(parts, tx, await readBatch(tx, batchId), [serial])));
          return { items: items.map((voucher) => shownTo(actor, voucher)) };
        }),
    }),
  ];

  async function owned(tx: Tx, actor: Actor, voucher: Voucher): Promise<z.input<typeof ownedView>> {
    return { voucher: shownTo(actor, voucher), owner: await ownerOf(tx, voucher) };
  }
}

function receiverIn({ customerId, name, phone }: z.output<z.ZodObject<typeof receiverFields>>): Receiver {
  if (customerId !== undefined) return { customerId };
  if (name === undefined || phone === undefined) throw wrongField("phone", "whose-voucher");
  return { name, phone };
}

/** When a voucher of this plan ends whose validity counts from now. */
function endOf({ terms: { validitySeconds, validUntilMs } }: PlanRow, nowMs: number): UnixMs {
  if (validitySeconds === null) throw wrongField("autoActivate", "no-validity");
  return unixMs(Math.min(nowMs + validitySeconds * 1000, validUntilMs ?? Number.POSITIVE_INFINITY));
}
