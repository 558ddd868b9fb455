/**
 * The journal's vocabulary: what happened at a site, in order. Append-only; all other state of an agent that the hub did
 * not decide can be rebuilt from it. A record is small: flash wears, and many links are metered.
 *
 * Every record has `seq` (from 1 in each epoch, no gaps), `atMs` (the site's wall clock then), `clock` (how good it was)
 * and `upMs` (monotonic since the agent's start, so that a later correction can re-base it).
 */
import * as z from "zod/mini";
import { codeGuardSchema } from "../codes/code-guard.ts";
import { leaseUseSchema } from "../feed.ts";
import { grantSchema } from "../grant.ts";
import { accessPointsMax, pingedSchema } from "../router/access-points.ts";
import { routerHealthSchema } from "../router/router-health.ts";
import {
  bytesSchema,
  centsSchema,
  inPlainWords,
  keySchema,
  secondsSchema,
  textSchema,
  unixMsSchema,
} from "../schema.ts";

const natural = z.int().check(z.gte(0));
/** What the data that a record adds counts against. Absent, here and below: against the grant's data limit alone. */
const charge = {
  /** Against the fair-use period that began then. */
  periodFromMs: z.optional(unixMsSchema),
  /** Against nothing: it was used in free hours. */
  isFree: z.optional(z.boolean()),
};
const counters = {
  inputBytes: bytesSchema,
  outputBytes: bytesSchema,
  onlineSeconds: secondsSchema,
  /** Part of the totals that was counted before the NAS' own counter started again; absent: it never did. */
  baseInputBytes: z.optional(bytesSchema),
  baseOutputBytes: z.optional(bytesSchema),
};

/**
 * The agent came up; `boot` counts its starts within the epoch. `machine` changes when the router itself restarted (the
 * kernel's boot id): then no session that was open can still be; without it, they may all go on.
 */
const agentStarted = z.object({
  kind: z.literal("agent-started"),
  boot: natural,
  version: textSchema,
  machine: z.optional(keySchema),
});

/** The wall clock was corrected: records of this boot before this one are off by `stepMs`. */
const clockCorrected = z.object({ kind: z.literal("clock-corrected"), boot: natural, stepMs: z.int() });

/** First use of a grant. Carries the whole grant: the journal alone must rebuild the site. */
const grantStarted = z.object({
  kind: z.literal("grant-started"),
  grant: grantSchema,
  /** Set when the grant came from a voucher of a batch. */
  voucher: z.nullable(z.object({ batchId: keySchema, serial: natural })),
  /** True: the site does not hold the lease and could not get it. The grant's terms are the bridge allowance. */
  bridge: z.optional(z.boolean()),
  /** True: the site had lost its memory and did not know whether this was used before; the provider lets it go on. */
  unremembered: z.optional(z.boolean()),
});

/**
 * The disk refused the record of the grant's first use, which stands before this one, so nobody was let in: the grant is as if that had never been
 * written, and the next admission is its first use.
 */
const startRefused = z.object({ kind: z.literal("start-refused"), grantId: keySchema });

/**
 * The hub requested a lease (`release-lease`) and this site released it. From here on the grant is not valid at this site, until a
 * row brings it back. `leaseAtMs`: names the lease, as in the hub's request; absent if the request had none.
 */
const leaseReleased = z.object({
  kind: z.literal("lease-released"),
  grantId: keySchema,
  use: leaseUseSchema,
  leaseAtMs: z.optional(unixMsSchema),
});

/** A device took a slot of a grant. `device` is a hash of its token; the MAC is only a hint for silent re-entry. */
const deviceBound = z.object({
  kind: z.literal("device-bound"),
  grantId: keySchema,
  device: keySchema,
  mac: z.nullable(z.string()),
  /** The device that lost its slot to this one. */
  replaces: z.nullable(keySchema),
  /** That device gave it away, or was put off by who may: what it logged in with before is worth nothing any more. Absent: no. */
  forGood: z.optional(z.boolean()),
});

/** A customer took one of the grant's other devices off it: its slot is free. */
const deviceUnbound = z.object({
  kind: z.literal("device-unbound"),
  grantId: keySchema,
  device: keySchema,
  /** It had a place of its own: counts as a move, and what it logged in with before is worth nothing any more. Absent: no. */
  forGood: z.optional(z.boolean()),
});

/** A customer paused a code, let it go on, or chose, changed or removed its PIN. What stands here is all that holds from now on. */
const grantGuarded = z.object({ kind: z.literal("grant-guarded"), grantId: keySchema, ...codeGuardSchema.shape });

/** A one-time log-in token was used. From now on it is re-entry for this MAC until the grant ends. */
const tokenSpent = z.object({
  kind: z.literal("token-spent"),
  /** SHA-256 of the token, hex. */
  tokenHash: keySchema,
  grantId: keySchema,
  mac: z.nullable(z.string()),
});

/** RADIUS Accounting-Start. `sessionKey` is ours and never re-used; `sessionId` is, by a router that rebooted. */
const sessionStarted = z.object({
  kind: z.literal("session-started"),
  sessionKey: keySchema,
  /** Acct-Session-Id as the NAS sent it. */
  sessionId: keySchema,
  /** The router's name, for people. */
  nas: keySchema,
  /** The router's address, by which its site tells its sessions from those of others. */
  router: z.optional(keySchema),
  grantId: z.nullable(keySchema),
  user: z.string().check(z.maxLength(253)),
  mac: z.nullable(z.string()),
  address: z.nullable(z.string()),
  startedAtMs: unixMsSchema,
  /** What kind of session the router says that it is. Absent: it does not say. */
  service: z.optional(z.enum(["hotspot", "pppoe", "ppp"])),
  /** The key of the device that proved itself at this log-in, by its own token. Absent: a MAC, a code or a name was all there was. */
  device: z.optional(keySchema),
});

/**
 * Counters so far (totals, not differences). Coalesced: at most one per session and flush interval. After a stop whose
 * cause is `lost` it says that the session was heard again and is open after all.
 */
const sessionUsed = z.object({
  kind: z.literal("session-used"),
  sessionKey: keySchema,
  ...counters,
  ...charge,
  /** The router reports the session from this address now, as in `session-started`. */
  router: z.optional(keySchema),
});

/** The end, with final counters. `cause` is the RFC 2866 §5.10 name in kebab case, `lost` when no Stop ever came, or `moved` when the device went on at another server: its time ends there. */
const sessionStopped = z.object({
  kind: z.literal("session-stopped"),
  sessionKey: keySchema,
  ...counters,
  ...charge,
  cause: textSchema,
  stoppedAtMs: unixMsSchema,
  /**
   * Why the site ended it, or which of the site's limits its router kept: a reason as in `log-in-refused`, `kicked` (a person did it),
   * `logged-out` (the customer did it on the portal) or `new-limits`. Of a lost one, how the site knew it: `silent`, `not-listed`, `router-restarted`, `replaced`. Absent: the guest or the
   * router did it.
   */
  why: z.optional(keySchema),
});

const saleFields = {
  /** From the page: two requests with the same id are one sale. */
  saleId: keySchema,
  sellerId: keySchema,
  planId: z.nullable(keySchema),
  priceCents: centsSchema,
  currency: z.string().check(z.maxLength(3)),
  code: z.string().check(z.minLength(6), z.maxLength(16)),
  grant: grantSchema,
};

/**
 * A seller took cash at the site. The grant is worth what was paid for; the customer starts it with the code, as with a
 * voucher's. `code` is in the clear, like the keys of the batches that the site holds.
 */
const cashSale = z.object({
  kind: z.literal("cash-sale"),
  ...saleFields,
  /** The customer's number, MSISDN, where the seller typed one: the hub finds the sale by it, and can send the code again. */
  phone: z.optional(z.string().check(z.regex(/^[0-9]{11,13}$/))),
  /** The promotion that lowered the price by so much (0: it gave something on top). Absent: none. */
  discount: z.optional(z.object({ promotionId: keySchema, discountCents: centsSchema })),
});

/** In one record, which goes to the hub in one piece. */
export const onGiftMax = 1000;

/**
 * The internet was down from `fromMs` to `toMs`, and the provider credits that: every grant whose time ran during the outage ends
 * later by its share (`creditedEnd` in the agent, the same rule at the hub).
 */
const outageCredited = z.object({
  kind: z.literal("outage-credited"),
  fromMs: unixMsSchema,
  toMs: unixMsSchema,
  /**
   * Grants whose sold time was over then, and which ran on what staff gave (`grant-change` of the feed, as far as the site had heard of it). Any other
   * grant whose sold time was over has no credit. Absent: an older agent, which knows of no gift here.
   */
  onGift: z.optional(z.array(keySchema).check(z.maxLength(onGiftMax))),
});

/**
 * Somebody guessed codes or a PIN for too long: `who` (a MAC, an address, the hash of a seller's name) is not heard until
 * `untilMs` by the site's clock. `locks` counts them; 0: forgiven.
 */
const guesserLocked = z.object({
  kind: z.literal("guesser-locked"),
  who: keySchema,
  locks: natural,
  untilMs: unixMsSchema,
});

/**
 * This folder lacks records that were written for this site: it is empty, older than what the hub or the router knows, or a copy. What
 * may have been used since is held until it is recalled.
 */
const memoryLost = z.object({
  kind: z.literal("memory-lost"),
  cause: z.enum(["empty", "older", "copied"]),
  /** True: the site has no hub, so nobody can tell it what is missing, and nothing is held. */
  alone: z.optional(z.boolean()),
  /** From here on records of this epoch can't be read back. A hub that has them tells what they said once the epoch is over. Absent: none. */
  lacks: z.optional(z.object({ epoch: keySchema, seq: natural })),
});

/** A session that was open when the hub last heard of it. */
const recalledSession = z.object({
  sessionKey: keySchema,
  sessionId: keySchema,
  nas: keySchema,
  user: z.string().check(z.maxLength(253)),
  mac: z.nullable(z.string()),
  address: z.nullable(z.string()),
  startedAtMs: unixMsSchema,
  inputBytes: bytesSchema,
  outputBytes: bytesSchema,
  onlineSeconds: secondsSchema,
});

/** A part of what the hub knows of this site's own doings: what a site that lost its memory is told (`rpc/recall.ts`). */
export const recalledPage = z.object({
  /** Codes that ended, four bits a serial (`spent-codes.ts`), base 64. */
  spent: z.array(z.object({ block: keySchema, bits: z.string().check(z.maxLength(1024)) })),
  /** Other grants that ended. */
  ended: z.array(
    z.object({
      grantId: keySchema,
      reason: z.enum(["expired", "time-used", "data-used", "revoked", "elsewhere"]),
      /** The site let go of a voucher that a row of the feed had brought: that row's time. It is void, as after `lease-released`. */
      leaseAtMs: z.optional(unixMsSchema),
    }),
  ),
  /** Started grants that may go on, with what all their sessions used. */
  grants: z.array(
    z.object({
      grant: grantSchema,
      voucher: z.nullable(z.object({ batchId: keySchema, serial: natural })),
      usedBytes: bytesSchema,
      usedSeconds: secondsSchema,
      /** Longest bound first. */
      slots: z.array(z.object({ device: keySchema, mac: z.nullable(z.string()) })),
      /** When it went from one device to another in the last day. Absent: an older hub, or never. */
      movedAtMs: z.optional(z.array(unixMsSchema).check(z.maxLength(100))),
      sessions: z.array(recalledSession),
    }),
  ),
  /** Sold for cash at this site. */
  sales: z.array(z.object({ ...saleFields, atMs: unixMsSchema })),
  /** What each seller sold for cash at this site: in all, and in the last two days. */
  sellers: z.array(
    z.object({
      sellerId: keySchema,
      soldCents: centsSchema,
      recent: z.array(
        z.object({ atMs: unixMsSchema, priceCents: centsSchema, currency: z.string().check(z.maxLength(3)) }),
      ),
    }),
  ),
});
export type RecalledPage = z.infer<typeof recalledPage>;

/** The hub told what this site had done before. It is known there: it counts no second time. */
const recalled = z.object({
  kind: z.literal("recalled"),
  /** As the hub's `welcome` named it. */
  recall: keySchema,
  page: recalledPage,
  /** Open sessions of the page that the site has under a new key: the router went on reporting them. Their counters go on there. */
  continued: z.optional(z.array(z.object({ sessionKey: keySchema, by: keySchema }))),
  /** True: this was the last page, and nothing is held any more. */
  done: z.boolean(),
});

/**
 * Log-ins that were refused: at most one record a minute for a device and reason, and so many a day, because flash wears. `times` counts
 * them; the stamp is of the last one.
 */
const logInRefused = z.object({
  kind: z.literal("log-in-refused"),
  /** An account's name, or the device's own MAC; of anything else, which may be a code, only the end. */
  user: z.string().check(z.maxLength(253)),
  mac: z.nullable(z.string()),
  address: z.nullable(z.string()),
  /** The router's name, for people. */
  nas: keySchema,
  service: z.enum(["hotspot", "ppp"]),
  reason: keySchema,
  times: z.int().check(z.gte(1)),
});

/**
 * Staff at a router of the site, under a name of `router/router-log-in.ts`. `accepted`, `refused`: a password was right, or wrong; `locked`: too
 * many were wrong, and it opens nothing any more. `began`, `ended`: the router's own word (accounting).
 */
const routerLogIn = z.object({
  kind: z.literal("router-log-in"),
  name: z.string().check(z.maxLength(40)),
  what: z.enum(["accepted", "refused", "locked", "began", "ended"]),
  /** Where the person sat, as the router says: an address, or a MAC. */
  from: z.nullable(z.string().check(z.maxLength(64))),
  /** The router's name, for people. */
  nas: keySchema,
});

/** The router's figures of up to an hour (`router/router-figures.ts` unpacks them). */
const routerFigures = z.object({
  kind: z.literal("router-figures"),
  packed: z.string().check(z.maxLength(16_000), z.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
});

/** What is wrong at the router: told only when the list of findings changes, so that the last record is what holds. */
const routerHealth = z.object({ kind: z.literal("router-health"), ...routerHealthSchema.shape });

/** What pings of the site's access points found: when the state of one changed, and every six hours. */
const accessPoints = z.object({
  kind: z.literal("access-points"),
  points: z.array(pingedSchema).check(z.minLength(1), z.maxLength(accessPointsMax)),
});

/** Something an operator should know; `name` is stable (`journal-damaged`, `clock-unknown`, `guessing`). */
const alarm = z.object({
  kind: z.literal("alarm"),
  name: keySchema,
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

export const eventSchema = z.discriminatedUnion("kind", [
  agentStarted,
  clockCorrected,
  grantStarted,
  startRefused,
  leaseReleased,
  deviceBound,
  deviceUnbound,
  grantGuarded,
  tokenSpent,
  sessionStarted,
  sessionUsed,
  sessionStopped,
  cashSale,
  outageCredited,
  guesserLocked,
  memoryLost,
  recalled,
  logInRefused,
  routerLogIn,
  routerFigures,
  routerHealth,
  accessPoints,
  alarm,
]);
/** What happened, before the journal stamps it. */
export type JournalEvent = z.infer<typeof eventSchema>;
export type EventOf<Kind extends JournalEvent["kind"]> = Extract<JournalEvent, { kind: Kind }>;

export const stampSchema = z.object({
  seq: z.int().check(z.gte(1)),
  atMs: unixMsSchema,
  clock: z.enum(["synced", "estimated", "unknown"]),
  upMs: natural,
});
export type Stamp = z.infer<typeof stampSchema>;

/** Stamp and event in one flat object, as on flash and in frames. */
export type JournalRecord = Stamp & JournalEvent;

/** A record from outside: null when it is not one, with the field that is wrong in `error`. */
export function parseRecord(value: unknown): { record: JournalRecord } | { error: z.core.$ZodError } {
  const stamp = stampSchema.safeParse(value, inPlainWords);
  if (!stamp.success) return { error: stamp.error };
  const event = eventSchema.safeParse(value, inPlainWords);
  if (!event.success) return { error: event.error };
  return { record: { ...stamp.data, ...event.data } };
}
