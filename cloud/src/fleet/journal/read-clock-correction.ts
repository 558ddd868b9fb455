import { isOutOfUnknown } from "@karibu/protocol/clock-step";
import type { ClockCorrection, PlacedRecord, RecordOf } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";

/** The records that a site's clock correction covers: those between the agent's last start and the correction. */
export async function readClockCorrection(
  tx: Tx,
  providerId: string,
  { siteId, epoch, record }: PlacedRecord<RecordOf<"clock-corrected">>,
): Promise<ClockCorrection> {
  const start = await tx
    .selectFrom("journal_records")
    .select((is) => is.fn.max("seq").as("seq"))
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("epoch", "=", epoch)
    .where("kind", "=", "agent-started")
    .where("seq", "<", record.seq)
    .executeTakeFirst();
  const { seq: beforeSeq, stepMs, clock, atMs: nowMs } = record;
  return {
    ...{ providerId, siteId, epoch, fromSeq: start?.seq ?? 0, beforeSeq, stepMs, nowMs },
    isOutOfUnknown: isOutOfUnknown({ stepMs, nowMs }),
    isProved: clock === "synced",
  };
}
