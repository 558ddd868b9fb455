/**
 * `/api/v1/customer-takeovers`: customers, their lines, due dates and credit from another system: tried first, done as it was shown, undone as a whole.
 *
 * It does at once what has permissions of its own: who has not those too is refused, or a file would go round them.
 *
 * Who attacks it: who writes the file (bounds of lines, characters, time and memory in a worker; its texts stay texts); somebody with a manager's
 * open browser, who would give customers credit or lines (a fresh second factor, an entry in the audit, an account of its own in the books); who
 * has one plan looked at and another one done (`seen` names the plan, and the hub makes it again); who chooses columns wrongly for a colleague's next file
 * (the preview names a remembered choice and shows what comes of it, and only that is done); and who reads passwords: those of the file are kept as sealed NT
 * hashes and hidden among a column's values, new ones are told once, in the answer to who made them.
 */
import { sql } from "kysely";
import { z } from "zod";
import { readPlan } from "../../../catalogue/plans/plans.ts";
import { readSite } from "../../../fleet/sites/sites.ts";
import type { Parties, Party } from "../../../ground/amounts/parties.ts";
import type { Tx } from "../../../ground/db/database.ts";
import type { Actor } from "../../../ground/http/actor.ts";
import type { Permission } from "../../../ground/http/permissions.ts";
import { refusal } from "../../../ground/http/problem.ts";
import { rawRoute, route } from "../../../ground/http/route.ts";
import { csvLine } from "../../../ground/lists/csv.ts";
import { type DateOrder, dateOrders } from "../../../ground/lists/date-order.ts";
import { listOf } from "../../../ground/lists/list.ts";
import { pageOf } from "../../../ground/lists/page.ts";
import { lockProvider } from "../../../tenancy/providers/lock-provider.ts";
import { countryOfProvider, currencyOfProvider } from "../../../tenancy/providers/provider-country.ts";
import { sourceBytesMax, sourceFields } from "../read-source.ts";
import { rememberChoice } from "./column-choices.ts";
import { type ColumnField, columnFields, ownColumns } from "./customer-columns.ts";
import { type CustomerFile, customerFileBounds } from "./customer-file.ts";
import { type DoParts, doTakeover, undoTakeover } from "./do-takeover.ts";
import { partOfFile } from "./file-parts.ts";
import {
  type Chosen,
  type CustomersPlan,
  isLimitedBy,
  type KnownThings,
  plainName,
  planCustomers,
} from "./plan-customers.ts";
import type { ReadCustomers } from "./read-customers.ts";
import { customersPreview, customerTakeoverView, previewOf, viewOf } from "./takeover-views.ts";

const id = z.string().min(1).max(128);

const chosen = {
  ...sourceFields,
  /** What each column of a CSV file says, in the order of the file; null leaves it out. Left out: as remembered, or as the names tell. */
  mapping: z.array(z.enum(columnFields).nullable()).min(1).max(customerFileBounds.columns).optional(),
  /** Of dates as 05/12/2026. Left out: as remembered, or as other dates of the file tell. */
  dateOrder: z.enum(dateOrders).optional(),
  /** Where lines of the file log in that name no site. */
  siteId: id,
  /** What lines get that name no plan of here; left out: they stay behind. */
  planId: id.optional(),
  service: z.enum(["pppoe", "hotspot", "any"]).default("pppoe"),
  /** Renewed from credit by itself. */
  autoRenew: z.boolean().default(true),
  /** Lines of a router or a database whose password is not told get a new one. Left out: they stay behind. */
  newPasswords: z.boolean().default(false),
  /** A file of more than 1,000 lines comes in parts: which one, from 0 on. */
  part: z.int().min(0).max(1000).default(0),
  /** Of plans that are made, by the name that the preview shows. */
  prices: z.record(z.string().max(200), z.int().min(0).max(1e11)).default({}),
};

const list = listOf({
  sort: { done: { by: sql.ref("doneAtMs"), kind: "number" } },
  default: "-done",
  tie: [sql.ref("takeoverId")],
  search: [sql.ref("doneBy"), sql.ref("source")],
});

export interface CustomerTakeoverParts extends DoParts {
  readonly parties: Parties;
  readonly readCustomers: ReadCustomers;
}

type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

export function customerTakeoverRoutes(parts: CustomerTakeoverParts) {
  const params = z.object({ customerTakeoverId: id });
  const one = async (tx: Tx, takeoverId: string) =>
    viewOf(
      await tx
        .selectFrom("customer_takeovers")
        .selectAll()
        .where("takeoverId", "=", takeoverId)
        .executeTakeFirstOrThrow(),
    );
  return [
    rawRoute({
      method: "GET",
      path: "/api/v1/customer-takeovers/example",
      summary: "A CSV file with the columns of a takeover of customers, and two lines as an example",
      permission: "takeovers.manage",
      produces: "text/csv",
      respond: async (_call, _request, response) => {
        response.setHeader("Content-Type", "text/csv; charset=utf-8");
        response.setHeader("Content-Disposition", 'attachment; filename="customers.csv"');
        response.end(exampleFile());
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customer-takeovers/preview",
      summary:
        "What customers of another system would become here: from any CSV (its columns are known, remembered or chosen by `mapping`), a router's export, a database of PHPNuxBill or FreeRADIUS, or a site's router. Changes nothing; keeps the choice of columns alone",
      permission: "takeovers.manage",
      bodyBytesMax: sourceBytesMax,
      body: z.strictObject(chosen),
      response: customersPreview,
      handle: async ({ body, providerId, transact }) => {
        const whole = await parts.readCustomers(transact, { ...body, chosen: columnsChosen(body), providerId });
        const share = partOfFile(whole, body.part);
        const plan = await transact(async (tx) => {
          await keepChoice(parts, tx, providerId, whole, body);
          return planFor(parts, tx, providerId, share.file, chosenOf(body));
        });
        return previewOf(share, plan);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customer-takeovers",
      summary:
        "Take the customers over as the preview showed: all lines that can come, in one go. New passwords are told in this answer only",
      permission: "takeovers.manage",
      freshFactor: true,
      needsKey: true,
      bodyBytesMax: sourceBytesMax,
      body: z.strictObject({ ...chosen, seen: z.string().length(64) }),
      status: 201,
      response: customerTakeoverView.extend({
        passwords: z.array(z.object({ username: z.string(), password: z.string() })),
      }),
      handle: async ({ body, providerId, actor, transact, transactOnce, auditTarget }) => {
        const from = { ...body, chosen: columnsChosen(body), providerId };
        const { file } = partOfFile(await parts.readCustomers(transact as Transact, from), body.part);
        // With its answer: a password that only an answer tells is lost with it.
        return transactOnce(async (tx) => {
          await lockProvider(tx, providerId);
          const plan = await planFor(parts, tx, providerId, file, chosenOf(body));
          const unpriced = plan.plans.find(({ priceCents }) => priceCents === null);
          if (unpriced !== undefined) throw refusal("plan-without-price", { field: "prices", value: unpriced.name });
          if (plan.lines.length === 0 || plan.seen !== body.seen) throw refusal("total-changed");
          refuseWithout(actor, plan.totals);
          const by = { providerId, who: actor.name };
          const done = await doTakeover(parts, tx, by, { source: file.source, plan, chosen: chosenOf(body) });
          auditTarget(done.takeoverId);
          return { ...(await one(tx, done.takeoverId)), passwords: [...done.passwords] };
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customer-takeovers",
      summary: "Takeovers of customers, newest first",
      permission: "takeovers.manage",
      query: list.query,
      response: pageOf(customerTakeoverView),
      handle: ({ query, transact }) =>
        transact((tx) => list.page(tx.selectFrom("customer_takeovers").selectAll(), query, viewOf)),
    }),
    route({
      method: "POST",
      path: "/api/v1/customer-takeovers/{customerTakeoverId}/undo",
      summary:
        "Undo a takeover of customers as a whole: its lines end, its customers go, the books get the opposite entries. Refused once something was built on it",
      permission: "takeovers.manage",
      freshFactor: true,
      needsKey: true,
      params,
      body: null,
      response: customerTakeoverView,
      handle: ({ params: { customerTakeoverId }, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await tx
            .selectFrom("customer_takeovers")
            .select("totals")
            .where("takeoverId", "=", customerTakeoverId)
            .executeTakeFirst();
          if (row !== undefined) refuseWithout(actor, row.totals);
          await undoTakeover(parts, tx, { providerId, who: actor.name }, customerTakeoverId);
          return one(tx, customerTakeoverId);
        }),
    }),
  ];
}

/** Throws a Problem 403 "not-allowed". */
function refuseWithout(
  actor: Pick<Actor, "may">,
  { accounts, plansMade, creditCents, owesCents }: CustomersPlan["totals"],
): void {
  const needed: readonly Permission[] = [
    "customers.manage",
    ...(accounts > 0 ? (["accounts.manage", "subscriptions.manage"] as const) : []),
    ...(plansMade > 0 ? (["plans.manage"] as const) : []),
    ...(creditCents > 0 || owesCents > 0 ? (["payments.manage"] as const) : []),
  ];
  const missing = needed.find((permission) => !actor.may(permission));
  if (missing !== undefined) throw refusal("not-allowed", { rule: "permission-missing", value: missing });
}

const chosenOf = (body: Omit<Chosen, "planId"> & { planId?: string | undefined }): Chosen => ({
  siteId: body.siteId,
  planId: body.planId ?? null,
  service: body.service,
  autoRenew: body.autoRenew,
  newPasswords: body.newPasswords,
  prices: body.prices,
});

type ColumnsOfBody = { mapping?: readonly (ColumnField | null)[] | undefined; dateOrder?: DateOrder | undefined };

const columnsChosen = ({ mapping, dateOrder }: ColumnsOfBody) => ({
  columns: mapping ?? null,
  dateOrder: dateOrder ?? null,
});

/** A choice that is wrong in itself (a column twice, no name) is not kept. */
async function keepChoice(
  { world }: Pick<CustomerTakeoverParts, "world">,
  tx: Tx,
  providerId: string,
  { columns, errors }: CustomerFile,
  { mapping, dateOrder }: ColumnsOfBody,
): Promise<void> {
  if (columns === null || (mapping === undefined && dateOrder === undefined)) return;
  if (errors.some(({ line }) => line === 1)) return;
  const of = { providerId, header: columns.header, nowMs: world.clock.wall().atMs };
  await rememberChoice(tx, of, { columns: columns.columns.map(({ field }) => field), dateOrder: dateOrder ?? null });
}

async function planFor(
  { parties, world }: Pick<CustomerTakeoverParts, "parties" | "world">,
  tx: Tx,
  providerId: string,
  file: CustomerFile,
  chosen: Chosen,
): Promise<CustomersPlan> {
  await readSite(tx, chosen.siteId, "siteId");
  if (chosen.planId !== null) await readPlan(tx, chosen.planId, "planId");
  const currency = await currencyOfProvider(tx, providerId);
  const plans = await tx
    .selectFrom("plans")
    .select(["planId", "name", "terms"])
    .where("deletedAtMs", "is", null)
    .execute();
  const sites = await tx.selectFrom("sites").select(["siteId", "name"]).where("deletedAtMs", "is", null).execute();
  const accounts = await tx.selectFrom("accounts").select("username").where("deletedAtMs", "is", null).execute();
  const places = await tx
    .selectFrom("account_sites")
    .select(["siteId", "staticAddress"])
    .where("staticAddress", "is not", null)
    .execute();
  const customers = await tx
    .selectFrom("customers")
    .select(["customerId", "name", "phoneHash"])
    .where("deletedAtMs", "is", null)
    .execute();
  const withPhone = customers.filter(({ phoneHash }) => phoneHash !== null);
  const credited = await tx
    .selectFrom("customer_takeovers as takeover")
    .innerJoin("customer_takeover_lines as line", (join) =>
      join.onRef("line.providerId", "=", "takeover.providerId").onRef("line.takeoverId", "=", "takeover.takeoverId"),
    )
    .innerJoin("ledger_postings as posting", (join) =>
      join.onRef("posting.providerId", "=", "line.providerId").onRef("posting.entryId", "=", "line.entryId"),
    )
    .select("posting.party")
    .where("takeover.state", "=", "done")
    .where("posting.account", "in", ["credit", "debts"])
    .execute();
  const known: KnownThings = {
    country: await countryOfProvider(tx, providerId),
    nowMs: world.clock.wall().atMs,
    plans: new Map(
      plans.map(({ planId, name, terms }) => [
        name.trim().toLowerCase(),
        { planId, name, isLimited: isLimitedBy(terms) },
      ]),
    ),
    sites: new Map(sites.map(({ siteId, name }) => [name.trim().toLowerCase(), siteId])),
    usernames: new Set(accounts.map(({ username }) => username.toLowerCase())),
    addresses: new Set(places.map(({ siteId, staticAddress: address }) => `${siteId} ${address}`)),
    customers: new Map(withPhone.map(({ customerId, name, phoneHash }) => [phoneHash as Party, { customerId, name }])),
    phoneless: new Set(customers.flatMap(({ name, phoneHash }) => (phoneHash === null ? plainName(name) : []))),
    credited: new Set(credited.flatMap(({ party }) => (party === null ? [] : [party as Party]))),
    partyOf: (phone) => parties.ofPhone(providerId, phone),
  };
  return planCustomers(file, known, chosen, currency);
}

/** A phone without its plus sign is no formula to a spreadsheet, and keeps its zero where it is a text. */
function exampleFile(): string {
  const lines: readonly (readonly string[])[] = [
    ["Achieng Otieno", "254711000001", "achieng@example.com", "The blue gate", "1001", "achieng.home", "her-password"],
    ["Barasa Wekesa", "254711000002", "", "", "1002", "barasa.home", ""],
  ];
  const rest = [
    ["pppoe", "Home 10", "", "2026-12-01", "1250.00", "yes"],
    ["pppoe", "Home 10", "", "2026-11-15 14:30", "0", "no"],
  ];
  return [ownColumns, ...lines.map((line, at) => [...line, ...(rest[at] ?? [])])].map(csvLine).join("");
}
