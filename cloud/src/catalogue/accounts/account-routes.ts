/**
 * Customers' log-ins for hotspot and PPPoE. Who attacks this door: staff who would read or set passwords of others' lines. A password is told
 * once, to who makes it, and never again; setting one wants the permission, a fresh second factor, and stands in the audit log. And staff who
 * give service away: an account that nobody pays for wants the same, and a reason that everybody reads beside it; else it waits for its subscription.
 */
import {
  type AccountAddress,
  accountAddressSchema,
  accountServiceSchema,
} from "@karibu/protocol/accounts/customer-account";
import { inPlainWords } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { customerNames } from "../customers/customer-names.ts";
import { macField } from "../grants/mac-field.ts";
import { type AccountRow, accountStateOf } from "./account-row.ts";
import {
  type AccountParts,
  type BeforeAccountGoes,
  deleteAccount,
  insertAccount,
  readAccount,
  setBilling,
  setPassword,
  sitesOfEach,
  updateAccount,
} from "./accounts.ts";
import { passwordLengthMin, weaknessOf } from "./password-strength.ts";

const id = z.string().min(1).max(128);
const speed = z.int().min(64).max(100_000_000).nullable();
const service = z.enum(accountServiceSchema.options);
const address = z.strictObject({
  ip: z.string().max(15).optional(),
  pool: z.string().max(64).optional(),
  routes: z.array(z.string().max(18)).max(16).optional(),
  ipv6Prefix: z.string().max(43).optional(),
  ipv6Pool: z.string().max(64).optional(),
});
/** A token of ours, or a device's address. Twelve digits are a phone number; sites ask for accounts first. */
const isOfAnotherKind = (name: string): boolean =>
  /^t-/i.test(name) || (/^([0-9a-f]{2}[-.:]?){5}[0-9a-f]{2}$/i.test(name) && !/^\d{12}$/.test(name));
export const username = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{1,63}$/)
  .refine((name) => !isOfAnotherKind(name));
export const password = z
  .string()
  .min(passwordLengthMin)
  .max(64)
  .regex(/^[\x21-\x7e]+$/);
const macs = z.array(macField).max(16);

const limits = { downKbps: speed, upKbps: speed, devices: z.int().min(1).max(1000).nullable() };

const billing = z.enum(["subscription", "free"]);
const freeReason = z.string().trim().min(3).max(300);

/** Names of log-ins that another system gave: customers' equipment has them, so what we would not give stays as well. */
export const takenUsername = z
  .string()
  .min(1)
  .max(64)
  .refine((name) => name.trim() !== "" && name.isWellFormed() && !/\p{Cc}/u.test(name) && !isOfAnotherKind(name));
/** A password that works there, as it is. */
export const takenPassword = z
  .string()
  .min(1)
  .max(128)
  .refine((word) => word.isWellFormed() && !word.includes("\0"));

export const accountView = z.object({
  accountId: z.string(),
  customerId: z.string(),
  customerName: z.string().nullable(),
  username: z.string(),
  service,
  /** Its password came from another system and is easily guessed; null: it is not. */
  /** It is easily guessed; not how, for who reads accounts may not know passwords. */
  weakPassword: z.boolean(),
  /** CHAP works: the clear password is kept and told to the sites. */
  chap: z.boolean(),
  planId: z.string(),
  planName: z.string(),
  siteIds: z.array(z.string()),
  ...limits,
  address: address.nullable(),
  macs: z.array(z.string()),
  active: z.boolean(),
  billing,
  /** Why nobody pays for it; null: it is billed. */
  freeReason: z.string().nullable(),
  /** `awaiting-subscription`: billed, and not let in before it has one. */
  state: z.enum(["free", "awaiting-subscription", "subscribed", "subscription-ended"]),
  /** Null: no end, or nobody has paid for it yet (`isNeverPaid`). */
  paidUntilMs: z.int().nullable(),
  isNeverPaid: z.boolean(),
  graceUntilMs: z.int().nullable(),
  suspended: z.string().nullable(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});

const list = listOf({
  sort: { made: { by: sql.ref("accountId"), kind: "string" }, name: { by: sql.ref("usernameKey"), kind: "string" } },
  default: "-made",
  tie: [sql.ref("accountId")],
  search: [sql.ref("username"), sql.ref("planName")],
});

export function accountRoutes(parts: AccountParts, emit: Emit, beforeAccountGoes: BeforeAccountGoes) {
  const params = z.object({ accountId: id });
  const told = (tx: Tx, row: AccountRow, action: string) =>
    emit(tx, row.providerId, { topic: "customer", id: row.customerId, action });
  return [
    route({
      method: "GET",
      path: "/api/v1/accounts",
      summary: "Log-ins of customers for hotspot and PPPoE, newest first",
      permission: "accounts.read",
      query: list.query.extend({
        customerId: id.optional(),
        siteId: id.optional(),
        planId: id.optional(),
        service: service.optional(),
        active: z.stringbool().optional(),
        billing: billing.optional(),
        /** Only those whose password is easily guessed, or only the others. */
        weakPassword: z.stringbool().optional(),
      }),
      response: pageOf(accountView),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const { customerId, siteId, planId, active, weakPassword } = query;
          const rows = tx
            .selectFrom("accounts")
            .selectAll()
            .where("deletedAtMs", "is", null)
            .$if(customerId !== undefined, (is) => is.where("customerId", "=", customerId ?? ""))
            .$if(planId !== undefined, (is) => is.where("planId", "=", planId ?? ""))
            .$if(query.service !== undefined, (is) => is.where("service", "=", query.service ?? "any"))
            .$if(query.billing !== undefined, (is) => is.where("billing", "=", query.billing ?? "free"))
            .$if(weakPassword !== undefined, (is) =>
              is.where("weakPassword", weakPassword === true ? "is not" : "is", null),
            )
            .$if(active !== undefined, (is) => is.where("active", "=", active === true))
            .$if(siteId !== undefined, (is) =>
              is.where(
                "accountId",
                "in",
                tx
                  .selectFrom("account_sites")
                  .select("accountId")
                  .where("siteId", "=", siteId ?? ""),
              ),
            );
          const page = await list.page(rows, query, (row) => row);
          return { ...page, items: await viewsOf(tx, page.items) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/accounts",
      summary: "A log-in for a customer. A password that is left out is made, and told in this answer only",
      permission: "accounts.manage",
      freshFactor: true,
      body: z.strictObject({
        customerId: id,
        username,
        password: password.optional(),
        chap: z.boolean().default(false),
        service: service.default("pppoe"),
        planId: id,
        siteIds: z.array(id).max(200),
        downKbps: speed.default(null),
        upKbps: speed.default(null),
        devices: limits.devices.default(null),
        address: address.nullable().default(null),
        macs: macs.default([]),
        /** `free`: nobody pays for it, and `freeReason` says why. Else it is let in when it has a subscription. */
        billing: billing.default("subscription"),
        freeReason: freeReason.optional(),
      }),
      status: 201,
      response: accountView.extend({ password: z.string().nullable() }),
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const { downKbps, upKbps, devices, billing: _, ...rest } = body;
          const free = reasonOf(body);
          const made = body.password ?? newPassword(parts.world);
          refusePassword(body.username, made);
          const own = { downKbps, upKbps, devices };
          const given = checkedAddress(body.address);
          const row = await insertAccount(parts, tx, providerId, {
            ...rest,
            freeReason: free,
            address: given,
            own,
            password: made,
          });
          auditTarget(row.accountId);
          await told(tx, row, "account-made");
          return { ...(await viewOf(tx, row)), password: body.password === undefined ? made : null };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/accounts/{accountId}",
      summary: "One log-in",
      permission: "accounts.read",
      params,
      response: accountView,
      handle: ({ params: { accountId }, transact }) =>
        transact(async (tx) => viewOf(tx, await readAccount(tx, accountId))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/accounts/{accountId}",
      summary: "Change a log-in",
      permission: "accounts.manage",
      params,
      body: z
        .strictObject({
          username,
          service,
          siteIds: z.array(id).max(200),
          ...limits,
          address: address.nullable(),
          macs,
          active: z.boolean(),
        })
        .partial(),
      response: accountView,
      handle: ({ params: { accountId }, body, transact }) =>
        transact(async (tx) => {
          const { downKbps, upKbps, devices, ...rest } = body;
          const hasLimits = downKbps !== undefined || upKbps !== undefined || devices !== undefined;
          const row = await updateAccount(parts, tx, accountId, {
            ...rest,
            ...(rest.address === undefined ? {} : { address: checkedAddress(rest.address) }),
            ...(hasLimits
              ? {
                  own: {
                    ...(downKbps === undefined ? {} : { downKbps }),
                    ...(upKbps === undefined ? {} : { upKbps }),
                    ...(devices === undefined ? {} : { devices }),
                  },
                }
              : {}),
          });
          await told(tx, row, "account-changed");
          return viewOf(tx, row);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/accounts/{accountId}/set-password",
      summary: "A new password; one that is left out is made, and told in this answer only",
      permission: "accounts.manage",
      freshFactor: true,
      params,
      body: z.strictObject({ password: password.optional(), chap: z.boolean().default(false) }),
      response: z.object({ password: z.string().nullable() }),
      handle: ({ params: { accountId }, body, transact }) =>
        transact(async (tx) => {
          const made = body.password ?? newPassword(parts.world);
          refusePassword((await readAccount(tx, accountId)).username, made);
          const row = await setPassword(parts, tx, accountId, { password: made, chap: body.chap });
          await told(tx, row, "account-password");
          return { password: body.password === undefined ? made : null };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/accounts/{accountId}/billing",
      summary: "Nobody pays for this log-in, and why; or it is billed, and let in as its subscription says",
      permission: "accounts.manage",
      freshFactor: true,
      params,
      body: z.strictObject({ billing, freeReason: freeReason.optional() }),
      response: accountView,
      handle: ({ params: { accountId }, body, transact }) =>
        transact(async (tx) => {
          const row = await setBilling(parts, tx, accountId, reasonOf(body));
          await told(tx, row, "account-billing");
          return viewOf(tx, row);
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/accounts/{accountId}",
      summary: "Delete a log-in; its sessions and its subscription end",
      permission: "accounts.manage",
      params,
      status: 204,
      response: z.null(),
      handle: ({ params: { accountId }, transact }) =>
        transact(async (tx) => {
          await beforeAccountGoes(tx, accountId);
          await told(tx, await deleteAccount(parts, tx, accountId), "account-deleted");
          return null;
        }),
    }),
  ];
}

/** Null: it is billed. Throws Problem "free-without-reason". */
function reasonOf(body: { readonly billing: z.output<typeof billing>; readonly freeReason?: string | undefined }) {
  if (body.billing === "subscription") return null;
  if (body.freeReason !== undefined) return body.freeReason;
  throw refusal("free-without-reason", { field: "freeReason" });
}

/** Ten letters and digits that nobody mistakes for each other: 50 bits. */
export function newPassword({ random }: World): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  return [...random.bytes(10)].map((octet) => alphabet[octet & 31]).join("");
}

export function refusePassword(name: string, word: string): void {
  if (weaknessOf(name, word) !== "is-name") return;
  throw refusal("weak-password", { field: "password" });
}

/** As a site will read it: an address, a pool's name, prefixes. */
function checkedAddress(given: z.output<typeof address> | null): AccountAddress | null {
  if (given === null || Object.values(given).every((part) => part === undefined)) return null;
  const parsed = accountAddressSchema.safeParse(given, inPlainWords);
  if (parsed.success) return parsed.data;
  throw refusal("bad-address", { field: "address" });
}

async function viewOf(tx: Tx, row: AccountRow): Promise<z.input<typeof accountView>> {
  return (await viewsOf(tx, [row]))[0] as z.input<typeof accountView>;
}

async function viewsOf(tx: Tx, rows: readonly AccountRow[]): Promise<z.input<typeof accountView>[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const customerIds = rows.map((row) => row.customerId);
  const names = await customerNames(tx, first.providerId, customerIds);
  const sites = await sitesOfEach(
    tx,
    rows.map(({ accountId }) => accountId),
  );
  return rows.map((row) => ({
    accountId: row.accountId,
    customerId: row.customerId,
    customerName: names.get(row.customerId) ?? null,
    username: row.username,
    service: row.service,
    weakPassword: row.weakPassword !== null,
    chap: row.passwordSealed !== null,
    planId: row.planId,
    planName: row.planName,
    siteIds: sites.get(row.accountId) ?? [],
    ...row.ownLimits,
    address: row.address,
    macs: row.macs,
    active: row.active,
    billing: row.billing,
    freeReason: row.freeReason,
    state: accountStateOf(row),
    paidUntilMs: row.standing.isNeverPaid === true ? null : row.standing.paidUntilMs,
    isNeverPaid: row.standing.isNeverPaid === true,
    graceUntilMs: row.standing.graceUntilMs,
    suspended: row.standing.suspended,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  }));
}
