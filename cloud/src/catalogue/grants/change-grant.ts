/**
 * Staff change a grant while it runs: more time or data, another speed, a pause. The sum of all changes is one row of the site's feed; the
 * site gives what its grant does not have of it yet, with or without a live link, and a connected one within seconds.
 *
 * Who attacks this: staff who give away what is sold, and somebody with a stolen session. Giving asks for a fresh factor at its routes; each
 * change has a reason and a name, in a log that nobody edits; the sums have limits; and a grant that was taken back (refund, dispute) gets nothing.
 */

import { voucherRefOf } from "@karibu/protocol/grant-id";
import { newId } from "@karibu/protocol/identifiers";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { GrantGift } from "./grant-gift.ts";
import { grantHolder, readGrantLease } from "./held-grant.ts";
import { endAsItStands, readPausedMs } from "./paused-time.ts";

export interface ChangeParts {
  readonly world: World;
  readonly publish: Publish;
  readonly emit: Emit;
}

/** A grant at the site that has it. */
export interface GrantPlace {
  readonly providerId: string;
  readonly siteId: string;
  readonly grantId: string;
}

export interface ChangeCause {
  readonly reason: string;
  readonly userId: string | null;
  /** The gift to many that it is part of; null: it is none's. */
  readonly giftId: string | null;
}

export type GrantChangeRow = Selectable<Schema["grant_changes"]>;

/** What all changes of one grant may add up to: two years, and ten terabytes. */
const givenMax = { seconds: 731 * 86_400, dataBytes: 10 ** 13 } as const;
/** As its site keeps what ended. */
const keptAfterEndMs = 30 * 86_400_000;

/** Throws a Problem: 404, or 409 `grant-over`, `grant-elsewhere`, `gift-too-large`. */
export async function giveGrant(
  parts: ChangeParts,
  tx: Tx,
  place: GrantPlace,
  gift: GrantGift,
  cause: ChangeCause,
): Promise<GrantChangeRow> {
  await refuseOver(parts, tx, place);
  const before = await readChange(tx, place);
  const row: GrantChangeRow = {
    ...before,
    seconds: before.seconds + (gift.seconds ?? 0),
    useSeconds: before.useSeconds + (gift.useSeconds ?? 0),
    dataBytes: before.dataBytes + (gift.dataBytes ?? 0),
    downKbps: gift.downKbps ?? before.downKbps,
    upKbps: gift.upKbps ?? before.upKbps,
    devices: gift.devices ?? before.devices,
  };
  if (Math.max(row.seconds, row.useSeconds) > givenMax.seconds || row.dataBytes > givenMax.dataBytes)
    throw refusal("gift-too-large");
  await keep(parts, tx, place, row, { kind: "given", what: gift, cause, moreSeconds: gift.seconds ?? 0 });
  return row;
}

/** Calendar time that passes meanwhile is given back when it goes on. Throws a Problem: 404, 409 `grant-over`, `grant-paused`. */
export async function pauseGrant(
  parts: ChangeParts,
  tx: Tx,
  place: GrantPlace,
  cause: ChangeCause,
): Promise<GrantChangeRow> {
  await refuseOver(parts, tx, place);
  const before = await readChange(tx, place);
  if (before.pausedAtMs !== null) throw refusal("grant-paused");
  const row = { ...before, pausedAtMs: parts.world.clock.wall().atMs, pausedReason: cause.reason };
  await keep(parts, tx, place, row, { kind: "paused", what: {}, cause, moreSeconds: 0 });
  return row;
}

/** Throws a Problem: 409 `grant-not-paused`. */
export async function resumeGrant(
  parts: ChangeParts,
  tx: Tx,
  place: GrantPlace,
  cause: ChangeCause,
): Promise<GrantChangeRow> {
  // In the order of gifts and pauses: its start, then its sums.
  const start = await readStart(tx, place);
  const before = await readChange(tx, place);
  if (before.pausedAtMs === null) throw refusal("grant-not-paused");
  const nowMs = parts.world.clock.wall().atMs;
  const pausedMs = await readPausedMs(tx, place, start, { pausedAtMs: before.pausedAtMs, nowMs });
  const moreSeconds = Math.min(Math.floor(pausedMs / 1000), Math.max(0, givenMax.seconds - before.seconds));
  const row = { ...before, seconds: before.seconds + moreSeconds, pausedAtMs: null, pausedReason: null };
  await keep(parts, tx, place, row, { kind: "resumed", what: { seconds: moreSeconds }, cause, moreSeconds });
  return row;
}

/** An outage gave it, too. What was given to one whose lease has moved since went with it, and is taken off nowhere. */
export async function takeOffTime(parts: ChangeParts, tx: Tx, place: GrantPlace, tooMuch: number): Promise<void> {
  const before = await readChange(tx, place);
  const less = Math.min(tooMuch, before.seconds);
  if (less === 0) return;
  const row = { ...before, seconds: before.seconds - less };
  const cause = { reason: "", userId: null, giftId: null };
  await keep(parts, tx, place, row, { kind: "taken-off", what: { seconds: less }, cause, moreSeconds: -less });
}

/** Its sums; all 0, where nothing was changed. Holds the row's lock. */
export async function readChange(tx: Tx, { providerId, siteId, grantId }: GrantPlace): Promise<GrantChangeRow> {
  const row = await tx
    .selectFrom("grant_changes")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("grantId", "=", grantId)
    .forUpdate()
    .executeTakeFirst();
  const nothing = { seconds: 0, useSeconds: 0, dataBytes: 0, downKbps: null, upKbps: null, devices: null };
  return (
    row ?? {
      providerId,
      siteId,
      grantId,
      ...nothing,
      pausedAtMs: null,
      pausedReason: null,
      changedAtMs: 0,
    }
  );
}

async function readStart(tx: Tx, { providerId, siteId, grantId }: GrantPlace) {
  const row = await tx
    .selectFrom("grant_starts")
    .select(["startedAtMs", "endsAtMs", "retiredAtMs", endAsItStands("grant_starts").as("overAtMs")])
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("grantId", "=", grantId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** A grant that this site does not have, that was taken back, or that is long over: its site has forgotten it. */
async function refuseOver({ world }: ChangeParts, tx: Tx, place: GrantPlace): Promise<void> {
  const { providerId, siteId, grantId } = place;
  const bought = await tx
    .selectFrom("grants")
    .select(["grantId", "siteId", "revokedAtMs", "retiredAtMs"])
    .where("providerId", "=", providerId)
    .where("grantId", "=", grantId.split(".")[0] ?? "")
    .forUpdate()
    .executeTakeFirst();
  const start = await readStart(tx, place);
  if (bought === undefined && start === null) throw notFound("grant");
  const elsewhere = () => refusal("grant-elsewhere");
  if (await voucherIsElsewhere(tx, place)) throw elsewhere();
  const over = () => refusal("grant-over");
  if (bought !== undefined) {
    const holder = grantHolder(bought, await readGrantLease(tx, bought.grantId));
    if (holder.siteId !== siteId || holder.leaseId !== grantId) {
      if (start === null && bought.siteId !== siteId) throw notFound("grant");
      throw elsewhere();
    }
    if (bought.revokedAtMs !== null || bought.retiredAtMs !== null) throw over();
  }
  const isForgotten = start?.overAtMs != null && start.overAtMs + keptAfterEndMs <= world.clock.wall().atMs;
  if (start?.retiredAtMs != null || isForgotten) throw over();
}

/** The batches of these grants' vouchers; before anything is told to a site, which whoever disables a batch does after it has its row. */
export async function holdBatches(tx: Tx, providerId: string, grantIds: readonly string[]): Promise<void> {
  const batchIds = new Set(grantIds.flatMap((grantId) => voucherRefOf(grantId)?.batchId ?? []));
  if (batchIds.size === 0) return;
  await tx
    .selectFrom("voucher_batches")
    .select("batchId")
    .where("providerId", "=", providerId)
    .where("batchId", "in", [...batchIds])
    .orderBy("batchId")
    .forShare()
    .execute();
}

/**
 * Its lease moved on: what is changed where it began changes nothing. One that moves at this moment is waited for, and moves no more until the
 * change is there to go with it.
 */
async function voucherIsElsewhere(tx: Tx, { providerId, siteId, grantId }: GrantPlace): Promise<boolean> {
  const voucher = voucherRefOf(grantId);
  if (voucher === null) return false;
  // As the intake of first uses does, which has locked their starts, too: so neither waits for the other in a circle.
  await holdBatches(tx, providerId, [grantId]);
  const lease = await tx
    .selectFrom("voucher_leases")
    .select("siteId")
    .where("providerId", "=", providerId)
    .where("batchId", "=", voucher.batchId)
    .where("serial", "=", voucher.serial)
    .executeTakeFirst();
  return lease !== undefined && lease.siteId !== siteId;
}

async function keep(
  { world, publish, emit }: ChangeParts,
  tx: Tx,
  place: GrantPlace,
  row: GrantChangeRow,
  {
    kind,
    what,
    cause,
    moreSeconds,
  }: {
    readonly kind: Schema["grant_change_log"]["kind"];
    readonly what: GrantGift;
    readonly cause: ChangeCause;
    readonly moreSeconds: number;
  },
): Promise<void> {
  const { providerId, siteId, grantId } = place;
  const nowMs = world.clock.wall().atMs;
  const { providerId: _, siteId: _site, grantId: _grant, ...sums } = { ...row, changedAtMs: nowMs };
  await tx
    .insertInto("grant_changes")
    .values({ ...row, changedAtMs: nowMs })
    .onConflict((on) => on.columns(["providerId", "siteId", "grantId"]).doUpdateSet(sums))
    .execute();
  await tx
    .insertInto("grant_change_log")
    .values({
      providerId,
      changeId: newId(world),
      siteId,
      grantId,
      kind,
      what: json(what),
      reason: cause.reason,
      changedBy: cause.userId,
      giftId: cause.giftId,
      atMs: nowMs,
    })
    .execute();
  if (moreSeconds !== 0)
    await tx
      .updateTable("grant_starts")
      .set({
        endsAtMs: sql`ends_at_ms + ${moreSeconds * 1000}::bigint`,
        validUntilMs: sql`valid_until_ms + ${moreSeconds * 1000}::bigint`,
        uncutEndsAtMs: sql`uncut_ends_at_ms + ${moreSeconds * 1000}::bigint`,
      })
      .where("providerId", "=", providerId)
      .where("siteId", "=", siteId)
      .where("grantId", "=", grantId)
      .execute();
  await tellChange(publish, tx, place, { ...row, changedAtMs: nowMs });
  await emit(tx, providerId, { topic: "grant", id: grantId, action: kind });
}

/** The site's row of it. */
export async function tellChange(
  publish: Publish,
  tx: Tx,
  { providerId, siteId, grantId }: GrantPlace,
  row: GrantChangeRow,
): Promise<void> {
  await publish(tx, {
    providerId,
    target: { scope: "site", siteId },
    kind: "grant-change",
    key: grantId,
    body: {
      grantId,
      seconds: seconds(row.seconds),
      useSeconds: seconds(row.useSeconds),
      dataBytes: bytes(row.dataBytes),
      ...(row.downKbps === null ? {} : { downKbps: kbps(row.downKbps) }),
      ...(row.upKbps === null ? {} : { upKbps: kbps(row.upKbps) }),
      ...(row.devices === null ? {} : { devices: row.devices }),
      ...(row.pausedAtMs === null
        ? {}
        : { paused: { reason: row.pausedReason ?? "", stillSinceMs: unixMs(row.pausedAtMs) } }),
      changedAtMs: unixMs(row.changedAtMs),
    },
  });
}
