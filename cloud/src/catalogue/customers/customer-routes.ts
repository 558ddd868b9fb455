import { normalisePhone } from "@karibu/protocol/phone-number";
import { sql } from "kysely";
import { z } from "zod";
import { readPhonePart } from "../../ground/amounts/phone-parts.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { beginsWith } from "../../ground/lists/search.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { emailSchema } from "../../identity/users/users.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import {
  type CustomerParts,
  type CustomerRow,
  deleteCustomer,
  insertCustomer,
  phoneOf,
  readCustomer,
  updateCustomer,
} from "./customers.ts";

export const customerView = z.object({
  customerId: z.string(),
  name: z.string(),
  /** An MSISDN. */
  phone: z.string().nullable(),
  email: z.string().nullable(),
  siteId: z.string().nullable(),
  note: z.string().nullable(),
  active: z.boolean(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});

const fields = {
  name: z.string().trim().min(1).max(100),
  phone: z.string().trim().min(7).max(30).nullable(),
  email: emailSchema.nullable(),
  siteId: z.string().min(1).max(128).nullable(),
  note: z.string().trim().max(2000).nullable(),
  active: z.boolean(),
};
const params = z.object({ customerId: z.string().min(1).max(64) });

const list = listOf({
  sort: {
    made: { by: sql.ref("customerId"), kind: "string" },
    name: { by: sql`lower(name)`, kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("customerId")],
  search: [sql.ref("name"), sql.ref("email"), sql.ref("note")],
});

/**
 * What follows when a customer was changed: of who is switched off (`active`), everything that lets them online is held back, in the same
 * transaction. `before` null: the customer is new.
 */
export type CustomerChanged = (tx: Tx, before: CustomerRow | null, now: CustomerRow) => Promise<void>;

export function customerRoutes(parts: CustomerParts, emit: Emit, onChanged: CustomerChanged) {
  const view = (row: CustomerRow) => viewOf(parts, row);
  const switchTo = (word: "activate" | "deactivate", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/customers/{customerId}/${word}`,
      summary,
      permission: "customers.manage",
      params,
      body: null,
      response: customerView,
      handle: async ({ params: { customerId }, providerId, transact }) =>
        transact(async (tx) => {
          const before = await readCustomer(tx, customerId, true);
          const row = await updateCustomer(parts, tx, customerId, { active: word === "activate" });
          await onChanged(tx, before, row);
          await emit(tx, providerId, { topic: "customer", id: customerId, action: `${word}d` });
          return view(row);
        }),
    });
  return [
    route({
      method: "GET",
      path: "/api/v1/customers",
      summary:
        "Customers; `phone` finds the one who has that number, `q` also by its first digits, or by its last four to nine",
      permission: "customers.read",
      query: list.query.extend({
        active: z.stringbool().optional(),
        siteId: z.string().max(128).optional(),
        phone: z.string().max(30).optional(),
        /** Added in this time. */
        ...spanFields,
      }),
      response: pageOf(customerView),
      handle: async ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => {
          const country = await countryOfProvider(tx, providerId);
          const digits = query.phone === undefined ? undefined : (normalisePhone(query.phone, country) ?? "");
          const rows = tx
            .selectFrom("customers")
            .selectAll()
            .where("deletedAtMs", "is", null)
            .$if(query.active !== undefined, (is) => is.where("active", "=", query.active as boolean))
            .$if(query.siteId !== undefined, (is) => is.where("siteId", "=", query.siteId ?? ""))
            .$if(digits !== undefined, (is) => is.where("phoneHash", "=", partyOf(digits ?? "")))
            .where(within(sql.ref("createdAtMs"), query));
          const { q, ...asked } = query;
          const part = q === undefined ? null : readPhonePart(q, country);
          if (q === undefined || part === null) return list.page(rows, query, view);
          // Half a number; or the text of a note, as always.
          const keys = parts.parties.keysWithPart(providerId, part);
          const found = rows.where((where) =>
            where.or([
              list.contains(q),
              ...(keys.tail === null ? [] : [beginsWith(sql.ref("phoneTailKey"), keys.tail)]),
              ...(keys.head === null ? [] : [beginsWith(sql.ref("phoneHeadKey"), keys.head)]),
            ]),
          );
          return list.page(found, asked, view);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/customers",
      summary: "Add a customer (people may buy without this)",
      permission: "customers.manage",
      body: z.strictObject({
        name: fields.name,
        phone: fields.phone.default(null),
        email: fields.email.default(null),
        siteId: fields.siteId.default(null),
        note: fields.note.default(null),
        active: fields.active.default(true),
      }),
      status: 201,
      response: customerView,
      handle: async ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const row = await insertCustomer(parts, tx, providerId, body);
          auditTarget(row.customerId);
          await onChanged(tx, null, row);
          await emit(tx, providerId, { topic: "customer", id: row.customerId, action: "made" });
          return view(row);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}",
      summary: "One customer",
      permission: "customers.read",
      params,
      response: customerView,
      handle: async ({ params: { customerId }, transact }) =>
        transact(async (tx) => view(await readCustomer(tx, customerId))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/customers/{customerId}",
      summary: "Change a customer",
      permission: "customers.manage",
      params,
      body: z.strictObject(fields).partial(),
      response: customerView,
      handle: async ({ params: { customerId }, body, providerId, transact }) =>
        transact(async (tx) => {
          const before = await readCustomer(tx, customerId, true);
          const row = await updateCustomer(parts, tx, customerId, body);
          await onChanged(tx, before, row);
          await emit(tx, providerId, { topic: "customer", id: customerId, action: "changed" });
          return view(row);
        }),
    }),
    switchTo("activate", "Switch a customer on again"),
    switchTo("deactivate", "Switch a customer off"),
    route({
      method: "DELETE",
      path: "/api/v1/customers/{customerId}",
      summary: "Delete a customer; what was sold to them stays in the books",
      permission: "customers.manage",
      params,
      status: 204,
      response: z.null(),
      handle: async ({ params: { customerId }, providerId, transact }) =>
        transact(async (tx) => {
          const before = await readCustomer(tx, customerId, true);
          await onChanged(tx, before, await deleteCustomer(parts, tx, customerId));
          await emit(tx, providerId, { topic: "customer", id: customerId, action: "deleted" });
          return null;
        }),
    }),
  ];
}

function viewOf(parts: CustomerParts, row: CustomerRow): z.input<typeof customerView> {
  return {
    customerId: row.customerId,
    name: row.name,
    phone: phoneOf(parts.envelope, row),
    email: row.email,
    siteId: row.siteId,
    note: row.note,
    active: row.active,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}
