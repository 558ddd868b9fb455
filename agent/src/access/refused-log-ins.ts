/**
 * Refused log-ins for the hub's log (accepted ones are sessions there). Coalesced: one record a minute for a device and reason, so that
 * a phone that tries on and on costs little flash. A minute has few records and a day has so many; beyond that they are counted
 * together, without a device.
 */

import type { EventOf } from "@karibu/protocol/journal/record";
import { cutText } from "@karibu/protocol/whole-text";
import type { Clock, Timer } from "@karibu/protocol/world";
import { normaliseMac } from "../ground/mac-address.ts";
import type { Recorder } from "../state/recorder.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import type { LogInRequest } from "./access.ts";
import { logInTokenPrefix } from "./log-in-tokens.ts";

export interface RefusedLogIns {
  note(request: LogInRequest, reason: RejectReason): void;
  /** Writes what waits for its minute to end. */
  flush(): void;
}

type Refused = EventOf<"log-in-refused">;

const everyMs = 60_000;
const dayMs = 86_400_000;
/** More devices than this in a minute are an attack; `guessing-at-site` tells of it. */
export const refusedPerMinuteMax = 20;
/** Some 100 kB of flash. */
export const refusedPerDayMax = 400;
/** How much of a name is shown that may be a code. */
const shownEnd = 3;

export function createRefusedLogIns(
  clock: Pick<Clock, "monotonicMs" | "after">,
  recorder: Pick<Recorder, "record">,
  isAccount: (user: string) => boolean,
): RefusedLogIns {
  const waiting = new Map<string, Refused>();
  let timer: Timer | null = null;
  let day = { sinceMs: clock.monotonicMs(), written: 0 };

  /** The whole name of an account or a device, and the end of what may be a code or a one-time log-in. */
  function shownUser({ user, mac }: LogInRequest): string {
    if (isAccount(user) || (mac !== null && normaliseMac(user) === mac)) return cutText(user, 253);
    if (user.startsWith(logInTokenPrefix)) return logInTokenPrefix;
    return user.length <= shownEnd ? "…" : `…${user.slice(-shownEnd)}`;
  }

  function flush(): void {
    timer?.cancel();
    timer = null;
    const nowMs = clock.monotonicMs();
    if (nowMs - day.sinceMs >= dayMs) day = { sinceMs: nowMs, written: 0 };
    for (const [key, event] of waiting) {
      if (day.written >= refusedPerDayMax) return; // the rest waits for the next day, counted on
      waiting.delete(key);
      day.written += 1;
      recorder.record(event).catch(() => {}); // written later where the disk refuses
    }
  }

  return {
    note(request, reason) {
      const { user, mac, address, nas, service } = request;
      // The router asks by itself for each new phone, with its MAC as the name.
      if (reason === "unknown-user" && mac !== null && normaliseMac(user) === mac) return;
      const device = mac ?? address ?? user;
      const isCrowded = !waiting.has(`${device} ${reason}`) && waiting.size >= refusedPerMinuteMax;
      const key = isCrowded ? reason : `${device} ${reason}`;
      const known = waiting.get(key);
      const who = isCrowded ? { user: "", mac: null, address: null } : { user: shownUser(request), mac, address };
      const times = (known?.times ?? 0) + 1;
      waiting.set(key, { kind: "log-in-refused", ...who, nas: nas || "?", service, reason, times });
      timer ??= clock.after(everyMs, flush);
    },
    flush,
  };
}
