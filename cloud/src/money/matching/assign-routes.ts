/** The API that gives money in suspense an owner. */

import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { receiptView } from "../receipts/receipt-routes.ts";
import { isOnlyEntered, type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { giveToCredit } from "../receipts/unapplied.ts";
import { findAccount, giveToAccount, onlyCustomersLike } from "./account-money.ts";
import { giveToPurchase } from "./suspense.ts";

const id = z.string().min(1).max(128);

export function assignRoutes(parts: PurchaseParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/receipts/{receipt}/assign",
      summary: "Give money in suspense an owner: a payment, a customer's credit, or what an account number stands for",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      needsKey: true,
      params: z.object({ receipt: id }),
      body: z.union([
        z.strictObject({ paymentId: id }),
        z.strictObject({ phone: phoneField }),
        /** Of an account of ours. With the payer's phone where it is a site's account and no source shows the payer. */
        z.strictObject({ accountNumber: id, phone: phoneField.optional() }),
      ]),
      response: z.object({ receipt: z.string(), state: receiptView.shape.state, paymentId: z.string().nullable() }),
      handle: ({ params, body, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readReceipt(tx, providerId, params.receipt);
          if (row === null) throw notFound("receipt");
          const note = `assigned by ${actor.userId}`;
          if ("paymentId" in body) await givePayment(parts, tx, row, body.paymentId);
          else if ("accountNumber" in body) await giveAccount(parts, tx, row, { ...body, note });
          else {
            const party = parts.parties.ofPhone(
              providerId,
              readPhone(body.phone, await countryOfProvider(tx, providerId)),
            );
            if (!(await giveToCredit(parts, tx, row, party, note))) throw hasOwner();
          }
          const now = await readReceipt(tx, providerId, params.receipt);
          return { receipt: params.receipt, state: now?.state ?? row.state, paymentId: now?.purchaseId ?? null };
        }),
    }),
  ];
}

const hasOwner = () => refusal("not-in-suspense");

async function giveAccount(
  parts: PurchaseParts,
  tx: Tx,
  row: ReceiptRow,
  said: { readonly accountNumber: string; readonly phone?: string | undefined; readonly note: string },
): Promise<void> {
  const account = await findAccount(tx, row.providerId, said.accountNumber);
  if (account === null) throw notFound("account number", "accountNumber");
  const phone = said.phone === undefined ? null : readPhone(said.phone, await countryOfProvider(tx, row.providerId));
  const named = phone === null ? null : parts.parties.ofPhone(row.providerId, phone);
  const masked = row.payerMasked ?? "";
  const party =
    account.party ??
    named ??
    row.payerHash ??
    (await onlyCustomersLike(parts.world, tx, row.providerId, [masked])).get(masked);
  if (party === undefined) throw wrongField("phone", "payer-unknown");
  const owner = { party, phone: party === named ? phone : null, note: said.note };
  if ((await giveToAccount(parts, tx, row, account, owner, !isOnlyEntered(row))) === "not-in-suspense")
    throw hasOwner();
}

async function givePayment(parts: PurchaseParts, tx: Tx, row: ReceiptRow, paymentId: string): Promise<void> {
  await refuseUnknownPayment(tx, row.providerId, paymentId);
  const given = await giveToPurchase(parts, tx, row, paymentId, {
    isBelieved: !isOnlyEntered(row),
    isByStaff: true,
    phone: null,
  });
  if (given === "not-in-suspense") throw hasOwner();
  if (given === "another-kind") throw refusal("another-kind", { field: "paymentId" });
}

/** Throws a Problem 404 that names the field. */
export async function refuseUnknownPayment(tx: Tx, providerId: string, paymentId: string): Promise<void> {
  const purchase = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", paymentId)
    .executeTakeFirst();
  if (purchase === undefined) throw notFound("payment", "paymentId");
}
