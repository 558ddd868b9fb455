/**
 * Which answers of a channel may speak against a receipt. A short code's answers differ from what is documented, so a missing
 * field or row is no proof, before the same kind of answer has been right about money that did come to this short code.
 */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { EvidenceSource } from "../evidence/evidence.ts";
import type { ProvingSource } from "./proving-source.ts";

interface Place {
  readonly providerId: string;
  readonly channelId: string;
}

/** The list is right when it and another source tell of the same money with the same amount, whichever came first. Pure. */
export function provesTheList(first: EvidenceSource, second: EvidenceSource): boolean {
  const isOther = (source: EvidenceSource) => source !== "pull" && source !== "operator" && source !== "entered";
  return (first === "pull" && isOther(second)) || (second === "pull" && isOther(first));
}

/** Notes it once; the first one stays. */
export async function noteProvedAnswer(
  tx: Tx,
  world: World,
  { providerId, channelId }: Place,
  source: ProvingSource,
  receipt: string,
): Promise<void> {
  await tx
    .insertInto("proved_answers")
    .values({ providerId, channelId, source, receipt, provedAtMs: world.clock.wall().atMs })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function isProvedAnswer(tx: Tx, place: Place, source: ProvingSource): Promise<boolean> {
  const row = await tx
    .selectFrom("proved_answers")
    .select("source")
    .where("providerId", "=", place.providerId)
    .where("channelId", "=", place.channelId)
    .where("source", "=", source)
    .executeTakeFirst();
  return row !== undefined;
}

/** All kinds of answer that have been right about this channel's money. */
export async function provedAnswers(
  tx: Tx,
  { providerId, channelId }: Place,
): Promise<{ readonly source: ProvingSource; readonly receipt: string; readonly atMs: number }[]> {
  const rows = await tx
    .selectFrom("proved_answers")
    .select(["source", "receipt", "provedAtMs"])
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .orderBy("source")
    .execute();
  return rows.map(({ source, receipt, provedAtMs: atMs }) => ({ source, receipt, atMs }));
}
