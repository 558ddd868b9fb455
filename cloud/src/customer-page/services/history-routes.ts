/** What a customer used, paid and was charged: of themselves alone. Each list ends at a hundred rows; `beforeMs` reads on. */
import { accountGrantId } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import { z } from "zod";
import { accountsOfCustomer } from "../../catalogue/accounts/accounts.ts";
import { bounded } from "../../ground/amounts/bounds.ts";
import { instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { CustomerCaller } from "../../ground/http/actor.ts";
import { route } from "../../ground/http/route.ts";
import { ofChannel } from "../../money/channels/of-channel.ts";
import { accountOfInvoice } from "../../money/invoices/invoice-routes.ts";
import { cashOfCustomer } from "../../money/received/cash-of-customer.ts";
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
          const rows = await tx
            .selectFrom("receipts")
            .select(["receipt", "amountCents", "currency", "bookedAtMs", "state", "returnedCents"])
            .select(ofChannel("receipts", "kind").as("kind"))
            .where("receipts.providerId", "=", customer.providerId)
            .where("party", "=", party)
            .$if(query.beforeMs !== undefined, (is) => is.where("bookedAtMs", "<", query.beforeMs ?? 0))
            .orderBy("bookedAtMs", "desc")
            .limit(rowsMax)
            .execute();
          const span = { providerId: customer.providerId, beforeMs: query.beforeMs ?? null, rowsMax };
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
          const rows = await tx
            .selectFrom("subscription_log as l")
            .innerJoin("subscriptions as s", (join) =>
              join.onRef("s.providerId", "=", "l.providerId").onRef("s.subscriptionId", "=", "l.subscriptionId"),
            )
            .select(["l.atMs", "l.what", "l.amountCents", "l.paidUntilMs", "s.planName", "s.currency"])
            .where("s.customerId", "=", customer.customerId)
            .$if(query.beforeMs !== undefined, (is) => is.where("l.atMs", "<", query.beforeMs ?? 0))
            .orderBy("l.logId", "desc")
            .limit(rowsMax)
            .execute();
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
          const rows = await tx
            .selectFrom("invoices")
            .select(["invoiceId", "number", "totalCents", "currency", "state", "createdAtMs"])
            .select(sql<string | null>`due_on::text`.as("dueOn"))
            .select(accountOfInvoice)
            .where("party", "=", party)
            .orderBy("number", "desc")
            .limit(rowsMax)
            .execute();
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
  const bought =
    party === null
      ? []
      : await tx
          .selectFrom("grants")
          .select("grantId")
          .where("phoneHash", "=", party)
          .where("createdAtMs", ">", Date.parse(firstDay) - boughtBeforeMs)
          .execute();
  const ids = [
    ...accounts.map((account) => accountGrantId(account.accountId, undefined)),
    ...bought.map((grant) => grant.grantId),
  ];
  // By a range of the index: a period's name follows after a point, which stands just before the slash.
  const { rows } = await sql<{ day: string; up: number; down: number; seconds: number }>`
    select to_char(u.day, 'YYYY-MM-DD') as day, ${bounded(sql`sum(u.input_bytes)`)} as up, ${bounded(sql`sum(u.output_bytes)`)} as down,
      ${bounded(sql`sum(u.online_seconds)`)} as seconds
    from unnest(${ids}::text[]) as mine (id) join usage_days u on u.provider_id = ${customer.providerId}
      and u.day >= ${firstDay}::date and u.grant_id collate "C" >= mine.id and u.grant_id collate "C" < mine.id || '/'
    where u.grant_id = mine.id or u.grant_id like mine.id || '.%'
    group by u.day`.execute(tx);
  return new Map(rows.map((row) => [row.day, { downBytes: row.down, upBytes: row.up, onlineSeconds: row.seconds }]));
}
