/** The alarms about the journal that a start found. */
import type { EventOf } from "@karibu/protocol/journal/record";
import type { LogDamage } from "./log.ts";
import { countOf } from "./recovery-policy.ts";

/** The caller appends them. Empty: nothing is damaged, apart from what a power cut leaves. */
export function recoveryAlarms({ isDamaged, lost, torn, setAside }: LogDamage): readonly EventOf<"alarm">[] {
  const alarms: EventOf<"alarm">[] = [];
  if (isDamaged || setAside.length > 0) {
    const fields = { lostRecords: countOf(lost), firstLostSeq: lost[0]?.firstSeq ?? 0, filesSetAside: setAside.length };
    alarms.push({ kind: "alarm", name: "journal-damaged", fields });
  }
  if (torn !== null) {
    const fields = { lostRecords: torn.records, droppedBytes: torn.droppedBytes };
    alarms.push({ kind: "alarm", name: "journal-torn", fields });
  }
  return alarms;
}
