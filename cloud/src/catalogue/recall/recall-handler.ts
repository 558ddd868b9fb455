/**
 * Tells a site that lost its memory what it did before, page by page: started grants first, then leases that it let
 * go of, sales for cash, and its sellers.
 */

import { spentPlaceOf } from "@karibu/protocol/codes/spent-codes";
import { trialPrefix } from "@karibu/protocol/grant-id";
import type { RecalledPage } from "@karibu/protocol/journal/record";
import { recall } from "@karibu/protocol/rpc/recall";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import type { Caller, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { type RecallPlace, readBegun, readHolders, readLongOver } from "./read-begun.ts";
import { readReleased } from "./read-released.ts";
import { readSales, readSellers } from "./read-sold.ts";
import { type BegunGrant, endOf, endsByMac, packEnds, toldGrant } from "./recall-page.ts";

export interface RecallParts {
  readonly world: Pick<World, "clock">;
  readonly database: Database;
  /**
   * Default: as many as fit a frame and a record of the journal. Ends of codes are packed: a page may hold many more of them.
   * `ends`: of the others.
   */
  readonly pageLimits?: { readonly rows: number; readonly grants: number; readonly ends: number };
}

/** A grant takes some 1.5 KB, an end that is not packed 0.1 KB, and a record of the journal at most 128 KB. */
const limitsDefault = { rows: 2000, grants: 40, ends: 400 };
/** A grant with many devices takes more, or a seller who sold much: a page that is longer is cut. Beyond a record's length the hub would never hear that it was told. */
const pageBytesMax = 96 * 1024;
const grantsMark = "grants ";
const releasesMark = "releases ";
const salesMark = "sales ";
const sellersMark = "sellers ";
const sellersRead = 50;

interface Told {
  readonly page: RecalledPage;
  readonly next: string | null;
}
const nothing: RecalledPage = { spent: [], ended: [], grants: [], sales: [], sellers: [] };

export function recallHandler(parts: RecallParts): RpcHandler {
  const limits = parts.pageLimits ?? limitsDefault;
  return serve(recall, async ({ epoch, after, unbegun = [] }, { providerId, siteId }: Caller): Promise<Told> => {
    const place = { providerId, siteId, epoch };
    const nowMs = parts.world.clock.wall().atMs;
    const position = after ?? grantsMark;
    return parts.database.asProvider(providerId, (tx) => {
      if (after === null && unbegun.length > 0) return tellLongOver(tx, place, { grantIds: unbegun, nowMs });
      if (position.startsWith(sellersMark))
        return tellSellers(tx, place, { after: position.slice(sellersMark.length), nowMs });
      if (position.startsWith(salesMark))
        return tellSales(tx, place, { after: position.slice(salesMark.length), limit: limits.grants, nowMs });
      if (position.startsWith(releasesMark))
        return tellReleases(tx, place, { after: position.slice(releasesMark.length), limit: limits.ends });
      return tellGrants(tx, place, { after: position.slice(grantsMark.length), nowMs, limits });
    });
  });
}

async function tellGrants(
  tx: Tx,
  place: RecallPlace,
  { after, nowMs, limits }: { readonly after: string; readonly nowMs: number; readonly limits: typeof limitsDefault },
): Promise<Told> {
  const begun = await readBegun(tx, place, { after, limit: limits.rows, nowMs });
  const ends: (readonly [string, NonNullable<ReturnType<typeof endOf>>])[] = [];
  const going: BegunGrant[] = [];
  let named = 0;
  let last: string | null = null;
  for (const grant of begun) {
    const reason = endOf(grant, nowMs);
    const isNamed = reason !== null && spentPlaceOf(grant.grantId) === null;
    if (reason === null ? going.length >= limits.grants : isNamed && named >= limits.ends) break;
    if (reason === null) going.push(grant);
    else ends.push([grant.grantId, reason]);
    named += Number(isNamed);
    last = grant.grantId;
  }
  const trials = ends.map(([grantId]) => grantId).filter((grantId) => grantId.startsWith(trialPrefix));
  const held = [...going.map(({ grantId }) => grantId), ...trials];
  const holdersOf = await readHolders(tx, place, { grantIds: held, nowMs });
  const grants = going.map((grant) => toldGrant(grant, holdersOf(grant.grantId))).filter((told) => told !== null);
  const byMac = ends.flatMap((end) => endsByMac(end, holdersOf(end[0]).slots));
  const bytes = bytesOf(grants);
  if (bytes > pageBytesMax && going.length > 1)
    return tellGrants(tx, place, { after, nowMs, limits: { ...limits, grants: fitting(going.length, bytes) } });
  const page = { ...nothing, ...packEnds([...ends, ...byMac]), grants };
  const taken = going.length + ends.length;
  if (bytesOf(page) > pageBytesMax && taken > 1)
    return tellGrants(tx, place, { after, nowMs, limits: { ...limits, rows: Math.floor(taken / 2) } });
  const isLast = begun.length < limits.rows && (last === null || last === begun.at(-1)?.grantId);
  return { page, next: isLast ? releasesMark : `${grantsMark}${last}` };
}

/** A page of its own, before all others. */
async function tellLongOver(
  tx: Tx,
  place: RecallPlace,
  page: { readonly grantIds: readonly string[]; readonly nowMs: number },
): Promise<Told> {
  const ended = (await readLongOver(tx, place, page)).map((grantId) => ({ grantId, reason: "expired" as const }));
  return { page: { ...nothing, ended }, next: grantsMark };
}

async function tellReleases(
  tx: Tx,
  place: RecallPlace,
  page: { readonly after: string; readonly limit: number },
): Promise<Told> {
  const ended = [...(await readReleased(tx, place, page))];
  const next = ended.length === page.limit ? `${releasesMark}${ended.at(-1)?.grantId}` : salesMark;
  return { page: { ...nothing, ended }, next };
}

async function tellSales(
  tx: Tx,
  place: RecallPlace,
  page: { readonly after: string; readonly limit: number; readonly nowMs: number },
): Promise<Told> {
  const { sales, last } = await readSales(tx, place, page);
  const bytes = bytesOf(sales);
  if (bytes > pageBytesMax && sales.length > 1)
    return tellSales(tx, place, { ...page, limit: fitting(sales.length, bytes) });
  const next = sales.length === page.limit ? `${salesMark}${last}` : sellersMark;
  return { page: { ...nothing, sales: [...sales] }, next };
}

async function tellSellers(
  tx: Tx,
  place: RecallPlace,
  { after, nowMs }: { readonly after: string; readonly nowMs: number },
): Promise<Told> {
  const read = await readSellers(tx, place, { after, limit: sellersRead, nowMs });
  const sellers: typeof read = [];
  let bytes = 0;
  for (const seller of read) {
    bytes += bytesOf(seller);
    if (bytes > pageBytesMax && sellers.length > 0) break;
    sellers.push(seller);
  }
  const isLast = read.length < sellersRead && sellers.length === read.length;
  return { page: { ...nothing, sellers }, next: isLast ? null : `${sellersMark}${sellers.at(-1)?.sellerId}` };
}

const bytesOf = (told: unknown): number => Buffer.byteLength(JSON.stringify(told));
/** How many of so many, with these bytes, are tried next. */
const fitting = (count: number, bytes: number): number => Math.max(1, Math.floor((0.9 * count * pageBytesMax) / bytes));
