/** The API of corrections. */
import { sql } from "kysely";
import { z } from "zod";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { currencyField } from "../channels/money-currency.ts";
import { correctionKinds } from "./correction-policy.ts";
import {
  approveCorrection,
  askCorrection,
  type CorrectionParts,
  type CorrectionRow,
  readCorrection,
  refuseCorrection,
} from "./corrections.ts";

const id = z.string().min(1).max(128);

export const correctionView = z.object({
  id: z.string(),
  kind: z.enum(correctionKinds),
  /** `asked`: it waits for a second person, and nothing is booked yet. */
  state: z.enum(["asked", "done", "refused"]),
  amountCents: z.int(),
  currency: z.string(),
  /** Whose money it is, half hidden; null: only a hash of the number is known. */
  phone: z.string().nullable(),
  /** Who gets it. */
  toPhone: z.string().nullable(),
  receipt: z.string().nullable(),
  /** The payment that the receipt had paid for; null: it was credit. */
  paymentId: z.string().nullable(),
  /** The top-up that was mistyped: its entry in the ledger. */
  topUpEntryId: z.string().nullable(),
  reason: z.string(),
  /** The compensating entry; null: none was made. */
  entryId: z.string().nullable(),
  askedBy: z.string(),
  /** The second person, or who asked where one is enough. */
  approvedBy: z.string().nullable(),
  refusedBy: z.string().nullable(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});

const view = (row: CorrectionRow): z.input<typeof correctionView> => ({
  id: row.correctionId,
  kind: row.kind,
  state: row.state,
  amountCents: row.amountCents,
  currency: row.currency,
  phone: row.phoneMasked,
  toPhone: row.toPhoneMasked,
  receipt: row.receipt,
  paymentId: row.purchaseId,
  topUpEntryId: row.topUpEntryId,
  reason: row.reason,
  entryId: row.entryId,
  askedBy: row.askedBy,
  approvedBy: row.approvedBy,
  refusedBy: row.refusedBy,
  createdAtMs: row.createdAtMs,
  changedAtMs: row.changedAtMs,
});

const list = listOf({
  sort: {
    made: { by: sql.ref("correctionId"), kind: "string" },
    amount: { by: sql.ref("amountCents"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("correctionId")],
  search: [sql.ref("receipt"), sql.ref("reason")],
});

export function correctionRoutes(parts: CorrectionParts) {
  return [
    route({
      method: "GET",
      path: "/api/v1/corrections",
      summary: "What people have put right in the books, newest first, and what waits for a second person",
      permission: "ledger.read",
      query: list.query.extend({
        state: correctionView.shape.state.optional(),
        kind: correctionView.shape.kind.optional(),
        /** Of this customer, as the one who had the money or who got it. */
        phone: phoneField.optional(),
        ...spanFields,
      }),
      response: pageOf(correctionView),
      handle: ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => {
          const { state, kind, phone } = query;
          const party = partyOf(phone === undefined ? "" : readPhone(phone, await countryOfProvider(tx, providerId)));
          const rows = tx
            .selectFrom("corrections")
            .selectAll()
            .where("providerId", "=", providerId)
            .$if(state !== undefined, (is) => is.where("state", "=", state ?? "done"))
            .$if(kind !== undefined, (is) => is.where("kind", "=", kind ?? "settle-debt"))
            .$if(phone !== undefined, (is) =>
              is.where((where) => where.or([where("party", "=", party), where("toParty", "=", party)])),
            )
            .where(within(sql.ref("createdAtMs"), query));
          return list.page(rows, query, view);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/corrections",
      summary:
        "Put something right by a new entry: a receipt to another customer (what it paid for ends), a mistyped top-up, credit paid out, a debt settled or written off",
      permission: "ledger.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      needsKey: true,
      body: z.strictObject({
        kind: correctionView.shape.kind,
        /** For `move-receipt`: the receipt, and who gets it. */
        receipt: z.string().trim().min(1).max(100).optional(),
        toPhone: phoneField.optional(),
        /** For `take-back-top-up`: its entry in the ledger. */
        entryId: id.optional(),
        /** For the others: whose credit or debt. */
        phone: phoneField.optional(),
        /** Left out: all of it. */
        amountCents: z.int().min(1).max(100_000_000_00).optional(),
        currency: currencyField,
        reason: z.string().trim().min(1).max(300),
      }),
      status: 201,
      response: correctionView,
      handle: ({ body, providerId, actor, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const country = await countryOfProvider(tx, providerId);
          const phone = body.phone === undefined ? undefined : readPhone(body.phone, country);
          const toPhone = body.toPhone === undefined ? undefined : readPhone(body.toPhone, country, "toPhone");
          const caller = { providerId, userId: actor.userId, idempotencyKey: key };
          const row = await askCorrection(parts, tx, { ...body, phone, toPhone, ...caller });
          auditTarget(row.correctionId);
          return view(row);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/corrections/{id}/approve",
      summary: "A second person approves a correction: it is booked",
      permission: "ledger.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      needsKey: true,
      params: z.object({ id }),
      body: null,
      response: correctionView,
      handle: ({ params, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readCorrection(tx, providerId, params.id);
          if (row === null) throw notFound("correction");
          return view(await approveCorrection(parts, tx, row, actor.userId));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/corrections/{id}/refuse",
      summary: "A correction that waits for a second person is not made",
      permission: "ledger.manage",
      notForSupport: "way-of-money",
      params: z.object({ id }),
      body: null,
      response: correctionView,
      handle: ({ params, providerId, actor, transact }) =>
        transact(async (tx) => {
          const row = await readCorrection(tx, providerId, params.id);
          if (row === null) throw notFound("correction");
          return view(await refuseCorrection(parts, tx, row, actor.userId));
        }),
    }),
  ];
}
