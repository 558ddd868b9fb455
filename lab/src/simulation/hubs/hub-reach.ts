/**
 * What stories with a hub must reach, in the product's own words, beside what a site alone reaches (`sites/reach.ts`). `true`: a run of a thousand
 * stories reaches it; otherwise the reason why none does, or why few do. A new word of the product does not compile here without a decision.
 */
import type { RejectReason } from "@karibu/agent/state/reject-reason";
import type { AlarmKind } from "@karibu/protocol/alarms/alarm-kinds";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import type { ProblemCode } from "@karibu/protocol/portal-api";
import { type Reach, reached } from "../sites/reach.ts";

const alone = "a site alone is asked for it";
const wellFormed = "the portal's page sends no request that is wrong in form";
const offered = "the portal's page offers what there is";
const noSchedule = "no plan of a story has a schedule";
const noMoves = "no provider of a story limits how often a code moves";
const oneSite = "a story has one site";
const rarely = "an older stick while the hub is away: fewer than one story in a thousand";
const noPromotion = "no story has promotions or prices that a page holds on to";
const neverGiven = "nothing gives it";
const over = "each story ends well, and what lasts is over by then";
const tooShort = "it needs a day or more, and a story is some hours";
const notThere = "no story has one";
const noPlatformPeople = "it is told to people of the platform, and a story has none";

/** Why a log-in at the hotspot was refused. */
const refusals: Reach<RejectReason> = {
  "unknown-user": alone,
  "wrong-password": alone,
  guessing: alone,
  "one-moment": alone,
  disabled: "at the hotspot what staff switched off is said to be taken back",
  "other-device": "no account of a story is for certain devices alone",
  revoked: true,
  suspended: true,
  paused: true,
  "not-remembered": rarely,
  expired: alone,
  "time-used": alone,
  "data-used": alone,
  "outside-schedule": noSchedule,
  "too-many-devices": alone,
  "moved-too-often": noMoves,
  elsewhere: oneSite,
  "clock-unknown": neverGiven,
};

/** What a phone or a seller hears, whatever it asked for. */
const answers: Reach<ProblemCode> = {
  "bad-request": wellFormed,
  "bad-phone": wellFormed,
  "unknown-plan": offered,
  "not-offered": true,
  "hub-away": true,
  "hub-slow": true,
  "prompt-already-open": true,
  "no-credit": "the portal spends what credit there is, and asks for the rest",
  "bad-code": noPromotion,
  "code-used-up": noPromotion,
  "price-changed": noPromotion,
  "no-receipt": wellFormed,
  "another-payer": true,
  "unknown-receipt": "who claims has seen a receipt of the channel's",
  "sale-not-here-yet": "who claims has paid the channel, and no seller",
  "slow-down": alone,
  "not-found": offered,
  "nothing-bought": alone,
  "no-log-in-page": "each phone says its hotspot's log-in page",
  "router-refused": "each phone says its hotspot's log-in page, which can always log out",
  fault: alone,
  "unknown-user": alone,
  "wrong-password": alone,
  guessing: alone,
  "one-moment": alone,
  disabled: true,
  revoked: true,
  suspended: true,
  paused: true,
  expired: alone,
  "time-used": alone,
  "data-used": alone,
  "outside-schedule": noSchedule,
  "too-many-devices": "who types a code on the page takes the place of another device; the hotspot's log-in says it",
  "moved-too-often": noMoves,
  elsewhere: oneSite,
  "clock-unknown": neverGiven,
  "not-remembered": rarely,
};

const records: Reach<JournalEvent["kind"]> = {
  "agent-started": alone,
  "clock-corrected": alone,
  "grant-started": alone,
  "start-refused": alone,
  "lease-released": oneSite,
  "device-bound": alone,
  "device-unbound": alone,
  "grant-guarded": true,
  "token-spent": alone,
  "session-started": alone,
  "session-used": alone,
  "session-stopped": alone,
  "cash-sale": alone,
  "outage-credited": true,
  "guesser-locked": alone,
  "memory-lost": alone,
  recalled: true,
  "log-in-refused": true,
  "router-log-in": "no staff log in at the router itself",
  "router-figures": true,
  "router-health": true,
  "access-points": notThere,
  alarm: alone,
};

const alarms: Reach<AlarmKind> = {
  "session-stays": alone,
  guessing: alone,
  "journal-damaged": alone,
  "stick-wears": tooShort,
  "journal-torn": alone,
  "journal-went-back": true,
  "memory-lost": alone,
  "snapshot-damaged": "a snapshot is written after 2 MiB of records, and a story writes some KiB",
  "feed-damaged": "one file of many, in the few stories that damage any",
  "feed-torn": true,
  "store-damaged": alone,
  "folder-shared": alone,
  "update-failed": true,
  "update-refused": "each story's bundles are signed, and its disk has room",
  "seller-locked": alone,
  "guessing-at-site": alone,
  "guessing-at-site-over": alone,
  "record-too-long": "no record of a story is long",
  "journal-lost": alone,
  "board-memory-low": "the simulated board has memory enough",
  "router-repair-braked": "nobody lets the hub keep the router",
  "site-silent": over,
  "router-refuses-agent": over,
  "channel-keys-refused": "the keys of a story's channel are right",
  "channel-initiator-refused": true,
  "channel-fails-customers": over,
  "channel-money-pending": tooShort,
  "refund-returned": true,
  "site-disk-refuses": over,
  "quota-reached-journal-bytes": "a story is far below each quota",
  "quota-reached-mails": "a story is far below each quota",
  "quota-reached-messages": "a story is far below each quota",
  "device-waits": over,
  "site-without-log-ins": tooShort,
  "router-busy": "the simulated router is never busy",
  "router-log": "the simulated router logs no errors",
  "router-back-up-late": tooShort,
  "device-twice": oneSite,
  "webhook-switched-off": notThere,
  "access-point-down": notThere,
  "hub-database": notThere,
  "hub-jobs": notThere,
  "hub-mail": notThere,
  "hub-channels": notThere,
  "hub-agents": notThere,
  "hub-backup": notThere,
  "hub-upkeep": notThere,
  "hub-subscriptions": notThere,
  "hub-processor": notThere,
  "hub-clock": noPlatformPeople,
  "hub-wireguard": notThere,
  "hub-spool": notThere,
  "hub-disk": notThere,
};

/** What evidence did to a purchase, as the hub writes it for people. */
const transitions: readonly string[] = [
  "accepted by the channel",
  "paid",
  "paid, receipt to come",
  "receipt joined",
  "verified",
  "known already",
  "nothing new",
  "unknown",
  "failed already",
  "failed: cancelled",
  "paid twice: to customer credit",
  "for review: no answer",
  "for review: the channel says that it failed",
  "reversed",
  "asked first: too much is unverified",
  "to suspense: no account fits",
  "to suspense: the payer is hidden",
  "payout: 0 The service request is processed successfully.",
  "payout-status: 0 The service request is processed successfully.",
  "payout-status: 2032 The receipt number does not exist",
  "reversal: 0 Processed",
];

/** Why a person is to look at a purchase. */
const reviews: readonly string[] = ["no-answer", "paid-twice", "reversed", "denied"];

/** What became of refunds, and how a person settled those that went wrong. */
const refunds: readonly string[] = [
  ...["done", "failed", "unknown", "returned", "retried", "paid", "given-up"].map((state) => `payout ${state}`),
  ...["done", "failed", "unknown", "retried", "paid"].map((state) => `reversal ${state}`),
  ...["cash done", "credit done"],
];

/** Rows of the coverage. */
export const hubWordRows: readonly string[] = [
  ...reached("refusal", refusals),
  ...reached("said", answers),
  ...reached("record", records),
  ...reached("alarm", alarms),
  ...transitions.map((transition) => `transition ${transition}`),
  ...reviews.map((review) => `review ${review}`),
  ...refunds.map((refund) => `refund ${refund}`),
];
