/** What the hub tells of a takeover of customers. */
import { z } from "zod";
import { weaknessOfGiven } from "../../../catalogue/accounts/given-password.ts";
import { weaknesses } from "../../../catalogue/accounts/password-strength.ts";
import { dateOrders } from "../../../ground/lists/date-order.ts";
import { columnFields } from "./customer-columns.ts";
import { type CustomerFile, customerSources, lineProblems } from "./customer-file.ts";
import type { FilePart } from "./file-parts.ts";
import type { CustomersPlan, PlannedLine } from "./plan-customers.ts";

const shownMax = 200;
const count = z.number().int();

const totals = z.object({
  customers: count,
  /** Who is a customer already, or by an earlier line: they get the line. */
  joined: count,
  accounts: count,
  plansMade: count,
  newPasswords: count,
  /** They stay as they are, and are easily guessed: `GET /api/v1/accounts?weakPassword=true` lists them afterwards. */
  weakPasswords: count,
  /** Lines with a date until which they are paid. */
  paid: count,
  /** Running lines with a limit of time online or data, which they get in full again. */
  fullAgain: count.optional(),
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
      /** Its password stays, and is easily guessed; null: it is not, or a new one is made. */
      weakPassword: z.enum(weaknesses).nullable(),
      planId: z.string().nullable(),
      /** Its plan is made: one of `plans`. */
      newPlan: z.string().nullable(),
      siteId: z.string().nullable(),
      paidUntilMs: count.nullable(),
      creditCents: count,
      owesCents: count,
    }),
  ),
  linesNotShown: count,
  /** A long file comes in so many parts; this is the one that was asked for, from 0 on. */
  parts: count,
  part: count,
  /** Plans that are made for the lines, switched off. */
  plans: z.array(
    z.object({
      name: z.string(),
      /** Null: a person has to say it, by `prices`, before anything is done. */
      priceCents: count.nullable(),
      downKbps: count.nullable(),
      upKbps: count.nullable(),
      devices: count,
      lines: count,
    }),
  ),
  errors: z.array(z.object({ line: count, field: z.string(), problem: z.enum(lineProblems) })),
  errorsNotShown: count,
  /** Users of the source who are nobody's subscription: `/api/v1/takeovers` takes them. */
  codes: count,
  /** Columns that say nothing to us. */
  ignored: z.array(z.string()),
  /** Of a CSV file: what each of its columns says, for the person who says otherwise by `mapping`. Null: it is none. */
  columns: z
    .object({
      /** Names the first line of the file. */
      header: z.string(),
      /** `remembered`: chosen before for a file with the same first line. */
      from: z.enum(["chosen", "remembered", "known"]),
      columns: z.array(
        z.object({
          name: z.string(),
          /** The first values that differ; passwords are hidden. */
          samples: z.array(z.string()),
          field: z.enum(columnFields).nullable(),
        }),
      ),
      dateOrder: z.enum(dateOrders).nullable(),
      /** There are dates that are two days, by who reads them. */
      hasTwoWayDates: z.boolean(),
    })
    .nullable(),
  /** Names exactly this plan; null: nothing can be taken over, or a plan has no price yet. */
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

export function previewOf(
  { file, parts, part }: FilePart,
  { lines, errors, plans, totals, seen }: CustomersPlan,
): z.input<typeof customersPreview> {
  return {
    source: file.source,
    totals,
    lines: lines.slice(0, shownMax).map((line) => ({
      line: line.line,
      name: line.name,
      does: line.does,
      username: line.account?.username ?? null,
      weakPassword: weaknessOfLine(line),
      planId: line.account?.planId ?? null,
      newPlan: line.account?.newPlan ?? null,
      siteId: line.account?.siteId ?? null,
      paidUntilMs: line.account?.paidUntilMs ?? null,
      creditCents: line.creditCents,
      owesCents: line.owesCents,
    })),
    linesNotShown: Math.max(0, lines.length - shownMax),
    parts,
    part,
    plans: plans.map(({ name, priceCents, terms: { downKbps, upKbps, devices }, lines: count }) => ({
      ...{ name, priceCents, downKbps, upKbps, devices },
      lines: count,
    })),
    errors: errors.slice(0, shownMax).map((error) => ({ ...error })),
    errorsNotShown: Math.max(0, errors.length - shownMax),
    codes: file.codes,
    ignored: file.ignored.slice(0, shownMax).map((name) => name),
    columns:
      file.columns === null
        ? null
        : {
            ...file.columns,
            columns: file.columns.columns.map((column) => ({ ...column, samples: [...column.samples] })),
          },
    seen: lines.length === 0 || plans.some(({ priceCents }) => priceCents === null) ? null : seen,
  };
}

const weaknessOfLine = ({ account }: PlannedLine) =>
  account === null || account.password === null ? null : weaknessOfGiven(account.username, account.password);

export function viewOf(row: {
  takeoverId: string;
  source: CustomerFile["source"];
  state: "done" | "undone";
  totals: CustomersPlan["totals"];
  doneBy: string;
  doneAtMs: number;
  undoneBy: string | null;
  undoneAtMs: number | null;
}): z.input<typeof customerTakeoverView> {
  return {
    customerTakeoverId: row.takeoverId,
    source: row.source,
    state: row.state,
    totals: row.totals,
    doneBy: row.doneBy,
    doneAtMs: row.doneAtMs,
    undoneBy: row.undoneBy,
    undoneAtMs: row.undoneAtMs,
  };
}
