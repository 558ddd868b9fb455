/**
 * The small JSON API between the portal (a customer's phone) and the agent. All under `/api` of the agent.
 *
 * The device is identified by its address on the guest network (and by the data in the hotspot's redirect). With a device
 * token in a cookie it remains the same device after a change of its random MAC.
 *
 *   GET  /api/state?mac=&ip=&login=      -> PortalState
 *   POST /api/purchases                  PurchaseRequest -> PurchaseView | 4xx Problem
 *   POST /api/offers                     OfferRequest -> OfferView | 4xx Problem
 *   GET  /api/purchases/{id}             -> PurchaseView
 *   GET  /api/purchases/{id}/events      server-sent events: `news` (ask for the purchase and the state), `over` (the last one). 503: poll
 *   POST /api/claims                     ClaimRequest -> ClaimView | 4xx Problem ("I already paid")
 *   POST /api/vouchers/redeem            RedeemRequest -> Redeemed | 4xx Problem
 *   POST /api/log-in                     LogInRequest -> LogIn (again, with what this device already has)
 *   GET  /terms                          the provider's terms; GET /brand/{sha256}.png|jpg its pictures
 *   GET, POST /trial                     the page of the free trial; GET /pay/{id} opens the payment window, then leads to the page of the card
 *   POST /api/log-out                    DeviceHint -> LogOut | 4xx Problem
 *
 * `LogIn` says how the device gets online. `done`: the agent logged the host in over the router's API. `post`: the page
 * posts `username` and `password` as a form to `url` (the hotspot's own log-in URL), then asks `/api/state` until online.
 */
import * as z from "zod/mini";
import { payChannelSchema } from "./pay-channel.ts";
import { planSchema } from "./plan.ts";
import { purchaseStateSchema } from "./rpc/purchase-state.ts";
import { bytesSchema, centsSchema, keySchema, secondsSchema, unixMsSchema } from "./schema.ts";

/**
 * Every way in which the agent says no. The portal has a sentence for each, in each language. The second half are the
 * reasons of `decide` (`RejectReason` of the agent), as a voucher or a log-in meets them.
 */
export const problemCodes = [
  "bad-request",
  "bad-phone",
  "unknown-plan",
  "not-offered",
  "hub-away",
  "hub-slow",
  "prompt-already-open",
  "no-credit",
  "bad-code",
  "code-used-up",
  "price-changed",
  "no-receipt",
  "another-payer",
  "unknown-receipt",
  "sale-not-here-yet",
  "slow-down",
  "not-found",
  "nothing-bought",
  "no-log-in-page",
  "router-refused",
  "fault",
  "unknown-user",
  "wrong-password",
  "guessing",
  "one-moment",
  "disabled",
  "revoked",
  "suspended",
  "paused",
  "expired",
  "time-used",
  "data-used",
  "outside-schedule",
  "too-many-devices",
  "moved-too-often",
  "elsewhere",
  "clock-unknown",
  "not-remembered",
] as const;
export type ProblemCode = (typeof problemCodes)[number];

export const onlineSchema = z.object({
  planName: z.string(),
  /** null: no limit of that kind. Computed by the agent, at `atMs`. */
  secondsLeft: z.nullable(secondsSchema),
  bytesLeft: z.nullable(bytesSchema),
  bytesUsed: bytesSchema,
  endsAtMs: z.nullable(unixMsSchema),
  downKbps: z.nullable(z.number()),
});
export type Online = z.infer<typeof onlineSchema>;

/** Something this device may use without paying; `grantId` says which when there are several. */
const availableSchema = z.object({ ...onlineSchema.shape, grantId: keySchema });
export type Available = z.infer<typeof availableSchema>;

/** At the price and with the terms of this place and hour. */
const planOnOfferSchema = z.object({
  ...planSchema.shape,
  /** What it usually costs here, where that is more. */
  usualCents: z.optional(centsSchema),
  /** The promotion that lowers the price or adds to the terms. */
  promotion: z.optional(z.string()),
});
export type PlanOnOffer = z.infer<typeof planOnOfferSchema>;

export const portalStateSchema = z.object({
  site: z.object({
    name: z.string(),
    providerName: z.string(),
    currency: z.string(),
    /** The language of who has chosen none: `en`, `fr`. */
    locale: z.string(),
    supportPhone: z.nullable(z.string()),
    /** Of the site's times. Absent: not known; a phone shows its own. */
    utcOffsetMinutes: z.optional(z.int()),
  }),
  /** The provider's own words, under the names of the portal's, by language. Absent: Karibu's. */
  words: z.optional(z.record(z.string(), z.record(z.string(), z.string()))),
  /** What the provider announces now, by language. Absent: nothing. */
  announcements: z.optional(z.array(z.record(z.string(), z.string()))),
  /** Is the hub in reach? When not, buying is closed and vouchers go on. */
  hub: z.enum(["connected", "away", "none"]),
  /** Buying: open, or why not. */
  buying: z.enum(["open", "hub-away", "not-offered"]),
  /** One pays by a prompt on the phone (M-Pesa), or on a page of the channel's own (cards). Absent: by phone. */
  paysBy: z.optional(z.enum(["phone", "page"])),
  /** The ways to pay. Of several the customer chooses one. Absent: not known; nothing is asked. */
  channels: z.optional(z.array(payChannelSchema)),
  plans: z.array(planOnOfferSchema),
  /** This device may try this plan for nothing, on the agent's page at `url`. Absent: there is nothing to try. */
  trial: z.optional(z.object({ name: z.string(), url: z.string() })),
  device: z.object({ mac: z.nullable(z.string()), address: z.nullable(z.string()) }),
  /** This device is online now. */
  online: z.nullable(
    z.object({
      ...onlineSchema.shape,
      /** What it is online with. Absent: an older agent. */
      grantId: z.optional(keySchema),
      /** How many devices it lets in at once: of one alone none is put online beside this. Absent: an older agent. */
      devices: z.optional(z.number()),
      /** Somebody gave it more, and the router ends it at the limits of before: the rest counts from the next log-in. Absent: no. */
      moreAtNextLogIn: z.optional(z.boolean()),
    }),
  ),
  /** Bought and not used up: the device may go online without paying. Newest first. */
  available: z.array(availableSchema),
  /** What this device has and may not use now, where somebody should say why (a suspended account). Absent or null: nothing. */
  held: z.optional(z.nullable(z.object({ planName: z.string(), reason: z.enum(problemCodes), text: z.string() }))),
  /** What this device had last, where that is over or was taken over, and why. Absent or null: it has something, or never had. */
  ended: z.optional(z.nullable(z.object({ planName: z.string(), reason: z.enum(problemCodes) }))),
  /** What this device bought for others: codes to hand on that nobody has used. Absent: none. */
  codes: z.optional(z.array(z.string()).check(z.maxLength(40))),
  /** A purchase of this device that is still open or ended in the last minutes, and how long ago it started. */
  purchase: z.nullable(
    z.object({
      purchaseId: keySchema,
      planId: keySchema,
      ...purchaseStateSchema.shape,
      ageSeconds: z.optional(secondsSchema),
    }),
  ),
});
export type PortalState = z.infer<typeof portalStateSchema>;

export const deviceHintSchema = z.object({
  /** The data of the hotspot's redirect; checked against the address of the request if possible. */
  mac: z.optional(z.string()),
  ip: z.optional(z.string()),
  /** The hotspot's own log-in URL (`$(link-login-only)`). */
  login: z.optional(z.string()),
  /** Does the hotspot take a plain password (`$(plain-passwd)`)? `yes` or `no`. */
  pap: z.optional(z.string()),
  /** What a hotspot that takes none must get an answer to (`$(chap-id)`, `$(chap-challenge)`), as its page prints them. */
  chapId: z.optional(z.string().check(z.maxLength(16))),
  chapChallenge: z.optional(z.string().check(z.maxLength(200))),
});
export type DeviceHint = z.infer<typeof deviceHintSchema>;

/** The parameters of the hotspot's redirect to the portal, and of the API's GETs. */
export const deviceHintNames = [
  "mac",
  "ip",
  "login",
  "pap",
  "chapId",
  "chapChallenge",
] as const satisfies (keyof DeviceHint)[];

export const purchaseRequestSchema = z.object({
  ...deviceHintSchema.shape,
  idempotencyKey: keySchema,
  planId: keySchema,
  phone: z.string().check(z.minLength(1, "enter your M-Pesa phone number"), z.maxLength(20)),
  /** One of `channels`. Absent: the site's usual way to pay. */
  channelId: z.optional(keySchema),
  /** Of a promotion, as typed. */
  code: z.optional(z.string().check(z.maxLength(40))),
  /** The price that the page shows: nobody is asked for more. */
  expectsCents: z.optional(centsSchema),
});
export type PurchaseRequest = z.infer<typeof purchaseRequestSchema>;

/** What the plan costs with this code, for this phone. */
export const offerRequestSchema = z.object({
  ...deviceHintSchema.shape,
  planId: keySchema,
  code: z.string().check(z.minLength(1), z.maxLength(40)),
  phone: z.string().check(z.maxLength(20)),
  channelId: z.optional(keySchema),
});
export type OfferRequest = z.infer<typeof offerRequestSchema>;

export const offerViewSchema = z.object({ priceCents: centsSchema, usualCents: centsSchema, currency: z.string() });
export type OfferView = z.infer<typeof offerViewSchema>;

export const logInRequestSchema = z.object({
  ...deviceHintSchema.shape,
  /** Which of `available`; absent: the newest. */
  grantId: z.optional(keySchema),
  /** `page`: the router's API reported success, but the device is not online: the page posts the form. */
  by: z.optional(z.enum(["router", "page"])),
});
export type LogInRequest = z.infer<typeof logInRequestSchema>;

/** `url`: the agent can't end the session at the router; the page fetches this address of the hotspot, which does. */
const logOutSchema = z.object({ url: z.optional(z.string()) });
export type LogOut = z.infer<typeof logOutSchema>;

const logInSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done") }),
  z.object({ kind: z.literal("post"), url: z.string(), username: z.string(), password: z.string() }),
  /** The grant is not here yet (the site was away when the money came): ask again. */
  z.object({ kind: z.literal("wait") }),
  z.object({ kind: z.literal("refused"), reason: z.enum(problemCodes), message: z.string() }),
]);
export type LogIn = z.infer<typeof logInSchema>;

export const purchaseViewSchema = z.object({
  purchaseId: keySchema,
  planId: keySchema,
  ...purchaseStateSchema.shape,
  /** Present once paid; null even then when the site does not log in by itself: the page offers a button (`/api/log-in`). */
  logIn: z.nullable(logInSchema),
});
export type PurchaseView = z.infer<typeof purchaseViewSchema>;

/**
 * The receipt of the channel's message, or our code (or the whole message of either), or, without it, the amount. `phone`: the number
 * that paid; a code needs none.
 */
export const claimRequestSchema = z.object({
  ...deviceHintSchema.shape,
  receipt: z.optional(z.string().check(z.minLength(6, "enter the receipt code of the message"), z.maxLength(600))),
  amountCents: z.optional(
    centsSchema.check(z.gte(1, "enter what you paid"), z.lte(1_000_000_000, "enter what you paid")),
  ),
  phone: z.string().check(z.maxLength(20)),
});
export type ClaimRequest = z.infer<typeof claimRequestSchema>;

export const redeemedSchema = z.object({ planName: z.string(), logIn: logInSchema });
export type Redeemed = z.infer<typeof redeemedSchema>;

export const claimViewSchema = z.discriminatedUnion("kind", [
  /** Found. `purchase`: the purchase that it pays for; null: it is the customer's credit. */
  z.object({ kind: z.literal("settled"), purchase: z.nullable(purchaseViewSchema) }),
  /** The hub is querying the channel: send the same claim again later. */
  z.object({ kind: z.literal("asked") }),
  /** No channel can be queried: the provider's people look for it. Sending the same claim again later finds what they found. */
  z.object({ kind: z.literal("noted") }),
  /** It was the code of a sale: it is this device's. */
  z.object({ kind: z.literal("redeemed"), ...redeemedSchema.shape }),
]);
export type ClaimView = z.infer<typeof claimViewSchema>;

export const redeemRequestSchema = z.object({
  ...deviceHintSchema.shape,
  code: z.string().check(z.minLength(1, "enter the code on your voucher"), z.maxLength(200)),
  /** Of a voucher that has one. Without it, or with another one, the answer names this field. */
  pin: z.optional(z.string().check(z.maxLength(12))),
});
export type RedeemRequest = z.infer<typeof redeemRequestSchema>;

/** RFC 9457. `field` names the input that is wrong; `code` is stable, and the portal's strings have a sentence for it. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(problemCodes),
  detail: z.optional(z.string()),
  field: z.optional(z.string()),
  /** How long to wait before trying again (also in `Retry-After`). */
  retryAfterSeconds: z.optional(z.int()),
});
export type Problem = z.infer<typeof problemSchema>;
