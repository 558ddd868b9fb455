/**
 * Between the listing and the switch the old system went on selling: codes began, ended, were deleted. So the router is read once more, and the lists follow
 * it, before the site is told to switch. A code that the router no longer shows is over: nobody can use it twice. Of PHPNuxBill's codes the router shows those
 * that run alone, and tells what they used. Whatever began there has its use with it, and is no sale of ours.
 */
import type { ListedMore } from "@karibu/protocol/feed";
import { listedHash, listedText } from "@karibu/protocol/listed-code";
import type { Terms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { sleep } from "@karibu/protocol/world";
import { sql } from "kysely";
import { changeListed, type ListedChange } from "../../catalogue/vouchers/listed-batches.ts";
import { readListedKey } from "../../catalogue/vouchers/listed-codes.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { ForeignUser } from "./foreign-book.ts";
import { moreOf } from "./listing.ts";
import { readSource } from "./read-source.ts";
import { lockUnswitched, type TakeoverParts, type TakeoverRow } from "./takeovers.ts";

/** So many of a hundred may be missing: Mikhmon deletes what is over. More looks like another router. */
const missingMax = 50;
const appliedMsMax = 20_000;

export interface ListedNow {
  readonly batchId: string;
  readonly serial: number;
  readonly hash: string;
  readonly more: Omit<ListedMore, "at">;
  readonly terms: Terms;
  /** It began or ended here, or is over there. One that staff switched off may be on again. */
  readonly isSettled: boolean;
  /** The device that it was tied to was of somebody who was erased: what the router says of it is not read any more. */
  readonly isMacErased: boolean;
}

export interface Refreshed {
  readonly changes: readonly ListedChange[];
  readonly missing: number;
}

/** Pure. `users`: by the hash of their names. */
export function changesOf(codes: readonly ListedNow[], users: ReadonlyMap<string, ForeignUser>): Refreshed {
  const changes: ListedChange[] = [];
  let missing = 0;
  for (const { batchId, serial, hash, more, terms, isSettled, isMacErased } of codes) {
    if (isSettled) continue;
    const user = users.get(hash);
    if (user === undefined) missing++;
    if (user?.state === "unclear") continue;
    const isOver = user === undefined || user.state === "over" || user.state === "blocked";
    const now = isOver ? null : moreOf(isMacErased ? { ...user, mac: null } : user, terms, user.state === "running");
    const { password: _, ...before } = more;
    if (now === null || canonical(now) !== canonical(before)) changes.push({ batchId, serial, more: now });
  }
  return { changes, missing };
}

/**
 * Of codes whose system is a database: PHPNuxBill makes a user at the router of each customer whose time runs, with the limits of what was bought last. What
 * that user used counts; when it ends the database alone knows. Pure.
 */
function usesOf(codes: readonly ListedNow[], users: ReadonlyMap<string, ForeignUser>): Refreshed {
  const changes = codes.flatMap(({ batchId, serial, hash, more, isSettled }): ListedChange[] => {
    const user = users.get(hash);
    if (isSettled || user === undefined) return [];
    const { usedSeconds, usedBytes } = user;
    const { password: _, ...before } = more;
    const { use = { startedAtMs: null, endsAtMs: null, usedBytes: bytes(0), usedSeconds: seconds(0) } } = before;
    // It stands at the router since it was typed, used or not.
    if (before.use !== undefined && usedSeconds <= use.usedSeconds && usedBytes <= use.usedBytes) return [];
    const now = {
      ...use,
      usedBytes: bytes(Math.max(use.usedBytes, usedBytes)),
      usedSeconds: seconds(Math.max(use.usedSeconds, Math.floor(usedSeconds))),
    };
    return [{ batchId, serial, more: { ...before, use: now } }];
  });
  return { changes, missing: 0 };
}

const canonical = (value: object): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );

/**
 * Throws Problems 429 "too-many-tries", 409 "site-away", "takeover-agent-old", "takeover-state" (somebody else ordered a switch meanwhile) and "switch-refused"
 * (the router shows too few of the codes).
 * @param row as it was before the site said that no user stands aside
 * @param showsOldSystem asks the site whether that is so still: a user who was put aside while the router was read looks like a code that is over
 */
export async function refreshTakeover(
  parts: TakeoverParts,
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  providerId: string,
  row: TakeoverRow,
  showsOldSystem: () => Promise<boolean>,
): Promise<{ readonly changed: number }> {
  const { takeoverId, siteId, utcOffsetMinutes } = row;
  const nowMs = parts.world.clock.wall().atMs;
  const { keyHex, codes } = await transact(async (tx) => ({
    keyHex: (await readListedKey(parts.envelope, tx)) ?? "",
    codes: await readCodesNow(tx, takeoverId),
  }));
  const hashOf = (name: string) => listedHash(keyHex, listedText(name));
  const { changes, missing } = await readChanges();
  // An order of before may have reached the site only now: it goes on with that.
  if (!(await showsOldSystem())) return { changed: 0 };
  const open = codes.filter(({ isSettled }) => !isSettled).length;
  if (missing * 100 > open * missingMax)
    throw refusal("switch-refused", { rule: "codes-shown", value: `${open - missing}/${open}` });
  if (changes.length > 0)
    await transact(async (tx) => {
      await lockUnswitched(tx, row);
      await changeListed(parts, tx, providerId, changes);
    });
  await untilApplied(parts, transact, takeoverId, siteId);
  return { changed: changes.length };

  async function readChanges(): Promise<Refreshed> {
    const from = { providerId, fromSiteId: siteId, utcOffsetMinutes, withSessions: false };
    const { book } = await readSource(parts, transact, from, nowMs);
    const users = new Map<string, ForeignUser>();
    for (const [index, user] of book.users.entries()) {
      if (user.service === "hotspot") {
        const hash = hashOf(user.name);
        const other = users.get(hash);
        // Of two sources: which of them was meant is not known here, and what was listed stays.
        users.set(hash, other === undefined || other.from === user.from ? user : { ...user, state: "unclear" });
      }
      if (index % 500 === 499) await sleep(parts.world.clock, 0);
    }
    return row.source === "phpnuxbill" ? usesOf(codes, users) : changesOf(codes, users);
  }
}

async function readCodesNow(tx: Tx, takeoverId: string): Promise<ListedNow[]> {
  const rows = await tx
    .selectFrom("listed_codes as code")
    .innerJoin("voucher_batches as batch", (join) =>
      join.onRef("batch.providerId", "=", "code.providerId").onRef("batch.batchId", "=", "code.batchId"),
    )
    .leftJoin("voucher_redemptions as used", (join) =>
      join
        .onRef("used.providerId", "=", "code.providerId")
        .onRef("used.batchId", "=", "code.batchId")
        .onRef("used.serial", "=", "code.serial"),
    )
    .leftJoin("voucher_exceptions as exception", (join) =>
      join
        .onRef("exception.providerId", "=", "code.providerId")
        .onRef("exception.batchId", "=", "code.batchId")
        .onRef("exception.serial", "=", "code.serial"),
    )
    .select([
      "code.batchId",
      "code.serial",
      "code.hash",
      "code.more",
      "code.macErased",
      "batch.terms",
      "used.grantId",
      "exception.state",
    ])
    .where("batch.takeoverId", "=", takeoverId)
    .execute();
  return rows.map(({ batchId, grantId, state, macErased: isMacErased, ...row }) => ({
    ...row,
    batchId,
    isMacErased,
    isSettled: grantId !== null || (state !== null && state !== "disabled"),
  }));
}

/** The site must know it before it switches. Throws Problem 409 "site-away" when it does not in time. */
export async function untilApplied(
  { world }: TakeoverParts,
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  takeoverId: string,
  siteId: string,
): Promise<void> {
  const untilMs = world.clock.monotonicMs() + appliedMsMax;
  for (;;) {
    const behind = await transact((tx) =>
      sql<{ scope: string }>`
        select s.scope from feed_scopes s
        join voucher_batches b on b.provider_id = s.provider_id and s.scope = 'batch:' || b.batch_id
        left join feed_applied a on a.provider_id = s.provider_id and a.site_id = ${siteId} and a.scope = s.scope
        where b.takeover_id = ${takeoverId} and coalesce(a.version, 0) < s.version
        limit 1
      `.execute(tx),
    );
    if (behind.rows.length === 0) return;
    if (world.clock.monotonicMs() >= untilMs) throw refusal("site-away", { status: 409, rule: "site-behind" });
    await sleep(world.clock, 250);
  }
}
