/** The API of account numbers that people type at a paybill. */

import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { accountKey, luhnDigit } from "./account-text.ts";

const id = z.string().min(1).max(128);

export const payAccountView = z.object({
  /** As it was given out; spaces, case and punctuation do not count when it is typed. */
  number: z.string(),
  /** Whose money it is: one customer's, or that of anyone who pays for this site. */
  kind: z.enum(["customer", "site", "order"]),
  siteId: z.string().nullable(),
  /** Bought at once where the money suffices; null: the one plan of that price, at a site. */
  planId: z.string().nullable(),
  /** Whose it is. Null: no customer's, or nobody with a page has that number; also for who may not read customers. */
  customerId: z.string().nullable(),
  customerName: z.string().nullable(),
  createdAtMs: z.int(),
});

type Row = Selectable<Schema["pay_accounts"]> & {
  readonly ownerId: string | null;
  readonly ownerName: string | null;
};

const view = (row: Row, maySeeOwner: boolean): z.input<typeof payAccountView> => ({
  number: row.accountNumber,
  kind: row.kind,
  siteId: row.siteId,
  planId: row.planId,
  customerId: maySeeOwner ? row.ownerId : null,
  customerName: maySeeOwner ? row.ownerName : null,
  createdAtMs: row.createdAtMs,
});

const payAccounts = listOf({
  sort: {
    number: { by: sql.ref("number.accountKey"), kind: "string" },
    made: { by: sql.ref("number.createdAtMs"), kind: "number" },
  },
  default: "number",
  tie: [sql.ref("number.accountKey")],
  search: [sql.ref("number.accountNumber"), sql.ref("number.accountKey")],
});

export function payAccountRoutes(world: World) {
  return [
    route({
      method: "GET",
      path: "/api/v1/pay-accounts",
      summary: "The numbers that people type as the account at the paybill",
      permission: "payments.read",
      query: payAccounts.query.extend({ kind: payAccountView.shape.kind.optional(), siteId: id.optional() }),
      response: pageOf(payAccountView),
      handle: ({ query, providerId, actor, transact }) =>
        transact((tx) => {
          const { kind, siteId } = query;
          const rows = tx
            .selectFrom("pay_accounts as number")
            // Given to a customer, or to whoever has a phone.
            .leftJoin("customers as owner", (join) =>
              join
                .onRef("owner.providerId", "=", "number.providerId")
                .on("owner.deletedAtMs", "is", null)
                .on((on) =>
                  on.or([
                    on("owner.customerId", "=", on.ref("number.customerId")),
                    on.and([
                      on("number.customerId", "is", null),
                      on("owner.phoneHash", "=", on.ref("number.phoneHash")),
                    ]),
                  ]),
                ),
            )
            .selectAll("number")
            .select(["owner.customerId as ownerId", "owner.name as ownerName"])
            .where("number.providerId", "=", providerId)
            .where("number.active", "=", true)
            .$if(kind !== undefined, (is) => is.where("number.kind", "=", kind ?? "site"))
            .$if(siteId !== undefined, (is) => is.where("number.siteId", "=", siteId ?? ""));
          const maySeeOwner = actor.may("customers.read");
          return payAccounts.page(rows, query, (row) => view(row, maySeeOwner));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/pay-accounts",
      summary: "A number that a customer, or everybody at a site, types as the account at the paybill",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      body: z.strictObject({
        /** Left out: a new number with a check digit. */
        number: z.string().trim().min(3).max(20).optional(),
        phone: phoneField.optional(),
        siteId: id.optional(),
        planId: id.optional(),
      }),
      status: 201,
      response: z.object({ number: z.string() }),
      handle: ({ body, providerId, partyOf, transact, auditTarget }) =>
        transact(async (tx) => {
          const party =
            body.phone === undefined ? null : partyOf(readPhone(body.phone, await countryOfProvider(tx, providerId)));
          if (party === null && body.siteId === undefined) throw wrongField("phone", "phone-or-site");
          if (body.siteId !== undefined) await readSite(tx, body.siteId, "siteId");
          if (body.planId !== undefined) await readPlan(tx, body.planId, "planId");
          const number = body.number ?? newAccountNumber(world);
          const key = accountKey(number);
          if (isInvoiceKey(key)) throw refusal("taken", { field: "number", rule: "invoice-series" });
          if (key === "") throw wrongField("number", "letters-or-digits");
          const stored = await tx
            .insertInto("pay_accounts")
            .values({
              providerId,
              accountKey: key,
              accountNumber: number,
              kind: party === null ? "site" : "customer",
              party,
              phoneHash: party,
              siteId: body.siteId ?? null,
              planId: body.planId ?? null,
              createdAtMs: world.clock.wall().atMs,
            })
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirst();
          if (stored.numInsertedOrUpdatedRows === 0n) throw refusal("taken", { field: "number" });
          auditTarget(key);
          return { number };
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/pay-accounts/{accountNumber}",
      summary:
        "Take an account number back: money that names it has no owner from then on, and it may be given out again; a customer's own number never is",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      params: z.object({ accountNumber: id }),
      status: 204,
      response: z.null(),
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const key = accountKey(params.accountNumber);
          // Who had it next would get the invoice's money.
          if (isInvoiceKey(key)) throw refusal("invoice-number");
          // A customer's own number is nobody else's, ever.
          const retired = await tx
            .updateTable("pay_accounts")
            .set({ active: false })
            .where("providerId", "=", providerId)
            .where("accountKey", "=", key)
            .where("customerId", "is not", null)
            .executeTakeFirst();
          if (retired.numUpdatedRows > 0n) return null;
          const gone = await tx
            .deleteFrom("pay_accounts")
            .where("providerId", "=", providerId)
            .where("accountKey", "=", key)
            .executeTakeFirst();
          if (gone.numDeletedRows === 0n) throw notFound("account number");
          return null;
        }),
    }),
  ];
}

/** As `money/invoices` makes them: kept for it, also those that are not given out yet. */
const isInvoiceKey = (key: string): boolean => /^INV\d+$/.test(key);

/** Seven digits and a check digit; no zero in front. */
function newAccountNumber(world: World): string {
  const [first = 0, ...rest] = world.random.bytes(7);
  const digits = `${1 + (first % 9)}${rest.map((byte) => byte % 10).join("")}`;
  return digits + luhnDigit(digits);
}
