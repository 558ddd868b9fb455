/** The rows of payment channels. Every change of them is made here. */

import type { Insertable, Updateable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { ChannelRow, ChannelSettings } from "./channel.ts";

type ChannelId = Pick<ChannelRow, "providerId" | "channelId">;

/** Throws a Problem 404. */
export async function readChannel(tx: Tx, providerId: string, channelId: string, field?: string): Promise<ChannelRow> {
  const row = await findChannel(tx, providerId, channelId);
  if (row === undefined) throw notFound("channel", field);
  return row;
}

export function findChannel(tx: Tx, providerId: string, channelId: string): Promise<ChannelRow | undefined> {
  return select(tx, providerId, channelId).executeTakeFirst();
}

/** Opens a transaction for it. */
export function lookUpChannel(
  database: Database,
  providerId: string,
  channelId: string,
): Promise<ChannelRow | undefined> {
  return database.asProvider(providerId, (tx) => findChannel(tx, providerId, channelId));
}

/** For a change of keys or settings: nobody else changes them meanwhile. Sales do not wait for it. Throws a Problem 404. */
export async function lockChannel(tx: Tx, providerId: string, channelId: string): Promise<ChannelRow> {
  const row = await select(tx, providerId, channelId).forNoKeyUpdate().executeTakeFirst();
  if (row === undefined) throw notFound("channel");
  return row;
}

/** All of a provider, also those that are switched off. */
export const channelsOf = (tx: Tx, providerId: string): Promise<ChannelRow[]> =>
  tx.selectFrom("channels").selectAll().where("providerId", "=", providerId).orderBy("channelId").execute();

export function activeChannels(tx: Tx, providerId: string): Promise<ChannelRow[]> {
  return tx
    .selectFrom("channels")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("active", "=", true)
    .execute();
}

export function insertChannel(
  tx: Tx,
  row: Omit<Insertable<Schema["channels"]>, "settings">,
  settings: ChannelSettings,
): Promise<ChannelRow> {
  return tx
    .insertInto("channels")
    .values({ ...row, settings: json(settings) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export type ChannelChange = Omit<Updateable<Schema["channels"]>, "settings"> & {
  readonly settings?: ChannelSettings;
};

export function setChannel(tx: Tx, id: ChannelId, change: ChannelChange): Promise<ChannelRow> {
  return update(tx, id, change).returningAll().executeTakeFirstOrThrow();
}

/**
 * Notes what a result says of the initiator, where nobody has changed it since `row` was read. It takes no lock that sales
 * would wait for. @returns undefined: it was changed, or it is proved already and `onlyUnproved` was asked for
 */
export function setInitiatorState(
  tx: Tx,
  row: ChannelRow,
  change: ChannelChange,
  onlyUnproved = false,
): Promise<ChannelRow | undefined> {
  return update(tx, row, change)
    .where("initiatorVersion", "=", row.initiatorVersion)
    .where("initiatorCode", row.initiatorCode === null ? "is" : "=", row.initiatorCode)
    .$if(onlyUnproved, (is) => is.where("initiatorProvedAtMs", "is", null))
    .returningAll()
    .executeTakeFirst();
}

/**
 * The channel took a request for money, so its keys fit. Noted once, and only of a request that the present keys made. It takes no lock that sales
 * would wait for longer than this statement's transaction.
 */
export async function noteRequestAccepted(tx: Tx, id: ChannelId, madeAtMs: number, nowMs: number): Promise<void> {
  await update(tx, id, { requestAcceptedAtMs: nowMs })
    .where("requestAcceptedAtMs", "is", null)
    .where("keysEnteredAtMs", "<=", madeAtMs)
    .execute();
}

/** Nothing is known of a new initiator, and results of the one before say nothing about it. */
export const newInitiator = ({ initiatorVersion }: Pick<ChannelRow, "initiatorVersion">) => ({
  initiatorVersion: initiatorVersion + 1,
  initiatorCode: null,
  initiatorProblem: null,
  initiatorProvedAtMs: null,
});

/** Is another channel of these kinds there with this short code? Two requests at once take turns: the second sees the first. */
export async function findShortcode(
  tx: Tx,
  {
    providerId,
    kinds,
    shortcode,
    environment,
  }: {
    readonly providerId: string;
    readonly kinds: readonly string[];
    readonly shortcode: string;
    readonly environment: ChannelRow["environment"];
  },
): Promise<Pick<ChannelRow, "name" | "active"> | undefined> {
  await lockName(tx, `shortcode/${providerId}/${shortcode}`);
  return tx
    .selectFrom("channels")
    .select(["name", "active"])
    .where("providerId", "=", providerId)
    .where("kind", "in", [...kinds])
    .where("shortcode", "=", shortcode)
    .where("environment", "=", environment)
    .orderBy("channelId")
    .executeTakeFirst();
}

function select(tx: Tx, providerId: string, channelId: string) {
  return tx.selectFrom("channels").selectAll().where("providerId", "=", providerId).where("channelId", "=", channelId);
}

function update(tx: Tx, { providerId, channelId }: ChannelId, { settings, ...change }: ChannelChange) {
  return tx
    .updateTable("channels")
    .set({ ...change, ...(settings === undefined ? {} : { settings: json(settings) }) })
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId);
}
