/**
 * What the stories of a site alone must reach, in the product's own words: each refusal, record, alarm and end of a session, and each kind of file
 * in the agent's folder. `true`: a run of a thousand seeds reaches it; otherwise the reason why no site without a hub can. A new word of the
 * product does not compile here without a decision.
 */
import { rejectMessage } from "@karibu/agent/access/reject-messages";
import type { RejectReason } from "@karibu/agent/state/reject-reason";
import type { SiteAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import type { ProblemCode } from "@karibu/protocol/portal-api";
import type { TerminateCause } from "../../router/model/hotspot-state.ts";

export type Reach<Word extends string> = Readonly<Record<Word, true | string>>;

const buying = "a purchase needs a hub";
const fromHub = "only a hub's row or order says so";
const noSchedule = "a site file has no schedule";
const noGuard = "a site without a hub lets nobody pause or lock a code";
const neverGiven = "nothing gives it";

/** Why a log-in at the hotspot was refused. */
const refusals: Reach<RejectReason> = {
  "unknown-user": true,
  "wrong-password": true,
  guessing: true,
  "one-moment": true,
  disabled: fromHub,
  "other-device": fromHub,
  revoked: fromHub,
  suspended: fromHub,
  paused: noGuard,
  "not-remembered": "a site alone that lost its memory holds nothing: nobody could ever tell it",
  expired: true,
  "time-used": true,
  "data-used": true,
  "outside-schedule": noSchedule,
  "too-many-devices": true,
  "moved-too-often": noGuard,
  elsewhere: fromHub,
  "clock-unknown": neverGiven,
};

/** What the portal answers. `ok`: no problem. */
const answers: Reach<ProblemCode | "ok"> = {
  ok: true,
  "bad-request": true,
  "bad-phone": buying,
  "unknown-plan": "the portal's page offers what there is",
  "not-offered": true,
  "hub-away": buying,
  "hub-slow": buying,
  "prompt-already-open": buying,
  "no-credit": buying,
  "bad-code": buying,
  "code-used-up": buying,
  "price-changed": buying,
  "no-receipt": buying,
  "another-payer": buying,
  "unknown-receipt": buying,
  "sale-not-here-yet": buying,
  "slow-down": true,
  "not-found": "the portal's page asks for what there is",
  "nothing-bought": true,
  "no-log-in-page": "each phone says its hotspot's log-in page",
  "router-refused": "each phone says its hotspot's log-in page, which can always log out",
  fault: true,
  "unknown-user": true,
  "wrong-password": true,
  guessing: true,
  "one-moment": true,
  disabled: fromHub,
  revoked: fromHub,
  suspended: fromHub,
  paused: noGuard,
  expired: true,
  "time-used": true,
  "data-used": true,
  "outside-schedule": noSchedule,
  "too-many-devices": "who types a code on the page takes the place of another device; the hotspot's log-in says it",
  "moved-too-often": noGuard,
  elsewhere: fromHub,
  "clock-unknown": neverGiven,
  "not-remembered": "a site alone that lost its memory holds nothing: nobody could ever tell it",
};

const records: Reach<JournalEvent["kind"]> = {
  "agent-started": true,
  "clock-corrected": true,
  "grant-started": true,
  "start-refused": true,
  "lease-released": fromHub,
  "device-bound": true,
  "device-unbound": true,
  "grant-guarded": noGuard,
  "token-spent": true,
  "session-started": true,
  "session-used": true,
  "session-stopped": true,
  "cash-sale": true,
  "outage-credited": fromHub,
  "guesser-locked": true,
  "memory-lost": true,
  recalled: fromHub,
  "log-in-refused": "kept for a hub's log alone",
  "router-log-in": fromHub,
  "router-figures": "figures are kept for a hub alone",
  "router-health": "health is told to a hub alone",
  "access-points": fromHub,
  alarm: true,
};

const alarms: Reach<SiteAlarm> = {
  "session-stays": true,
  guessing: true,
  "journal-damaged": true,
  "stick-wears": "it needs days of slow writes; a story is a day at most",
  "journal-torn": true,
  "journal-went-back": "only a hub knows how far the journal had come",
  "memory-lost": true,
  "snapshot-damaged": true,
  "feed-damaged": "no hub fills the feed",
  "feed-torn": "no hub fills the feed",
  "store-damaged": true,
  "folder-shared": true,
  "update-failed": "updates come from a hub",
  "update-refused": "updates come from a hub",
  "seller-locked": true,
  "guessing-at-site": true,
  "guessing-at-site-over": true,
  "record-too-long": "it is written for a hub alone",
  "journal-lost": true,
  "board-memory-low": "the simulated board has memory enough",
  "router-repair-braked": "a router is kept by a hub's order alone",
};

/** As the router names it; `power`: it lost its power; `unknown`: nobody saw it. */
const ends: Reach<TerminateCause | "power"> = {
  "User-Request": true,
  "Lost-Service": "nobody takes a host out of the router's list",
  "Idle-Timeout": true,
  "Session-Timeout": true,
  "Admin-Reset": true,
  "Admin-Reboot": true,
  "NAS-Request": true,
  power: true,
};

/** Files of the agent's folder that were damaged. */
type FileKind =
  | "journal"
  | "end"
  | "position"
  | "snapshot"
  | "clock"
  | "format"
  | "holder"
  | "key"
  | "router"
  | "sellers"
  | "other";
const files: Reach<FileKind> = {
  journal: true,
  end: true,
  position: true,
  snapshot: true,
  clock: true,
  format: true,
  holder: true,
  key: true,
  router: true,
  sellers: true,
  other: "files that later releases may add",
};

const kindsByName: readonly (readonly [RegExp, FileKind])[] = [
  [/^journal\/.*\.log$/, "journal"],
  [/^journal\/.*end\.json$/, "end"],
  [/^journal\/position\.json$/, "position"],
  [/^state\//, "snapshot"],
  [/^clock\./, "clock"],
  [/^format\.json$/, "format"],
  [/^holder\.json$/, "holder"],
  [/^purchase-key\.json$/, "key"],
  [/^router-proofs\.json$/, "router"],
  [/^seller-sessions\.json$/, "sellers"],
];

export const fileKindOf = (name: string): FileKind =>
  kindsByName.find(([pattern]) => pattern.test(name))?.[1] ?? "other";

export const reached = (what: string, words: Reach<string>): string[] =>
  Object.entries(words).flatMap(([word, how]) => (how === true ? [`${what} ${word}`] : []));

/** Alarms that a site alone can raise, as it names them. */
export const ownAlarms: ReadonlySet<string> = new Set(
  Object.entries(alarms).flatMap(([name, how]) => (how === true ? [name] : [])),
);

/** All that a site can raise. */
export const siteAlarms: ReadonlySet<string> = new Set(Object.keys(alarms));

const reasons = Object.keys(refusals) as RejectReason[];

/** Why a hotspot's form was refused, from the sentence that it shows; null: for a reason of the router's own. */
export const refusalIn = (message: string): RejectReason | null =>
  reasons.find((reason) => message.startsWith(rejectMessage(reason, "en"))) ?? null;

/** Rows of the coverage. */
export const wordRows: readonly string[] = [
  ...reached("refusal", refusals),
  ...reached("answer", answers),
  ...reached("record", records),
  ...reached("alarm", alarms),
  ...reached("end", ends),
  ...reached("damaged", files),
];
