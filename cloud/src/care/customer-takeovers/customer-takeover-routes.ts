/**
 * `/api/v1/customer-takeovers`: customers, their lines, due dates and credit from another system: tried first, done as it was shown, undone as a whole.
 *
 * It does at once what has permissions of its own: who has not those too is refused, or a file would go round them.
 *
 * Who attacks it: who writes the file (bounds of lines, characters, time and memory in a worker; its texts stay texts); somebody with a manager's
 * open browser, who would give customers credit or lines (a fresh second factor, an entry in the audit, an account of its own in the books); who
 * has one plan looked at and another one done (`seen` names the plan, and the hub makes it again); and who reads passwords: those of the file are
 * kept as sealed NT hashes, new ones are told once, in the answer to who made them.
 */
import { sql } from "kysely";
import { z } from "zod";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { sourceBytesMax, sourceFields } from "../../catalogue/takeover/read-source.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import type { Permission } from "../../ground/http/permissions.ts";
import { Problem } from "../../ground/http/problem.ts";
import { type Route, rawRoute, route } from "../../ground/http/route.ts";
import { csvLine } from "../../ground/lists/csv.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { type CustomerFile, customerSources, lineProblems, ownColumns } from "./customer-file.ts";
import { type DoParts, doTakeover, undoTakeover } from "./do-takeover.ts";
import { type Chosen, type CustomersPlan, type KnownThings, planCustomers } from "./plan-customers.ts";
import type { ReadCustomers } from "./read-customers.ts";
import "./tables.ts";

const shownMax = 200;
const count = z.number().int();
const id = z.string().min(1).max(128);

const totals = z.object({
  customers: count,
  /** Who is a customer already, or by an earlier line: they get the line. */
  joined: count,
  accounts: count,
  newPasswords: count,
  /** Lines with a date until which they are paid. */
  paid: count,
  creditCents: count,
  /** Their debts: owed here from now on. */
  owesCents: count,
  /** Lines that can't come. */
  left: count,
  currency: z.string(),
});

export const customersPreview = z.object({
  source: z.enum(customerSources),
  totals,
  lines: z.array(
    z.object({
      line: count,
      name: z.string(),
      does: z.enum(["make", "join"]),
      username: z.string().nullable(),
      planId: z.string().nullable(),
      siteId: z.string().nullable(),
      paidUntilMs: count.nullable(),
      creditCents: count,
      owesCents: count,
    }),
  ),
  linesNotShown: count,
  errors: z.array(z.object({ line: count, field: z.string(), problem: z.enum(lineProblems) })),
  errorsNotShown: count,
  /** Columns that say nothing to us. */
  ignored: z.array(z.string()),
  /** Names exactly this plan; null: nothing can be taken over. */
  seen: z.string().nullable(),
});

export const customerTakeoverView = z.object({
  customerTakeoverId: z.string(),
  source: z.enum(customerSources),
  state: z.enum(["done", "undone"]),
  totals,
  doneBy: z.string(),
  doneAtMs: count,
  undoneBy: z.string().nullable(),
  undoneAtMs: count.nullable(),
});

const chosen = {
  ...sourceFields,
  /** Where lines of the file log in that name no site. */
  siteId: id,
  /** What lines get that name no plan of here; left out: they stay behind. */
  planId: id.optional(),
  service: z.enum(["pppoe", "hotspot", "any"]).default("pppoe"),
  /** Renewed from credit by itself. */
  autoRenew: z.boolean().default(true),
};

const list = listOf({
  sort: { done: { by: sql.ref("done_at_ms"), kind: "number" } },
  default: "-done",
  tie: [sql.ref("takeover_id")],
  search: [sql.ref("done_by"), sql.ref("source")],
});

export interface CustomerTakeoverParts extends DoParts {
  readonly parties: Parties;
  readonly readCustomers: ReadCustomers;
}

type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

export function customerTakeoverRoutes(parts: CustomerTakeoverParts): Route[] {
  const params = z.object({ customerTakeoverId: id });
  const one = async (tx: Tx, takeoverId: string) =>
    viewOf(
      await tx
        .selectFrom("customer_takeovers")
        .selectAll()
        .where("takeover_id", "=", takeoverId)
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
        "What customers of another system would become here: from CSV (Karibu's own columns, Splynx, UISP, PHPNuxBill), a router's export, a dump of PHPNuxBill, or a site's router. Changes nothing and keeps nothing",
      permission: "takeovers.manage",
      bodyBytesMax: sourceBytesMax,
      body: z.strictObject(chosen),
      response: customersPreview,
      handle: async ({ body, providerId, transact }) => {
        const file = await parts.readCustomers(transact, { ...body, providerId });
        const plan = await transact((tx) => planFor(parts, tx, providerId, file, chosenOf(body)));
        return previewOf(file, plan);
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
      handle: async ({ body, providerId, actor, transact, auditTarget }) => {
        const file = await parts.readCustomers(transact as Transact, { ...body, providerId });
        return transact(async (tx) => {
          await lockProvider(tx, providerId);
          const plan = await planFor(parts, tx, providerId, file, chosenOf(body));
          if (plan.lines.length === 0 || plan.seen !== body.seen)
            throw new Problem(
              409,
              "total-changed",
              "What would be taken over is no longer what was shown: look at it again.",
            );
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
      handle: ({ params: { customerTakeoverId }, providerId, actor, transact }) =>
        transact(async (tx) => {
          const row = await tx
            .selectFrom("customer_takeovers")
            .select("totals")
            .where("takeover_id", "=", customerTakeoverId)
            .executeTakeFirst();
          if (row !== undefined) refuseWithout(actor, row.totals);
          await undoTakeover(parts, tx, { providerId, who: actor.name }, customerTakeoverId);
          return one(tx, customerTakeoverId);
        }),
    }),
  ];
}

/** Throws a Problem 403 "not-allowed". */
function refuseWithout(actor: Pick<Actor, "may">, { accounts, creditCents, owesCents }: CustomersPlan["totals"]): void {
  const needed: readonly Permission[] = [
    "customers.manage",
    ...(accounts > 0 ? (["accounts.manage", "subscriptions.manage"] as const) : []),
    ...(creditCents > 0 || owesCents > 0 ? (["payments.manage"] as const) : []),
  ];
  const missing = needed.find((permission) => !actor.may(permission));
  if (missing !== undefined)
    throw new Problem(403, "not-allowed", `Your role does not have the permission ${missing}.`);
}

const chosenOf = (body: Omit<Chosen, "planId"> & { planId?: string | undefined }): Chosen => ({
  siteId: body.siteId,
  planId: body.planId ?? null,
  service: body.service,
  autoRenew: body.autoRenew,
});

async function planFor(
  { parties }: Pick<CustomerTakeoverParts, "parties">,
  tx: Tx,
  providerId: string,
  file: CustomerFile,
  chosen: Chosen,
): Promise<CustomersPlan> {
  await readSite(tx, chosen.siteId, "siteId");
  if (chosen.planId !== null) await readPlan(tx, chosen.planId, "planId");
  const { currency } = await tx
    .selectFrom("providers")
    .select("currency")
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  const plans = await tx.selectFrom("plans").select(["plan_id", "name"]).where("deleted_at_ms", "is", null).execute();
  const sites = await tx.selectFrom("sites").select(["site_id", "name"]).where("deleted_at_ms", "is", null).execute();
  const accounts = await tx.selectFrom("accounts").select("username").where("deleted_at_ms", "is", null).execute();
  const customers = await tx
    .selectFrom("customers")
    .select(["customer_id", "name", "phone_hash"])
    .where("deleted_at_ms", "is", null)
    .where("phone_hash", "is not", null)
    .execute();
  const credited = await tx
    .selectFrom("customer_takeovers as takeover")
    .innerJoin("customer_takeover_lines as line", (join) =>
      join
        .onRef("line.provider_id", "=", "takeover.provider_id")
        .onRef("line.takeover_id", "=", "takeover.takeover_id"),
    )
    .innerJoin("ledger_postings as posting", (join) =>
      join.onRef("posting.provider_id", "=", "line.provider_id").onRef("posting.entry_id", "=", "line.entry_id"),
    )
    .select("posting.party")
    .where("takeover.state", "=", "done")
    .where("posting.account", "in", ["credit", "debts"])
    .execute();
  const known: KnownThings = {
    country: await countryOfProvider(tx, providerId),
    plans: new Map(plans.map(({ plan_id: planId, name }) => [name.trim().toLowerCase(), { planId, name }])),
    sites: new Map(sites.map(({ site_id, name }) => [name.trim().toLowerCase(), site_id])),
    usernames: new Set(accounts.map(({ username }) => username.toLowerCase())),
    customers: new Map(
      customers.map(({ customer_id: customerId, name, phone_hash }) => [phone_hash as Party, { customerId, name }]),
    ),
    credited: new Set(credited.flatMap(({ party }) => (party === null ? [] : [party as Party]))),
    partyOf: (phone) => parties.ofPhone(providerId, phone),
  };
  return planCustomers(file, known, chosen, currency);
}

function previewOf(
  file: CustomerFile,
  { lines, errors, totals, seen }: CustomersPlan,
): z.input<typeof customersPreview> {
  return {
    source: file.source,
    totals,
    lines: lines.slice(0, shownMax).map((line) => ({
      line: line.line,
      name: line.name,
      does: line.does,
      username: line.account?.username ?? null,
      planId: line.account?.planId ?? null,
      siteId: line.account?.siteId ?? null,
      paidUntilMs: line.account?.paidUntilMs ?? null,
      creditCents: line.creditCents,
      owesCents: line.owesCents,
    })),
    linesNotShown: Math.max(0, lines.length - shownMax),
    errors: errors.slice(0, shownMax).map((error) => ({ ...error })),
    errorsNotShown: Math.max(0, errors.length - shownMax),
    ignored: file.ignored.slice(0, shownMax).map((name) => name),
    seen: lines.length === 0 ? null : seen,
  };
}

function viewOf(row: {
  takeover_id: string;
  source: CustomerFile["source"];
  state: "done" | "undone";
  totals: CustomersPlan["totals"];
  done_by: string;
  done_at_ms: number;
  undone_by: string | null;
  undone_at_ms: number | null;
}): z.input<typeof customerTakeoverView> {
  return {
    customerTakeoverId: row.takeover_id,
    source: row.source,
    state: row.state,
    totals: row.totals,
    doneBy: row.done_by,
    doneAtMs: row.done_at_ms,
    undoneBy: row.undone_by,
    undoneAtMs: row.undone_at_ms,
  };
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
