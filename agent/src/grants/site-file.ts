/**
 * A site without any hub: plans, accounts, vouchers and sellers from one JSON file (`KARIBU_SITE_FILE`). Absent fields of a plan
 * mean unlimited (but see `idleTimeoutSeconds`); an unknown field is refused, because a misspelt limit would be none. What is wrong is refused with its path (`vouchers[3].plan`), never skipped: a voucher that was sold
 * and is not in the books is an angry customer.
 */
import { fairUseSchema, scheduleSchema, type Terms, unlimitedTerms, withUsualIdleTimeout } from "@karibu/protocol/plan";
import { complaint, inPlainWords } from "@karibu/protocol/schema";
import * as z from "zod/mini";
import { createVoucherLines, type VoucherLines } from "./vouchers/voucher-lines.ts";

export interface SiteFile {
  /** By name. */
  readonly plans: ReadonlyMap<string, Terms>;
  /** By user name. */
  readonly accounts: ReadonlyMap<string, { readonly password: string; readonly planName: string }>;
  readonly vouchers: VoucherLines;
  /** Plans that sellers may sell for cash, by name. Null currency: the provider's. */
  readonly prices: ReadonlyMap<string, { readonly priceCents: number; readonly currency: string | null }>;
  /** By name in lower case. */
  readonly sellers: ReadonlyMap<string, SellerLine>;
}

export interface SellerLine {
  readonly name: string;
  readonly pin: string;
  /** Cash that may be out with the seller; null: no limit. */
  readonly floatCents: number | null;
  /** All the cash ever handed in. Nothing else of a site without a hub knows of it. */
  readonly settledCents: number;
}

/** What a field that is absent (unlimited) means for device slots; also the most that a plan may say. */
const devicesUnlimited = 1000;

const limit = z.nullish(z.int().check(z.gte(1)));
const cents = z.nullish(z.int().check(z.gte(0)));
const windowRow = z
  .strictObject(scheduleSchema.shape.windows.def.element.shape)
  .check(
    z.refine(
      ({ days, fromMinute, toMinute }) => days.length > 0 && toMinute > fromMinute,
      "never opens: toMinute must be later",
    ),
  );
const planRow = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(128)),
  validitySeconds: limit,
  useSeconds: limit,
  dataBytes: limit,
  downKbps: limit,
  upKbps: limit,
  /** Absent: ten minutes where the plan counts time online. Null: none. */
  idleTimeoutSeconds: z.nullish(z.int().check(z.gte(60), z.lte(2_592_000))),
  devices: z.nullish(z.int().check(z.gte(1), z.lte(devicesUnlimited))),
  schedule: z.nullish(z.strictObject({ ...scheduleSchema.shape, windows: z.array(windowRow).check(z.minLength(1)) })),
  fairUse: z.nullish(z.strictObject(fairUseSchema.shape)),
  priceCents: cents,
  currency: z.nullish(z.string().check(z.regex(/^[A-Z]{3}$/))),
});
const fileSchema = z.strictObject({
  plans: z._default(z.array(planRow), []),
  accounts: z._default(
    z.array(
      z.strictObject({
        username: z.string().check(z.minLength(1), z.maxLength(253)),
        password: z.string().check(z.maxLength(128)),
        plan: z.string(),
      }),
    ),
    [],
  ),
  vouchers: z._default(
    z.array(z.strictObject({ code: z.string().check(z.minLength(1), z.maxLength(64)), plan: z.string() })),
    [],
  ),
  sellers: z._default(
    z.array(
      z.strictObject({
        name: z.string().check(z.minLength(1), z.maxLength(100)),
        pin: z.string().check(z.regex(/^\d{4,12}$/, "must be 4 to 12 digits")),
        floatCents: cents,
        settledCents: cents,
      }),
    ),
    [],
  ),
});

export type ParsedSiteFile = { readonly site: SiteFile } | { readonly problem: string };

export function parseSiteFile(text: string): ParsedSiteFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `is not JSON: ${(error as Error).message}` };
  }
  const parsed = fileSchema.safeParse(value, inPlainWords);
  if (!parsed.success) {
    return { problem: problemOf(parsed.error) };
  }
  const plans = new Map<string, Terms>();
  const prices = new Map<string, { priceCents: number; currency: string | null }>();
  for (const [index, { name, priceCents, currency, ...limits }] of parsed.data.plans.entries()) {
    if (plans.has(name)) return { problem: `plans[${index}].name: "${name}" is there twice` };
    plans.set(name, termsOf(limits));
    if (priceCents != null) prices.set(name, { priceCents, currency: currency ?? null });
  }
  const accounts = new Map<string, { password: string; planName: string }>();
  for (const [index, { username, password, plan }] of parsed.data.accounts.entries()) {
    if (!plans.has(plan)) return { problem: `accounts[${index}].plan: there is no plan "${plan}"` };
    if (accounts.has(username)) return { problem: `accounts[${index}].username: "${username}" is there twice` };
    accounts.set(username, { password, planName: plan });
  }
  const vouchers = createVoucherLines(parsed.data.vouchers.length);
  for (const [index, { code, plan }] of parsed.data.vouchers.entries()) {
    const key = voucherKey(code);
    if (!plans.has(plan)) return { problem: `vouchers[${index}].plan: there is no plan "${plan}"` };
    if (key === "") return { problem: `vouchers[${index}].code: has no letter or digit` };
    if (!vouchers.add(key, plan)) return { problem: `vouchers[${index}].code: is there twice` };
  }
  const sellers = new Map<string, SellerLine>();
  for (const [index, { name, pin, floatCents, settledCents }] of parsed.data.sellers.entries()) {
    const key = name.trim().toLowerCase();
    if (sellers.has(key)) return { problem: `sellers[${index}].name: "${name}" is there twice` };
    sellers.set(key, { name: name.trim(), pin, floatCents: floatCents ?? null, settledCents: settledCents ?? 0 });
  }
  return { site: { plans, accounts, vouchers, prices, sellers } };
}

/** A code as people type it: case, spaces and dashes do not matter. */
export function voucherKey(code: string): string {
  return code.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

function termsOf(limits: Omit<z.infer<typeof planRow>, "name" | "priceCents" | "currency">): Terms {
  const given = Object.entries(limits).filter(([, value]) => value != null);
  const terms = { ...unlimitedTerms, devices: devicesUnlimited, ...Object.fromEntries(given) } as Terms;
  return withUsualIdleTimeout(terms, limits);
}

function problemOf(error: z.core.$ZodError): string {
  const { field, message } = complaint(error);
  const issue = error.issues[0];
  const at = withBrackets(field);
  if (issue?.code === "unrecognized_keys") {
    const unknown = issue.keys[0] ?? "";
    return `${at === "" ? unknown : `${at}.${unknown}`}: there is no such field`;
  }
  return at === "" ? message : `${at}: ${message}`;
}

function withBrackets(field: string): string {
  return field.replace(/\.(\d+)(?=\.|$)/g, "[$1]");
}
