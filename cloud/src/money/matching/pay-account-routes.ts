/** The API of account numbers that people type at a paybill. */

import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, Problem } from "../../ground/http/problem.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { accountKey, luhnDigit } from "./account-text.ts";
import type { MatchingTables } from "./tables.ts";

const id = z.string().min(1).max(128);

export const payAccountView = z.object({
  /** As it was given out; spaces, case and punctuation do not count when it is typed. */
  number: z.string(),
  /** Whose money it is: one customer's, or that of anyone who pays for this site. */
  kind: z.enum(["customer", "site", "order"]),
  siteId: z.string().nullable(),
  /** Bought at once where the money suffices; null: the one plan of that price, at a site. */
  planId: z.string().nullable(),
  createdAtMs: z.int(),
});

const view = (row: Selectable<MatchingTables["pay_accounts"]>): z.input<typeof payAccountView> => ({
  number: row.account_number,
  kind: row.kind,
  siteId: row.site_id,
  planId: row.plan_id,
  createdAtMs: row.created_at_ms,
});

const payAccounts = listOf({
  sort: {
    number: { by: sql.ref("account_key"), kind: "string" },
    made: { by: sql.ref("created_at_ms"), kind: "number" },
  },
  default: "number",
  tie: [sql.ref("account_key")],
  search: [sql.ref("account_number"), sql.ref("account_key")],
});

export function payAccountRoutes(world: World): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/pay-accounts",
      summary: "The numbers that people type as the account at the paybill",
      permission: "payments.read",
      query: payAccounts.query.extend({ kind: payAccountView.shape.kind.optional(), siteId: id.optional() }),
      response: pageOf(payAccountView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { kind, siteId } = query;
          const rows = tx
            .selectFrom("pay_accounts")
            .selectAll()
            .where("provider_id", "=", providerId)
            .where("active", "=", true)
            .$if(kind !== undefined, (is) => is.where("kind", "=", kind ?? "site"))
            .$if(siteId !== undefined, (is) => is.where("site_id", "=", siteId ?? ""));
          return payAccounts.page(rows, query, view);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/pay-accounts",
      summary: "A number that a customer, or everybody at a site, types as the account at the paybill",
      permission: "payments.manage",
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
          if (party === null && body.siteId === undefined) {
            throw new Problem(400, "invalid", "phone: give a phone, a site, or both.", {
              field: "phone",
              rule: "phone-or-site",
            });
          }
          if (body.siteId !== undefined) await readSite(tx, body.siteId, "siteId");
          if (body.planId !== undefined) await readPlan(tx, body.planId, "planId");
          const number = body.number ?? newAccountNumber(world);
          const key = accountKey(number);
          if (isInvoiceKey(key)) {
            const why = "number: INV and digits are numbers of invoices, which the hub gives out.";
            throw new Problem(409, "taken", why, { field: "number" });
          }
          if (key === "")
            throw new Problem(400, "invalid", "number: letters or digits, please.", {
              field: "number",
              rule: "letters-or-digits",
            });
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
          if (stored.numInsertedOrUpdatedRows === 0n) {
            throw new Problem(409, "taken", "number: this account number is taken.", { field: "number" });
          }
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
      params: z.object({ accountNumber: id }),
      status: 204,
      response: z.null(),
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const key = accountKey(params.accountNumber);
          // Who had it next would get the invoice's money.
          if (isInvoiceKey(key)) throw new Problem(409, "invoice-number", "This number belongs to an invoice.");
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
