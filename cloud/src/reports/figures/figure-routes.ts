/**
 * `/api/v1/reports/figures` and `/api/v1/reports/file`: a report as figures, as CSV and as PDF; and the same of one's own sales for who sells.
 * Who attacks: staff who may not see the business's figures, and sellers who want to see another's. The first stops at the permission; the second
 * can't ask: the seller of one's own report is who is logged in, never a parameter. Rows are those of the provider by row-level security. What
 * comes from customers and routers (names) is text in every form: `csv.ts` marks formulas, the page writes text nodes.
 */

import { reportNames } from "@karibu/protocol/report-names";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { reportDay } from "../../ground/http/report-day.ts";
import { type Call, rawRoute, route } from "../../ground/http/route.ts";
import { fileLanguages } from "../../ground/lists/export-words.ts";
import { madeInTurn } from "../../ground/lists/made-in-turn.ts";
import { readLook } from "../../money/documents/document-pdf.ts";
import type { AccountOwners } from "../../money/ledger/names-in-books.ts";
import { readTaxSettings } from "../../money/tax/tax-settings.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { askRebuild } from "../roll-ups/keep-roll-ups.ts";
import { rebuildPercent } from "../roll-ups/rebuild.ts";
import { reportView, reportWays } from "./report.ts";
import { reportCsv } from "./report-csv.ts";
import { readReport, reportKinds, type Told } from "./report-list.ts";
import { type Look, reportPdf } from "./report-pdf.ts";

const fields = {
  by: z.enum(reportWays).optional(),
  /** In the provider's time zone, both included. Left out: as usual for the report. */
  fromDay: reportDay.optional(),
  untilDay: reportDay.optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  language: z.enum(fileLanguages).optional(),
};
const asFile = { format: z.enum(["csv", "pdf"]) };
const query = z.object({ report: z.enum(reportNames), ...fields });
const ownQuery = z.object(fields);

type Asking = Pick<Call<unknown, unknown, unknown>, "providerId" | "transact" | "actor">;

export function figureRoutes(world: World, accountOwners: readonly AccountOwners[]) {
  const read = ({ providerId, transact, actor }: Asking, wish: z.output<typeof query>, sellerId: string | null) => {
    const { needs } = reportKinds[wish.report];
    if (needs !== undefined && !actor.may(needs))
      throw refusal("forbidden", { rule: "permission-missing", value: needs });
    const nowMs = world.clock.wall().atMs;
    return transact((tx) => readReport(tx, { providerId, nowMs, sellerId, accountOwners }, wish));
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/reports/figures",
      summary: "A report: its picture, its table, and what one must know of them",
      permission: "reports.read",
      query,
      response: reportView,
      handle: async (call) => viewOf(await read(call, call.query, null)),
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/reports/file",
      summary: "A report as CSV or PDF, in English or Swahili",
      permission: "reports.read",
      query: query.extend(asFile),
      produces: "text/csv",
      respond: async (call, _request, response) => {
        const told = await read(call, call.query, null);
        await answer(response, call, told, call.query.format);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/own-revenue/figures",
      summary: "What one has sold over the counter, as a report",
      permission: "payments.sell",
      query: ownQuery,
      response: reportView,
      handle: async (call) => viewOf(await read(call, { ...call.query, report: "revenue" }, call.actor.userId)),
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/own-revenue/file",
      summary: "The same as CSV or PDF",
      permission: "payments.sell",
      query: ownQuery.extend(asFile),
      produces: "text/csv",
      respond: async (call, _request, response) => {
        const told = await read(call, { ...call.query, report: "revenue" }, call.actor.userId);
        await answer(response, call, told, call.query.format);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/reports/rebuild",
      summary: "How far the counting of all figures anew is",
      permission: "reports.read",
      response: z.object({
        /** Null: nothing is being counted anew. */
        percent: z.int().nullable(),
      }),
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          const today = new Date(world.clock.wall().atMs).toISOString().slice(0, 10);
          return { percent: await rebuildPercent(tx, providerId, today) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/reports/rebuild",
      summary: "Count all figures of the reports anew from the books, sessions and traffic",
      permission: "settings.manage",
      body: null,
      status: 202,
      response: z.object({ queued: z.boolean() }),
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          if (!(await askRebuild(tx, providerId, world.clock.wall().atMs))) throw refusal("counted-just-now");
          return { queued: true };
        }),
    }),
  ];
}

function viewOf(told: Told): z.input<typeof reportView> {
  const { asked, report, title, ways, hasDays, chart, columns, rows, total, links = [], notes } = told;
  return {
    report,
    title,
    by: asked.by,
    ways: [...ways],
    hasDays,
    fromDay: asked.fromDay,
    untilDay: asked.untilDay,
    currency: asked.currency,
    chart: chart as z.input<typeof reportView>["chart"],
    columns: [...columns],
    rows: rows.map((row) => [...row]),
    total: total === null ? null : [...total],
    links: [...links],
    notes: [...notes],
  };
}

async function answer(
  response: Parameters<ReturnType<typeof rawRoute>["run"]>[2],
  { providerId, transact }: Asking,
  told: Told,
  format: "csv" | "pdf",
): Promise<void> {
  const name = `${told.report}-${told.asked.fromDay}-${told.asked.untilDay}.${format}`;
  const pdf = async () =>
    reportPdf([told], await transact((tx) => readReportLook(tx, providerId), { holdsOthersUp: true }));
  const file = format === "csv" ? reportCsv(told) : await madeInTurn(providerId, pdf);
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Content-Disposition", `attachment; filename="${name}"`);
  response.type(format === "csv" ? "text/csv; charset=utf-8" : "application/pdf").end(file);
}

/** Names and brand as on the provider's documents. */
export async function readReportLook(tx: Tx, providerId: string): Promise<Look> {
  const { brand } = await readLook(tx, providerId);
  const { legalName, taxPin, address, vatRegistered } = await readTaxSettings(tx, providerId);
  const { name, supportPhone: phone } = await readProviderRow(tx, providerId);
  return { seller: { name: legalName ?? name, taxPin, address, phone, vatRegistered }, brand };
}
