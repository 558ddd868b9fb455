/** The alarms about the journal that a start found. */
import type { AlarmFields } from "@karibu/protocol/alarms/alarm-fields";
import type { SiteAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { EventOf } from "@karibu/protocol/journal/record";
import type { LogDamage } from "./log.ts";
import { countOf } from "./recovery-policy.ts";

/** The caller appends them. Empty: nothing is damaged, apart from what a power cut leaves. */
export function recoveryAlarms({
  isDamaged,
  lost,
  givenTwice,
  torn,
  setAside,
}: LogDamage): readonly EventOf<"alarm">[] {
  const alarms: EventOf<"alarm">[] = [];
  if (isDamaged || setAside.length > 0) {
    const firstLostSeq = Math.min(lost[0]?.firstSeq ?? Number.MAX_SAFE_INTEGER, ...givenTwice);
    const fields = {
      lostRecords: countOf(lost) + givenTwice.length,
      firstLostSeq: firstLostSeq === Number.MAX_SAFE_INTEGER ? 0 : firstLostSeq,
      filesSetAside: setAside.length,
      ...(givenTwice.length === 0 ? {} : { givenTwice: givenTwice.length }),
    } satisfies AlarmFields;
    alarms.push({ kind: "alarm", name: "journal-damaged" satisfies SiteAlarm, fields });
  }
  if (torn !== null) {
    const fields = { lostRecords: torn.records, droppedBytes: torn.droppedBytes } satisfies AlarmFields;
    alarms.push({ kind: "alarm", name: "journal-torn" satisfies SiteAlarm, fields });
  }
  return alarms;
}
