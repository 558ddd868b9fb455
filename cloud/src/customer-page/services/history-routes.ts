/** What a customer used, paid and was charged: of themselves alone. Each list ends at a hundred rows; `beforeMs` reads on. */

import { accountGrantId } from "@karibu/protocol/grant-id";
import { z } from "zod";
import { accountsOfCustomer } from "../../catalogue/accounts/accounts.ts";
import { boughtSince } from "../../catalogue/grants/grants-of-party.ts";
import { readDaysUsed } from "../../catalogue/sessions/use-figures.ts";
import { instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { CustomerCaller } from "../../ground/http/actor.ts";
import { route } from "../../ground/http/route.ts";
import { invoicesOfParty } from "../../money/invoices/invoice-rows.ts";
import { receiptsOfParty } from "../../money/receipts/receipts-of-party.ts";
import { cashOfCustomer } from "../../money/received/cash-of-customer.ts";
import { logOfCustomer } from "../../money/subscriptions/lines-of.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { providerParams } from "../log-in/log-in-routes.ts";
import { readSelf } from "./own.ts";
import type { ServiceParts } from "./service-routes.ts";

const rowsMax = 100;
const usageDays = 30;
const dayMs = 86_400_000;
/** Passes that were bought longer ago are over. */
const boughtBeforeMs = 400 * dayMs;
const before = z.object({ beforeMs: instantMsTyped.optional() });

export function historyRoutes({ world, kinds }: Pick<ServiceParts, "world" | "kinds">) {
  const common = { method: "GET", permission: "customer", params: providerParams } as const;
  return [
    route({
      ...common,
      path: "/api/v1/my/{provider}/usage",
      summary: "Data and hours of the last 30 days, day by day, the oldest first; days without any are zero",
      response: z.object({
        days: z.array(z.object({ day: z.string(), downBytes: z.int(), upBytes: z.int(), onlineSeconds: z.int() })),
      }),
      handle: ({ customer, transact }) =>
        transact(async (tx) => {
          const offsetMs = (await offsetOfProvider(tx, customer.providerId)) * 60_000;
          const today = Math.floor((world.clock.wall().atMs + offsetMs) / dayMs);
          const nameOf = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);
          const first = today - usageDays + 1;
          const used = await usageOf(tx, customer, nameOf(first));
          return {
            days: Array.from({ length: usageDays }, (_, index) => {
              const day = nameOf(first + index);
              return { day, ...(used.get(day) ?? { downBytes: 0, upBytes: 0, onlineSeconds: 0 }) };
            }),
          };
        }),
    }),
    route({
      ...common,
      path: "/api/v1/my/{provider}/payments",
      summary: "What came in from this customer, the newest first",
      query: before,
      response: z.object({
        items: z.array(
          z.object({
            /** Empty: cash for a line or a bill, which has none. */
            receipt: z.string(),
            amountCents: z.int(),
            currency: z.string(),
            atMs: z.int(),
            /** What customers call the way they paid. */
            wallet: z.string(),
            state: z.enum(["booked", "credit", "suspense", "reversed", "disproved", "frozen"]),
            returnedCents: z.int(),
          }),
        ),
      }),
      handle: ({ query, customer, transact }) =>
        transact(async (tx) => {
          const { phoneHash: party } = await readSelf(tx, customer);
          if (party === null) return { items: [] };
          const span = { providerId: customer.providerId, beforeMs: query.beforeMs ?? null, rowsMax };
          const rows = await receiptsOfParty(tx, { ...span, party });
          const cash = await cashOfCustomer(tx, { ...span, party });
          const items = [
            ...rows.map((row) => ({
              receipt: row.receipt,
              amountCents: row.amountCents,
              currency: row.currency,
              atMs: row.bookedAtMs,
              wallet: kinds.factsOf(row.kind).wallet,
              state: row.state,
              returnedCents: row.returnedCents,
            })),
            ...cash.map(({ isCredit, ...paid }) => ({
              ...paid,
              receipt: "",
              wallet: kinds.factsOf("cash").wallet,
              state: isCredit ? ("credit" as const) : ("booked" as const),
              returnedCents: 0,
            })),
          ];
          return { items: items.toSorted((a, b) => b.atMs - a.atMs).slice(0, rowsMax) };
        }),
    }),
    route({
      ...common,
      path: "/api/v1/my/{provider}/charges",
      summary: "What this customer's services cost and when they changed, the newest first",
      query: before,
      response: z.object({
        items: z.array(
          z.object({
            atMs: z.int(),
            planName: z.string(),
            what: z.string(),
            amountCents: z.int().nullable(),
            currency: z.string(),
            paidUntilMs: z.int(),
          }),
        ),
      }),
      handle: ({ query, customer, transact }) =>
        transact(async (tx) => {
          const rows = await logOfCustomer(tx, customer.customerId, { beforeMs: query.beforeMs ?? null, rowsMax });
          return {
            items: rows.map((row) => ({
              atMs: row.atMs,
              planName: row.planName,
              what: row.what,
              amountCents: row.amountCents,
              currency: row.currency,
              paidUntilMs: row.paidUntilMs,
            })),
          };
        }),
    }),
    route({
      ...common,
      path: "/api/v1/my/{provider}/invoices",
      summary: "Invoices to this customer, the newest first",
      response: z.object({
        items: z.array(
          z.object({
            invoiceId: z.string(),
            number: z.int(),
            totalCents: z.int(),
            currency: z.string(),
            state: z.enum(["issued", "paid", "void"]),
            dueOn: z.string().nullable(),
            createdAtMs: z.int(),
            /** What is typed as the account to pay it; null: it has none. */
            accountNumber: z.string().nullable(),
          }),
        ),
      }),
      handle: ({ customer, transact }) =>
        transact(async (tx) => {
          const { phoneHash: party } = await readSelf(tx, customer);
          if (party === null) return { items: [] };
          const rows = await invoicesOfParty(tx, party, rowsMax);
          return {
            items: rows.map((row) => ({
              invoiceId: row.invoiceId,
              number: row.number,
              totalCents: row.totalCents,
              currency: row.currency,
              state: row.state,
              dueOn: row.dueOn,
              createdAtMs: row.createdAtMs,
              accountNumber: row.accountNumber,
            })),
          };
        }),
    }),
  ];
}

interface DayUsed {
  readonly downBytes: number;
  readonly upBytes: number;
  readonly onlineSeconds: number;
}

/** Of the customer's accounts (each period is a grant of its own) and of what their number bought. "Input" is what they sent. */
async function usageOf(tx: Tx, customer: CustomerCaller, firstDay: string): Promise<ReadonlyMap<string, DayUsed>> {
  const { phoneHash: party } = await readSelf(tx, customer);
  const accounts = await accountsOfCustomer(tx, customer.customerId);
  const bought = party === null ? [] : await boughtSince(tx, party, Date.parse(firstDay) - boughtBeforeMs);
  const ids = [...accounts.map((account) => accountGrantId(account.accountId, undefined)), ...bought];
  const rows = await readDaysUsed(tx, customer.providerId, ids, firstDay);
  return new Map(rows.map((row) => [row.day, { downBytes: row.down, upBytes: row.up, onlineSeconds: row.seconds }]));
}
