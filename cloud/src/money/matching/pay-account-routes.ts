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
  readonly owner_id: string | null;
  readonly owner_name: string | null;
};

const view = (row: Row, maySeeOwner: boolean): z.input<typeof payAccountView> => ({
  number: row.account_number,
  kind: row.kind,
  siteId: row.site_id,
  planId: row.plan_id,
  customerId: maySeeOwner ? row.owner_id : null,
  customerName: maySeeOwner ? row.owner_name : null,
  createdAtMs: row.created_at_ms,
});

const payAccounts = listOf({
  sort: {
    number: { by: sql.ref("number.account_key"), kind: "string" },
    made: { by: sql.ref("number.created_at_ms"), kind: "number" },
  },
  default: "number",
  tie: [sql.ref("number.account_key")],
  search: [sql.ref("number.account_number"), sql.ref("number.account_key")],
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
                .onRef("owner.provider_id", "=", "number.provider_id")
                .on("owner.deleted_at_ms", "is", null)
                .on((on) =>
                  on.or([
                    on("owner.customer_id", "=", on.ref("number.customer_id")),
                    on.and([
                      on("number.customer_id", "is", null),
                      on("owner.phone_hash", "=", on.ref("number.phone_hash")),
                    ]),
                  ]),
                ),
            )
            .selectAll("number")
            .select(["owner.customer_id as owner_id", "owner.name as owner_name"])
            .where("number.provider_id", "=", providerId)
            .where("number.active", "=", true)
            .$if(kind !== undefined, (is) => is.where("number.kind", "=", kind ?? "site"))
            .$if(siteId !== undefined, (is) => is.where("number.site_id", "=", siteId ?? ""));
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
              provider_id: providerId,
              account_key: key,
              account_number: number,
              kind: party === null ? "site" : "customer",
              party,
              phone_hash: party,
              site_id: body.siteId ?? null,
              plan_id: body.planId ?? null,
              created_at_ms: world.clock.wall().atMs,
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
            .where("provider_id", "=", providerId)
            .where("account_key", "=", key)
            .where("customer_id", "is not", null)
            .executeTakeFirst();
          if (retired.numUpdatedRows > 0n) return null;
          const gone = await tx
            .deleteFrom("pay_accounts")
            .where("provider_id", "=", providerId)
            .where("account_key", "=", key)
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
