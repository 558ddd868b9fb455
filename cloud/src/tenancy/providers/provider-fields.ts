/** The fields of a provider in the API, with their limits. */
import { z } from "zod";
import { ownRule } from "../../ground/http/own-rules.ts";
import { isReservedName } from "./reserved-names.ts";

export const providerFields = {
  name: z.string().trim().min(1).max(100),
  locale: z.enum(["en", "sw"]),
  /** The portal's, for phones that ask for none that it has; a site that does not have it speaks `locale`. The customers' page and SMS follow it. Null: `locale`. */
  portalLanguage: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .nullable(),
  /** Minutes east of UTC; Kenya is 180. */
  utcOffsetMinutes: z.number().int().min(-720).max(840),
  /** As people write it, also two of them. Customers read it on the portal and in messages. */
  supportPhone: z
    .string()
    .trim()
    .min(3)
    .max(30)
    .regex(
      /^(?=(?:\D*\d){3})[\d\s+()/,.*#-]+$/,
      ownRule("phone-signs", "A phone number: digits, and + ( ) / - between them."),
    )
    .nullable(),
  /** Only people of this provider log in at `<subdomain>.<the hub's host>`. Null: the provider has none. */
  subdomain: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/, ownRule("subdomain-signs", "3 to 63 letters, digits and hyphens"))
    .refine((word) => !isReservedName(word), {
      message: ownRule("kept-for-platform", "This one is kept for the platform."),
    })
    .nullable(),
  /** The allowance that a site gives when it can't ask which site holds a voucher's lease. */
  bridge: z.strictObject({
    seconds: z.number().int().min(0).max(86_400),
    dataBytes: z.number().int().min(0).max(100_000_000_000),
  }),
  /** A site credits internet outages of at least `minSeconds` to running time plans, at most `maxSeconds` each. */
  outageCredit: z
    .strictObject({
      minSeconds: z.number().int().min(60).max(86_400),
      maxSeconds: z
        .number()
        .int()
        .min(60)
        .max(30 * 86_400),
    })
    .refine(({ minSeconds, maxSeconds }) => minSeconds <= maxSeconds, {
      path: ["maxSeconds"],
      message: ownRule("below-least", "At least as long as minSeconds."),
    })
    .nullable(),
  /** Sales for cash that a seller may make at a site in a day of the provider. */
  sellerSalesPerDay: z.number().int().min(1).max(10_000),
  /**
   * Who began to pay by card gets so much internet, to reach the page of their bank: for `seconds`, at `kbps` and with `dataBytes` at most; a device
   * once in `everySeconds`, a site so many in a day.
   */
  payWindow: z
    .strictObject({
      seconds: z.number().int().min(60).max(1800),
      kbps: z.number().int().min(64).max(10_000),
      dataBytes: z.number().int().min(1_000_000).max(200_000_000),
      everySeconds: z
        .number()
        .int()
        .min(600)
        .max(7 * 86_400),
      perDay: z.number().int().min(1).max(100_000),
    })
    .nullable(),
  /** A site that lost its memory goes on with codes that it may have seen used, and marks each use. Else it holds them until it is told. */
  sellsUnremembered: z.boolean(),
  /** What customers may do at the site against the theft of their codes, and how often a code may go to another device in 24 hours (null: no limit). */
  codeGuard: z.strictObject({
    mayPause: z.boolean(),
    mayPin: z.boolean(),
    movesPerDay: z.number().int().min(1).max(100).nullable(),
  }),
};

export const providerChange = z.strictObject(providerFields).partial();
