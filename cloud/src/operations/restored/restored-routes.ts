/** What a restore undid, and what came back: for the platform over all providers, for a provider its own. */

import { sql } from "kysely";
import { z } from "zod";
import { sitesWithLinks } from "../../fleet/link/site-state.ts";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { newestRestores } from "../../ground/restores/restores.ts";
import { purchasesByGrant } from "../../money/purchases/known-purchases.ts";

const count = z.number().int();
export const restoreView = z.object({
  /** The hub's generation since then. */
  id: z.string(),
  /** What was decided from here ... */
  backUpAtMs: count,
  /** ... until here was lost, where no site held it. */
  restoredAtMs: count,
  sites: z.object({
    /** Sites that a device serves. */
    all: count,
    /** That were connected since. */
    back: count,
    /** That have given back all they hold. */
    done: count,
    /** Rows that sites have yet to give back, as far as they said. */
    rowsLeft: count,
  }),
  rows: z.object({ taken: count, kept: count, gone: count }),
  /** Records of the sites' journals that the back-up did not have. */
  journalRecords: count,
  /** Purchases whose grants came back: `open` ones wait for their channel, a statement or a person. */
  purchases: z.object({ found: count, open: count, failed: count }),
});

export const returnedView = z.object({
  id: z.string(),
  atMs: count,
  siteId: z.string(),
  siteName: z.string().nullable(),
  kind: z.string(),
  /** The batch, the grant, the sale or the voucher. */
  key: z.string(),
  label: z.string(),
  verdict: z.enum(["taken", "kept", "gone"]),
  reason: z.enum([
    "lost",
    "revoked-again",
    "unsigned",
    "older",
    "ended",
    "unknown",
    "no-price",
    "lease-moved",
    "limit",
  ]),
  /** Of a purchase: what is known of its money. Null: it is none, or the purchase did not come back. */
  payment: z.object({ paymentId: z.string(), state: z.string(), amountCents: count, currency: z.string() }).nullable(),
});

const id = sql<string>`returned.kind || ' ' || returned.key || ' ' || returned.site_id`;
const list = listOf({
  sort: { at: { by: sql.ref("returned.atMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("returned.kind"), sql.ref("returned.key"), sql.ref("returned.siteId")],
  search: [sql.ref("returned.label"), sql.ref("returned.key")],
});
const rowsQuery = list.query.extend({ verdict: returnedView.shape.verdict.optional() });

export function restoredRoutes() {
  const response = z.object({ items: z.array(restoreView) });
  return [
    route({
      method: "GET",
      path: "/api/v1/platform/restores",
      summary:
        "Restores from a back-up, newest first: since when until when, and what the sites gave back (platform admin)",
      permission: "platform.read",
      as: "platform",
      response,
      handle: ({ transact }) => transact(async (tx) => ({ items: await readRestores(tx) })),
    }),
    route({
      method: "GET",
      path: "/api/v1/restores",
      summary: "Restores of the hub from a back-up, newest first: since when until when, and what your sites gave back",
      permission: "sites.read",
      response,
      handle: ({ transact }) => transact(async (tx) => ({ items: await readRestores(tx) })),
    }),
    route({
      method: "GET",
      path: "/api/v1/restores/rows",
      summary:
        "What your sites gave back after a restore of the hub, row by row, with what could not be taken back and why",
      permission: "sites.read",
      query: rowsQuery,
      response: pageOf(returnedView),
      handle: ({ query, transact }) => transact((tx) => readRows(tx, query)),
    }),
  ];
}

/** Of the providers that the transaction sees. A hub is restored a few times in its life: ten are plenty. */
async function readRestores(tx: Tx): Promise<z.input<typeof restoreView>[]> {
  const { rows } = await sql<{
    generation: string;
    backUpAtMs: number;
    restoredAtMs: number;
    sitesAll: number;
    sitesBack: number;
    sitesDone: number;
    rowsLeft: number;
    taken: number;
    kept: number;
    gone: number;
    records: number;
    found: number;
    open: number;
    failed: number;
  }>`
    select r.generation, r.back_up_at_ms, r.restored_at_ms, s.*, t.*, p.*
    from ${newestRestores(10)} r
    cross join lateral (
      select count(*) as sites_all, count(*) filter (where site_links.connected_at_ms >= r.restored_at_ms) as sites_back
      -- One whose device is revoked can't come back: nobody waits for it.
      from ${sitesWithLinks} where site_links.site_id is not null and sites.deleted_at_ms is null and agents.revoked_at_ms is null
    ) s
    cross join lateral (
      select count(done_at_ms) as sites_done, coalesce(sum(left_over), 0)::bigint as rows_left, coalesce(sum(taken), 0)::bigint as taken,
        coalesce(sum(kept), 0)::bigint as kept, coalesce(sum(gone), 0)::bigint as gone, coalesce(sum(records), 0)::bigint as records
      from restored_sites where restored_sites.generation = r.generation
    ) t
    cross join lateral (
      select count(*) filter (where i.state in ('paid', 'paid_unreceipted')) as found,
        count(*) filter (where i.state in ('created', 'sending', 'prompted', 'unknown')) as open,
        count(*) filter (where i.state in ('failed', 'reversed', 'disproved', 'moved')) as failed
      from restored_rows w
      join ${purchasesByGrant} i on i.provider_id = w.provider_id and i.grant_id = w.key
      where w.generation = r.generation and w.kind = 'grant' and w.reason = 'lost'
    ) p
    order by r.restored_at_ms desc
  `.execute(tx);
  return rows.map((row) => ({
    id: row.generation,
    backUpAtMs: row.backUpAtMs,
    restoredAtMs: row.restoredAtMs,
    sites: {
      all: Number(row.sitesAll),
      back: Number(row.sitesBack),
      done: Number(row.sitesDone),
      rowsLeft: Number(row.rowsLeft),
    },
    rows: { taken: Number(row.taken), kept: Number(row.kept), gone: Number(row.gone) },
    journalRecords: Number(row.records),
    purchases: { found: Number(row.found), open: Number(row.open), failed: Number(row.failed) },
  }));
}

async function readRows(tx: Tx, query: z.output<typeof rowsQuery>) {
  const selected = tx
    .selectFrom("restored_rows as returned")
    .leftJoin(purchasesByGrant.as("bought"), (on) =>
      on
        .onRef("bought.providerId", "=", "returned.providerId")
        .onRef("bought.grantId", "=", "returned.key")
        .on("returned.kind", "=", "grant"),
    )
    .$if(query.verdict !== undefined, (rows) => rows.where("returned.verdict", "=", query.verdict ?? "taken"))
    .select([
      id.as("id"),
      "returned.atMs",
      "returned.siteId",
      siteNameOf("returned").as("siteName"),
      "returned.kind",
      "returned.key",
      "returned.label",
      "returned.verdict",
      "returned.reason",
      "bought.purchaseId",
      "bought.state as paymentState",
      "bought.amountCents",
      "bought.currency",
    ]);
  return list.page(selected, query, (row) => ({
    id: row.id,
    atMs: row.atMs,
    siteId: row.siteId,
    siteName: row.siteName,
    kind: row.kind,
    key: row.key,
    label: row.label,
    verdict: row.verdict,
    reason: row.reason,
    payment:
      row.purchaseId === null || row.paymentState === null
        ? null
        : {
            paymentId: row.purchaseId,
            state: row.paymentState,
            amountCents: Number(row.amountCents),
            currency: row.currency ?? "",
          },
  }));
}
