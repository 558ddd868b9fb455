/**
 * Alarms go into the journal, which brings them to the operator; warnings go into the log. Each name is limited per hour in the journal
 * and per minute in the log, so that an attack fills neither.
 */
import type { AlarmFields } from "@karibu/protocol/alarms/alarm-fields";
import type { SiteAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { World } from "@karibu/protocol/world";
import type { Recorder } from "./recorder.ts";

export type RaiseAlarm = (name: SiteAlarm, fields: AlarmFields) => void;

const perHourMax = 12;
const hourMs = 3_600_000;
/** Lines of one name in a row. After that the log gets their number once a minute, until a minute passes without one. */
const linesMax = 5;
const minuteMs = 60_000;

export function createAlarms(world: Pick<World, "clock" | "log">, recorder: Pick<Recorder, "record">): RaiseAlarm {
  const recent = new Map<string, { sinceMs: number; raised: number }>();
  const warn = createWarnings(world);
  return (name, fields) => {
    warn(name, fields);
    const nowMs = world.clock.monotonicMs();
    const hour = recent.get(name);
    if (hour === undefined || nowMs - hour.sinceMs >= hourMs) recent.set(name, { sinceMs: nowMs, raised: 1 });
    else if (hour.raised >= perHourMax) return;
    else hour.raised += 1;
    recorder.record({ kind: "alarm", name, fields: { ...fields } }).catch(() => {}); // on a full disk it is only in the log
  };
}

/** There are a few fixed names only. */
function createWarnings({ clock, log }: Pick<World, "clock" | "log">): RaiseAlarm {
  const minutes = new Map<string, { lines: number; heldBack: number }>();

  function summarise(name: string, minute: { lines: number; heldBack: number }): void {
    clock.after(minuteMs, () => {
      if (minute.heldBack === 0) return void minutes.delete(name);
      log.warn("alarms-held-back", { name, count: minute.heldBack, inSeconds: minuteMs / 1000 });
      minute.heldBack = 0;
      minute.lines = linesMax; // from now on only the numbers
      summarise(name, minute);
    });
  }

  return (name, fields) => {
    let minute = minutes.get(name);
    if (minute === undefined) {
      minute = { lines: 0, heldBack: 0 };
      minutes.set(name, minute);
      summarise(name, minute);
    }
    if (minute.lines >= linesMax) {
      minute.heldBack += 1;
      return;
    }
    minute.lines += 1;
    log.warn(name, fields);
  };
}
