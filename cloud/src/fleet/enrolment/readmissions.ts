/**
 * Devices that come back with a new key: the stick with the old one died. The line in the router's settings still has the token by which the
 * site's present device enrolled; it proves nothing any more, because others may have read it. So the device waits until an operator
 * readmits it; then its key takes the place of the old one.
 */
import { shortHash } from "@karibu/protocol/hash";
import { fingerprintOf } from "@karibu/protocol/link/link-keys";
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";

export interface Readmission {
  readonly readmissionId: string;
  /** The device shows the same on its status page. */
  readonly fingerprint: string;
  readonly remoteAddress: string;
  readonly askedAtMs: number;
  readonly lastAskedAtMs: number;
}

interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

const hourMs = 3_600_000;
/** New keys of one site. A person who changes a stick needs one. */
const newKeysPerHourMax = 10;
/** Those that asked last. */
const shownMax = 5;

/** False: too many new keys of this site in an hour. Of a key that asks again only the time is kept. */
export async function noteReadmission(
  tx: Tx,
  { providerId, siteId }: Place,
  asked: {
    readonly publicKey: string;
    readonly tokenHash: string;
    readonly remoteAddress: string;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const { publicKey, tokenHash, remoteAddress, nowMs } = asked;
  const readmissionId = shortHash(publicKey);
  const known = await tx
    .updateTable("readmissions")
    .set({ last_asked_at_ms: nowMs, remote_address: remoteAddress })
    .where("provider_id", "=", providerId)
    .where("site_id", "=", siteId)
    .where("readmission_id", "=", readmissionId)
    .returning("readmission_id")
    .executeTakeFirst();
  if (known !== undefined) return true;
  const { count } = await tx
    .selectFrom("readmissions")
    .select((is) => is.fn.countAll<number>().as("count"))
    .where("provider_id", "=", providerId)
    .where("site_id", "=", siteId)
    .where("asked_at_ms", ">", nowMs - hourMs)
    .executeTakeFirstOrThrow();
  if (Number(count) >= newKeysPerHourMax) return false;
  await tx
    .insertInto("readmissions")
    .values({
      provider_id: providerId,
      site_id: siteId,
      readmission_id: readmissionId,
      public_key: publicKey,
      token_hash: tokenHash,
      remote_address: remoteAddress,
      asked_at_ms: nowMs,
      last_asked_at_ms: nowMs,
    })
    .execute();
  return true;
}

/** The last asked first. */
export async function readReadmissions(tx: Tx, siteId: string): Promise<Readmission[]> {
  const rows = await tx
    .selectFrom("readmissions")
    .selectAll()
    .where("site_id", "=", siteId)
    .orderBy("last_asked_at_ms", "desc")
    .orderBy("readmission_id")
    .limit(shownMax)
    .execute();
  return rows.map((row) => ({
    readmissionId: row.readmission_id,
    fingerprint: fingerprintOf(row.public_key),
    remoteAddress: row.remote_address,
    askedAtMs: row.asked_at_ms,
    lastAskedAtMs: row.last_asked_at_ms,
  }));
}

/** The key and the token of the device. Throws a Problem 404. */
export async function takeReadmission(
  tx: Tx,
  siteId: string,
  readmissionId: string,
): Promise<{ readonly publicKey: string; readonly tokenHash: string }> {
  const row = await tx
    .selectFrom("readmissions")
    .select(["public_key", "token_hash"])
    .where("site_id", "=", siteId)
    .where("readmission_id", "=", readmissionId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("readmission");
  return { publicKey: row.public_key, tokenHash: row.token_hash };
}

export async function dropReadmissions(tx: Tx, { providerId, siteId }: Place): Promise<void> {
  await tx.deleteFrom("readmissions").where("provider_id", "=", providerId).where("site_id", "=", siteId).execute();
}
