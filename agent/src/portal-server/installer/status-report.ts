/** What `/status` reports, as a page and as JSON. */
import type { Health } from "@karibu/protocol/health";
import type { LoggedLogIn } from "../../access/log-in-history.ts";

export interface StatusReport {
  readonly version: string;
  /** The site's name; null: no hub or site file has set it yet. */
  readonly siteName: string | null;
  /** The site's time zone, minutes east of UTC. Absent: UTC. */
  readonly utcOffsetMinutes?: number;
  readonly items: readonly StatusItem[];
  /** Newest first; absent: not kept. */
  readonly logIns?: readonly LoggedLogIn[];
}

export interface StatusItem {
  /** `Hub`, `RADIUS`, `Clock`. */
  readonly name: string;
  /** A notice says what it is about: something not there yet, or not there at all. */
  readonly state: Exclude<Health, "notice"> | "waiting" | "missing";
  /** How it is, in a sentence. */
  readonly text: string;
  /** What to do. Absent or empty: nothing. */
  readonly advice?: string;
}
