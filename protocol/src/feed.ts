/**
 * The feed: the hub's data for a site. Keyed state, not a log: `(scope, kind, key) -> version, body | tombstone`.
 * One cursor per scope; versions of a scope commit in order, so a cursor can't step over a late commit.
 */
import * as z from "zod/mini";
import { customerAccountSchema } from "./accounts/customer-account.ts";
import { brandSchema, portalNoticeSchema } from "./brand/brand.ts";
import { codeGuardSchema, guardRuleSchema } from "./codes/code-guard.ts";
import { grantSchema, suspensionSchema } from "./grant.ts";
import { listedCodesPerRow } from "./listed-code.ts";
import { promotionSchema } from "./offers/promotion.ts";
import { payChannelSchema } from "./pay-channel.ts";
import { movedAtSchema, periodUseSchema, planSchema, termsSchema } from "./plan.ts";
import { accessPointSchema } from "./router/access-points.ts";
import { driftPolicies } from "./router/desired-router.ts";
import {
  bytesSchema,
  centsSchema,
  inPlainWords,
  kbpsSchema,
  keySchema,
  macSchema,
  secondsSchema,
  textSchema,
  unixMsSchema,
} from "./schema.ts";

/** `provider`, `site` (this agent's own), or `batch:<batchId>` for each batch that the site follows. */
export const scopeSchema = z.string().check(z.regex(/^(provider|site|batch:.{1,100})$/));
export type Scope = z.infer<typeof scopeSchema>;

/** Scope provider, key `provider`. */
const providerBody = z.object({
  name: textSchema,
  currency: z.string(),
  locale: z.enum(["en", "sw"]),
  /** The portal speaks it to whose phone asks for none of ours: `fr`. Absent, or one that this agent does not have: `locale`. */
  portalLanguage: z.optional(z.string().check(z.regex(/^[a-z]{2,3}$/))),
  utcOffsetMinutes: z.int(),
  supportPhone: z.nullable(textSchema),
  bridge: z.object({ seconds: secondsSchema, dataBytes: bytesSchema }),
  /** Outages of the internet from `minSeconds` on are credited to guests whose time was running, at most `maxSeconds` each. Absent: none. */
  outageCredit: z.optional(z.object({ minSeconds: secondsSchema, maxSeconds: secondsSchema })),
  /** Sales for cash that a seller may make at a site in a day of the provider. Absent: the site's default. */
  sellerSalesPerDay: z.optional(z.int().check(z.gte(1))),
  /**
   * Who began to pay on the page of a card processor gets so much internet, to reach the page of their bank: for `seconds`, at `kbps` and with
   * `dataBytes` at most; a device once in `everySeconds`, a site so many in a day. Absent: nobody does.
   */
  payWindow: z.optional(
    z.object({
      seconds: secondsSchema.check(z.gte(60), z.lte(1800)),
      kbps: kbpsSchema.check(z.gte(64)),
      dataBytes: bytesSchema.check(z.gte(1_000_000)),
      everySeconds: secondsSchema.check(z.gte(600), z.lte(7 * 86_400)),
      perDay: z.int().check(z.gte(1), z.lte(100_000)),
    }),
  ),
  /** A site that lost its memory goes on with the codes that it may have seen used, and marks each. Absent: it holds them. */
  sellsUnremembered: z.optional(z.boolean()),
  /** What customers may do against the theft of their codes. Absent: nothing. */
  codeGuard: z.optional(guardRuleSchema),
  /** Where the hub has the customers' own page, below its address: `/my/<provider>/`. Absent: an older hub. */
  customerPage: z.optional(textSchema),
});
export type ProviderBody = z.infer<typeof providerBody>;

/** Scope site, key `site`. */
const siteBody = z.object({
  siteId: keySchema,
  name: textSchema,
  /** Some prices hold for a region. Absent or null: none is known. */
  region: z.optional(z.nullable(z.string().check(z.maxLength(100)))),
  interimSeconds: secondsSchema,
  /** Is there a channel that customers pay through alone? Otherwise the portal offers vouchers only. */
  sellsOnline: z.boolean(),
  /** By a prompt on the phone (M-Pesa), or on a page of the channel's own (cards). Absent: by phone. */
  paysBy: z.optional(z.enum(["phone", "page"])),
  /** The ways to pay that a customer may choose from, the usual one first. Absent: an older hub; it takes the usual one. */
  channels: z.optional(z.array(payChannelSchema)),
  /** False: after payment the portal waits for a tap on "go online". Absent means true. */
  autoLogIn: z.optional(z.boolean()),
});
export type SiteBody = z.infer<typeof siteBody>;

/**
 * The hub's own sign on a row that a site keeps for it: 6 bytes of version and 16 of an HMAC over provider, scope, kind, key, version and
 * body, in base64url. Only the hub can make or check it. A hub that was restored from a back-up takes rows back by it (`rpc/give-back.ts`).
 * Absent: an older hub, whose rows nobody can give back.
 */
const markSchema = z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{30}$/)));

/** Scope site, key = batchId: this site redeems that batch, so it follows scope `batch:<batchId>`. */
const followBody = z.object({ batchId: keySchema, mark: markSchema });
export type FollowBody = z.infer<typeof followBody>;

/**
 * Scope batch, key = batchId. With this one row a site redeems any of the batch's codes offline.
 * `keyHex`: 16 bytes, AES-128 key of FF1. Serials run from 0 to `quantity - 1`; a serial in `holes` was never issued.
 */
const batchBody = z.object({
  batchId: keySchema,
  keyHex: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  prefix: z.string().check(z.maxLength(12)),
  length: z.int().check(z.gte(6), z.lte(16)),
  alphabet: z.enum(["digits", "letters"]),
  quantity: z.int().check(z.gte(1)),
  holes: z.array(z.int()),
  planName: textSchema,
  terms: termsSchema,
  /** Each voucher has a PIN of so many digits (`voucherPin`), which is asked for with its code. Absent: none. */
  pinDigits: z.optional(z.int().check(z.gte(4), z.lte(6))),
  /** Unsold codes are worth nothing after this. */
  expiresAtMs: z.nullable(unixMsSchema),
  active: z.boolean(),
  /**
   * The home site: it holds the lease of these vouchers from the beginning and gives their full worth, with or without a hub. Another
   * follower first claims a voucher's lease (`claim-lease`). If it can't, it gives the provider's bridge allowance. Absent: the only
   * follower gives their full worth.
   */
  homeSiteId: z.optional(keySchema),
  /** What only the hub needs of it, kept here for a hub that was restored. Absent: an older hub. */
  sold: z.optional(
    z.object({
      planId: keySchema,
      priceCents: centsSchema,
      currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
      madeAtMs: unixMsSchema,
      /** How its money gets into the books. Absent: at the first use of each code. */
      booking: z.optional(z.enum(["first-use", "handed-out", "elsewhere", "given-away"])),
    }),
  ),
  mark: markSchema,
});
export type BatchBody = z.infer<typeof batchBody>;

/**
 * Scope batch, key = batchId: a batch of another system's codes. They follow no formula: `listed-codes` rows hold their hashes, and a code's serial is
 * its place in that list. All else is as for our own batches: exceptions, leases, holders. A kind of its own, so that an older agent does not try to
 * decipher such codes: it stores the row unread, and refuses them.
 */
const listedBatchBody = z.object({
  batchId: keySchema,
  /** 32 bytes: the key of the hashes. */
  keyHex: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  quantity: z.int().check(z.gte(1), z.lte(100_000)),
  planName: textSchema,
  terms: termsSchema,
  /** As a batch's. */
  expiresAtMs: z.nullable(unixMsSchema),
  active: z.boolean(),
  homeSiteId: z.optional(keySchema),
});
export type ListedBatchBody = z.infer<typeof listedBatchBody>;

/** What a grant has behind it when its lease moves. Null times: it was never used. */
export const leaseUseSchema = z.object({
  startedAtMs: z.nullable(unixMsSchema),
  endsAtMs: z.nullable(unixMsSchema),
  usedBytes: bytesSchema,
  usedSeconds: secondsSchema,
  /** Against the fair use, at all sites. Absent: nothing, or an older site says it. */
  period: z.optional(periodUseSchema),
  /** When it went from one device to another in the last day, at all sites. Absent: never, or an older site says it. */
  movedAtMs: z.optional(movedAtSchema),
});
export type LeaseUse = z.infer<typeof leaseUseSchema>;

/** What one listed code has beyond its batch's plan. */
const listedMoreSchema = z.object({
  /** Its place among the codes of the row. */
  at: z.int().check(z.gte(0), z.lte(listedCodesPerRow - 1)),
  /** A password of its own, under `hideUnder` of the batch's key and the code. Absent: nothing, or the code again. */
  password: z.optional(z.string().check(z.maxLength(400))),
  /** Only this device may use it: `AA:BB:CC:DD:EE:FF`. */
  mac: z.optional(macSchema),
  /** What was used of it in the other system. */
  use: z.optional(leaseUseSchema),
  /** Its own limits, where they are not the plan's. */
  useSeconds: z.optional(z.nullable(secondsSchema)),
  dataBytes: z.optional(z.nullable(bytesSchema)),
});
export type ListedMore = z.infer<typeof listedMoreSchema>;

/** Scope batch, key = `<batchId>.<n>`: the codes with the serials from n * 512 on. */
const listedCodesBody = z.object({
  batchId: keySchema,
  /** `listedHash` of each code, one behind the other. */
  hashes: z.string().check(z.regex(/^([A-Za-z0-9_-]{16}){1,512}$/)),
  more: z.array(listedMoreSchema).check(z.maxLength(listedCodesPerRow)),
});
export type ListedCodesBody = z.infer<typeof listedCodesBody>;

/**
 * Scope batch, key = serial in decimal: an exception to the batch. Scope site, key = `<batchId>/<serial>`: a voucher that began at this site is
 * disabled, also when the site does not follow its batch any more. A tombstone there: it is enabled again, or long over.
 */
const voucherBody = z.object({
  state: z.enum(["disabled", "redeemed-elsewhere", "transferred"]),
  atMs: unixMsSchema,
  /** `transferred`: the site that holds the lease now: there the voucher is whole, elsewhere it must be claimed. Absent: none does any more. */
  siteId: z.optional(keySchema),
  /** With `transferred`: the earlier use of the voucher; its new holder continues from there. */
  use: z.optional(leaseUseSchema),
});
export type VoucherBody = z.infer<typeof voucherBody>;

/**
 * Scope site, key = grantId: a grant the hub made (a purchase). `phoneHash` tells one buyer of this site from another, 64 hex digits that
 * only the hub can make from a number, and other ones at each site. It was the number's plain SHA-256 before; no agent has ever read it, so
 * this needs no new version of the protocol.
 */
const grantBody = z.object({
  grant: grantSchema,
  purchaseId: z.nullable(keySchema),
  phoneHash: z.nullable(keySchema),
  /** It continues this grant of the same site: each device with a slot of that grant automatically gets one of this grant. */
  renewsGrantId: z.optional(keySchema),
  /** Typed like a voucher's code it opens this grant. Absent: no code does. */
  code: z.optional(keySchema),
  /** One of the further codes that this purchase gave, for the customer to hand on. Absent: none of a bundle. */
  bundleOf: z.optional(keySchema),
  /** What only the hub needs of the purchase, in its own words, kept here for a hub that was restored. Absent: an older hub. */
  sold: z.optional(z.string().check(z.maxLength(300))),
  mark: markSchema,
});
export type GrantBody = z.infer<typeof grantBody>;

/** Scope site, key = accountId: someone who logs in with a name and a password. The hub sends `customer-account` instead. */
const accountBody = z.object({
  accountId: keySchema,
  username: z.string().check(z.minLength(1), z.maxLength(253)),
  password: z.string().check(z.maxLength(128)),
  planName: textSchema,
  terms: termsSchema,
  active: z.boolean(),
  /** Let in for so long after the end. */
  graceSeconds: z.optional(secondsSchema),
  /** Held back for now; the customer reads why. Absent or null: not. */
  suspended: z.optional(z.nullable(z.object({ reason: textSchema }))),
  /** Use and start count for one period. A new value starts a new period. Absent: there is only one. */
  period: z.optional(z.string().check(z.regex(/^[A-Za-z0-9-]{1,40}$/))),
});
export type AccountBody = z.infer<typeof accountBody>;

/**
 * Scope site, key = sellerId: a person who sells for cash at the agent. The PIN is short, so its hash is weak
 * protection; the float limits a thief.
 */
const sellerBody = z.object({
  sellerId: keySchema,
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  /** scrypt (N 4096, r 8, p 1, 32 bytes) of the PIN, hex. */
  pinHash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** Hex. */
  pinSalt: z.string().check(z.regex(/^([0-9a-f]{2}){8,32}$/)),
  /** The most cash that the seller may hold; null: no limit. */
  floatCents: z.nullable(centsSchema),
  /** The sum of all cash that was ever handed in. The seller holds the sales at this site less this sum. */
  settledCents: centsSchema,
  active: z.boolean(),
});
export type SellerBody = z.infer<typeof sellerBody>;

/**
 * Scope site, key = grantId: an exception to a cash sale of this site. The site made the sale and its code; the hub decided that they
 * are worth nothing any more. A tombstone: they count again, or are long over by themselves.
 */
const cashSaleBody = z.object({ state: z.literal("disabled"), atMs: unixMsSchema });
export type CashSaleBody = z.infer<typeof cashSaleBody>;

/**
 * Scope site, key = grantId: what staff changed of a grant, all in all. The site gives what the grant does not have of it yet (its `given`), so
 * the row may come before the grant's first use, after it, and again. A tombstone: the grant is long over.
 */
const grantChangeBody = z.object({
  grantId: keySchema,
  /** Calendar time, time online, and data, on top of what was sold. */
  seconds: secondsSchema,
  useSeconds: secondsSchema,
  dataBytes: bytesSchema,
  /** In place of the plan's; absent: the plan's. */
  downKbps: z.optional(kbpsSchema.check(z.gte(1))),
  upKbps: z.optional(kbpsSchema.check(z.gte(1))),
  devices: z.optional(z.int().check(z.gte(1), z.lte(1000))),
  /** Nobody uses it for now. */
  paused: z.optional(suspensionSchema),
  /** When it was changed last, by the hub's clock. Absent: an older hub. */
  changedAtMs: z.optional(unixMsSchema),
});
export type GrantChangeBody = z.infer<typeof grantChangeBody>;

/**
 * A customer's guard of a code, as the hub heard it last. Key = grantId; of a batch's voucher in scope batch, of any other grant in scope site. A site's own record of its customer goes before it.
 */
const guardBody = z.object({
  ...codeGuardSchema.shape,
  /** Staff lifted this guard, also where the site has it of its own. Absent: no. */
  lifted: z.optional(z.boolean()),
});
export type GuardBody = z.infer<typeof guardBody>;

/**
 * Scope site, key `release`: the release that this site should run. The bundle is fetched with `fetch-bundle`. Without such a row a
 * site keeps its release.
 */
const releaseBody = z.object({
  /** As the bundle names itself: version and the beginning of its digest. */
  releaseId: keySchema,
  version: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Of the whole bundle file. */
  bytes: bytesSchema,
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** True: somebody chose it for this site; it runs even where the image brings a newer one. */
  exact: z.boolean(),
});
export type ReleaseBody = z.infer<typeof releaseBody>;

/**
 * Scope site, key `sim-inbox`: the messages of this sender that the router's SIM receives are reported (`report-inbox`). A tombstone: no more.
 * `sinceMs`: when a person switched it on; what the SIM held before is never reported.
 */
const simInboxBody = z.object({ sender: z.string().check(z.minLength(1), z.maxLength(20)), sinceMs: unixMsSchema });

/**
 * What should be at the site's router, or what is done where it differs, was changed: the site asks again (`read-desired-router`). Key `drift`, scope provider:
 * with the policy itself, which counts at once. Key `desired`, scope site: something else was chosen for this router.
 */
const routerPolicyBody = z.object({ drift: z.optional(z.enum(driftPolicies)), changedAtMs: unixMsSchema });

const row = <Kind extends string, Body extends z.ZodMiniType>(kind: Kind, body: Body) =>
  z.object({
    kind: z.literal(kind),
    key: keySchema,
    version: z.int().check(z.gte(1)),
    /** null is a tombstone: forget the key. */
    body: z.nullable(body),
  });

export const feedRowSchema = z.discriminatedUnion("kind", [
  row("provider", providerBody),
  row("site", siteBody),
  row("brand", brandSchema),
  row("portal-notice", portalNoticeSchema),
  row("plan", planSchema),
  row("promotion", promotionSchema),
  row("follow", followBody),
  row("batch", batchBody),
  row("voucher", voucherBody),
  row("listed-batch", listedBatchBody),
  row("listed-codes", listedCodesBody),
  row("grant", grantBody),
  row("account", accountBody),
  row("customer-account", customerAccountSchema),
  row("release", releaseBody),
  row("seller", sellerBody),
  row("cash-sale", cashSaleBody),
  row("grant-change", grantChangeBody),
  row("code-guard", guardBody),
  row("sim-inbox", simInboxBody),
  row("router-policy", routerPolicyBody),
  // Scope site, key = its address.
  row("access-point", accessPointSchema),
]);
export type FeedRow = z.infer<typeof feedRowSchema>;
export type FeedKind = FeedRow["kind"];

const knownKinds = new Set(
  feedRowSchema.def.options.map((option) => [...option.def.shape.kind.def.values][0] as string),
);
const strangerRow = z.object({ kind: keySchema, key: keySchema, version: z.int().check(z.gte(1)), body: z.unknown() });

/**
 * A row as a site accepts it. What a newer hub says beyond that, unknown kinds and fields, is stored unread: an older agent keeps working, a newer
 * one that replaces it finds all of the row, and the hub's mark on it holds.
 */
export const incomingRowSchema = z.unknown().check((payload) => {
  const { kind } = (payload.value ?? {}) as { kind?: unknown };
  const schema = typeof kind === "string" && !knownKinds.has(kind) ? strangerRow : feedRowSchema;
  const parsed = schema.safeParse(payload.value, inPlainWords);
  if (!parsed.success)
    payload.issues.push(...parsed.error.issues.map((issue) => ({ ...issue, input: payload.value }) as never));
}) as unknown as z.ZodMiniType<FeedRow>;
