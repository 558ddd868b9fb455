/**
 * Free trials as the office reads them: who tried what, where, when, and whether they came back. Who attacks it: staff who would learn customers'
 * numbers (they are masked; the device is told to whoever reads sessions, as there). It only reads.
 *
 * Came back: the number has a grant since, or the device a session by a voucher, a purchase or an account. A phone that hides its MAC and gave no
 * number is nobody's: such a trial counts as not converted.
 */

import { trialPrefix } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import { z } from "zod";
import { firstBoughtAtMs, startsNamed } from "../../catalogue/grants/count-starts.ts";
import { firstDeviceOf, firstPaidUseAtMs } from "../../catalogue/sessions/first-use.ts";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { commonHeads } from "../../ground/lists/export-words.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";

export const trialView = z.object({
  /** The grant, as the site names it. */
  trialId: z.string(),
  siteId: z.string(),
  siteName: z.string().nullable(),
  planName: z.string(),
  /** Of a number that was proved. */
  phone: z.string().nullable(),
  /** Null: it never came online, or its person was erased. */
  mac: z.string().nullable(),
  /** A code by SMS proved the number. */
  proved: z.boolean(),
  startedAtMs: z.number().int(),
  endsAtMs: z.number().int().nullable(),
  /** When they bought, or used a voucher or an account; null: not yet. */
  convertedAtMs: z.number().int().nullable(),
});
export const trialFigures = z.object({
  given: z.number().int(),
  proved: z.number().int(),
  converted: z.number().int(),
});

interface TrialRow {
  providerId: string;
  grantId: string;
  siteId: string;
  siteName: string | null;
  planName: string;
  phoneMasked: string | null;
  mac: string | null;
  proved: boolean;
  startedAtMs: number | string;
  endsAtMs: number | string | null;
  convertedAtMs: number | string | null;
}

const list = listOf({
  sort: { started: { by: sql.ref("trial.startedAtMs"), kind: "number" } },
  default: "-started",
  tie: [sql.ref("trial.grantId"), sql.ref("trial.siteId")],
  search: [
    ...[sql.ref("trial.phoneMasked"), sql.ref("trial.mac"), sql.ref("trial.planName")],
    sql.ref("trial.siteName"),
  ],
});
const filters = {
  siteId: z.string().min(1).max(128).optional(),
  converted: z.stringbool().optional(),
  ...spanFields,
};
const listQuery = list.query.extend(filters);

/** Each trial that began, with its device and the first number that was proved for it: who was not let in may have proved another one. */
function trialsOf(
  tx: Tx,
  providerId: string,
  query: Partial<Pick<z.output<typeof listQuery>, "siteId" | "converted" | "fromMs" | "untilMs">>,
) {
  const { siteId, converted } = query;
  const trials = sql<TrialRow>`(
    select s.provider_id, s.grant_id, s.site_id, ${siteNameOf("s")} as site_name, s.plan_name, claim.phone_masked, device.mac, claim.party is not null as proved,
      s.started_at_ms, s.ends_at_ms, least(
        ${firstBoughtAtMs("s", { party: sql`claim.party`, sinceMs: sql`s.started_at_ms` })},
        ${firstPaidUseAtMs("s", { mac: sql`device.mac`, sinceMs: sql`s.started_at_ms` })}) as converted_at_ms
    from ${startsNamed(providerId, trialPrefix)} s
    left join lateral (select c.party, c.phone_masked from trial_claims c where c.provider_id = s.provider_id and c.grant_id = s.grant_id
      and c.site_id = s.site_id order by c.claimed_at_ms, c.party limit 1) claim on true
    left join lateral ${firstDeviceOf("s")} device on true)`;
  return tx
    .selectFrom(trials.as("trial"))
    .selectAll("trial")
    .$if(siteId !== undefined, (is) => is.where("trial.siteId", "=", siteId ?? ""))
    .$if(converted !== undefined, (is) => is.where("trial.convertedAtMs", converted ? "is not" : "is", null))
    .where(within(sql.ref("trial.startedAtMs"), query));
}

const viewOf = (row: TrialRow): z.output<typeof trialView> => ({
  trialId: row.grantId,
  siteId: row.siteId,
  siteName: row.siteName,
  planName: row.planName,
  phone: row.phoneMasked,
  mac: row.mac,
  proved: row.proved,
  startedAtMs: Number(row.startedAtMs),
  endsAtMs: row.endsAtMs === null ? null : Number(row.endsAtMs),
  convertedAtMs: row.convertedAtMs === null ? null : Number(row.convertedAtMs),
});

async function refuseUnknownSite(tx: Tx, { siteId }: { readonly siteId?: string | undefined }): Promise<void> {
  if (siteId !== undefined) await readSite(tx, siteId, "siteId");
}

export function trialRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/trials",
      summary: "Free trials that began, newest first: who, where, and whether they bought since",
      permission: "sessions.read",
      query: listQuery,
      response: pageOf(trialView),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          await refuseUnknownSite(tx, query);
          return list.page(trialsOf(tx, providerId, query), query, viewOf);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/trials/figures",
      summary: "How many free trials began in a time, of how many a number was proved, and how many bought since",
      permission: "sessions.read",
      query: z.object({ q: list.query.shape.q, ...filters }),
      response: trialFigures,
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          await refuseUnknownSite(tx, query);
          const { q } = query;
          // Whoever came back of them: the share of those who did is of all who tried.
          const { converted: _, ...all } = query;
          const found = await trialsOf(tx, providerId, all)
            .$if(q !== undefined, (is) => is.where(list.contains(q ?? "")))
            .clearSelect()
            .select([
              sql<number>`count(*)::int`.as("given"),
              sql<number>`(count(*) filter (where trial.proved))::int`.as("proved"),
              sql<number>`count(trial.converted_at_ms)::int`.as("converted"),
            ])
            .executeTakeFirstOrThrow();
          return { given: found.given, proved: found.proved, converted: found.converted };
        }),
    }),
    exportRoute({
      path: "/api/v1/trials/export",
      summary: "All free trials as CSV or workbook, with the same filters as the list",
      permission: "sessions.read",
      query: listQuery,
      columns: ["startedAtMs", "planName", "siteName", "phone", "mac", "proved", "endsAtMs", "convertedAtMs"],
      words: {
        heads: {
          ...commonHeads,
          startedAtMs: ["Began", "Lilianza"],
          mac: ["Device", "Kifaa"],
          proved: ["Number proved", "Namba imethibitishwa"],
          endsAtMs: ["Ended", "Liliisha"],
          convertedAtMs: ["Came back", "Alirudi"],
        },
      },
      offsetMinutes: offsetOfProvider,
      page: async (tx, query, { providerId }) => {
        await refuseUnknownSite(tx, query);
        return list.page(trialsOf(tx, providerId, query), query, viewOf);
      },
    }),
  ];
}
