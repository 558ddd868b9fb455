/**
 * A customer's log-in as a site knows it, for hotspot and PPPoE (feed kind `customer-account`). Everything that the site needs to decide for
 * weeks without the hub is in the row: until when it is paid, for how long it is let in after that, and what comes then. An older agent
 * stores the kind unread; it never takes such a row for an `account`, whose password is in clear.
 */
import * as z from "zod/mini";
import { termsSchema } from "../plan.ts";
import { kbpsSchema, keySchema, macSchema, secondsSchema, textSchema, unixMsSchema } from "../schema.ts";

/** What follows when the paid time and its grace are over. Absent: the customer is off. */
export const afterEndSchema = z.object({
  /** `page`: let in, and every page is the one that says why and takes the payment. `slower`: goes on, at the speed below. */
  way: z.enum(["page", "slower"]),
  downKbps: kbpsSchema,
  upKbps: kbpsSchema,
});
export type AfterEnd = z.infer<typeof afterEndSchema>;

/** How a customer's own pause ends, by the site's clock: from then on the row reads as if nobody had held it back, with these in the place of its own. */
const resumesSchema = z.object({
  atMs: unixMsSchema,
  paidUntilMs: unixMsSchema,
  graceSeconds: z.optional(secondsSchema),
  afterEnd: z.optional(afterEndSchema),
});

const address4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const prefix4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}\/([12]?\d|3[0-2])$/;
const prefix6 = /^[0-9a-f:]{2,39}\/(\d{1,2}|1[01]\d|12[0-8])$/;
/** The name of an IP pool of the router. */
const poolName = z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/));

/** What a PPP session gets; each absent one is the profile's. A hotspot host has an address before it logs in. */
export const accountAddressSchema = z.object({
  /** Framed-IP-Address. */
  ip: z.optional(z.string().check(z.regex(address4))),
  /** Framed-Pool; not with `ip`. */
  pool: z.optional(poolName),
  /** Framed-Route: prefixes that the router sends into the session. */
  routes: z.optional(z.array(z.string().check(z.regex(prefix4))).check(z.maxLength(16))),
  /** Delegated-IPv6-Prefix. */
  ipv6Prefix: z.optional(z.string().check(z.regex(prefix6))),
  /** Mikrotik-Delegated-IPv6-Pool; not with `ipv6Prefix`. */
  ipv6Pool: z.optional(poolName),
});
export type AccountAddress = z.infer<typeof accountAddressSchema>;

const periodSchema = z.string().check(z.regex(/^[A-Za-z0-9-]{1,40}$/));

/** Where a log-in may be used. */
export const accountServiceSchema = z.enum(["hotspot", "pppoe", "any"]);
export type AccountService = z.infer<typeof accountServiceSchema>;

/** Scope site, key = accountId. */
export const customerAccountSchema = z.object({
  accountId: keySchema,
  /** Found without regard to case. */
  username: z.string().check(z.minLength(1), z.maxLength(64)),
  service: accountServiceSchema,
  /** See `nt-hash.ts`: as good as the password. */
  ntHash: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  /** Only where the provider switched CHAP on for it: CHAP can't be answered from a hash. */
  clearPassword: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  planName: textSchema,
  /** `validUntilMs`: until when it is paid. */
  terms: termsSchema,
  active: z.boolean(),
  /** Let in as usual for so long after the paid time. */
  graceSeconds: z.optional(secondsSchema),
  /** Held back for now; the customer reads why. Absent or null: not. */
  suspended: z.optional(z.nullable(z.object({ reason: textSchema }))),
  /** Of a pause, where nothing else holds it back. Absent: the hub says when it is let in again. */
  resumes: z.optional(resumesSchema),
  /** Absent: off, when the paid time and the grace are over, or when it is suspended. */
  afterEnd: z.optional(afterEndSchema),
  /** As in `account`. */
  period: z.optional(periodSchema),
  /** Periods that are paid for and begin later, the next one first: each turns by the site's clock. */
  nextPeriods: z.optional(z.array(z.object({ fromMs: unixMsSchema, period: periodSchema })).check(z.maxLength(12))),
  /** Only these devices, `AA:BB:CC:DD:EE:FF`. Absent: any. */
  macs: z.optional(z.array(macSchema).check(z.maxLength(16))),
  address: z.optional(accountAddressSchema),
});
export type CustomerAccountBody = z.infer<typeof customerAccountSchema>;
