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
    .set({ lastAskedAtMs: nowMs, remoteAddress })
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("readmissionId", "=", readmissionId)
    .returning("readmissionId")
    .executeTakeFirst();
  if (known !== undefined) return true;
  const { count } = await tx
    .selectFrom("readmissions")
    .select((is) => is.fn.countAll<number>().as("count"))
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("askedAtMs", ">", nowMs - hourMs)
    .executeTakeFirstOrThrow();
  if (Number(count) >= newKeysPerHourMax) return false;
  await tx
    .insertInto("readmissions")
    .values({
      providerId,
      siteId,
      readmissionId,
      publicKey,
      tokenHash,
      remoteAddress,
      askedAtMs: nowMs,
      lastAskedAtMs: nowMs,
    })
    .execute();
  return true;
}

/** The last asked first. */
export async function readReadmissions(tx: Tx, siteId: string): Promise<Readmission[]> {
  const rows = await tx
    .selectFrom("readmissions")
    .selectAll()
    .where("siteId", "=", siteId)
    .orderBy("lastAskedAtMs", "desc")
    .orderBy("readmissionId")
    .limit(shownMax)
    .execute();
  return rows.map((row) => ({
    readmissionId: row.readmissionId,
    fingerprint: fingerprintOf(row.publicKey),
    remoteAddress: row.remoteAddress,
    askedAtMs: row.askedAtMs,
    lastAskedAtMs: row.lastAskedAtMs,
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
    .select(["publicKey", "tokenHash"])
    .where("siteId", "=", siteId)
    .where("readmissionId", "=", readmissionId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("readmission");
  return { publicKey: row.publicKey, tokenHash: row.tokenHash };
}

export async function dropReadmissions(tx: Tx, { providerId, siteId }: Place): Promise<void> {
  await tx.deleteFrom("readmissions").where("providerId", "=", providerId).where("siteId", "=", siteId).execute();
}
