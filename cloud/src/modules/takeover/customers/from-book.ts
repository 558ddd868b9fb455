/** Subscribers that a router's export, its printed rows or a database tell of: the takeover of codes leaves them to this one. Pure. */
import { cutText } from "@karibu/protocol/whole-text";
import type { ForeignBook, ForeignUser, RefusedRow } from "../foreign-book.ts";
import { macOf } from "../listing.ts";
import { amountOf, paidUntilBounds } from "./cell-values.ts";
import { type CustomerFile, type CustomerLine, customerFileBounds, type LineError } from "./customer-file.ts";

/** Subscribers, also those whose time is over: they are customers all the same. */
export function linesOfBook({ source, plans, users, warnings, refused }: ForeignBook): CustomerFile {
  const subscribers = users.filter(({ isSubscriber }) => isSubscriber);
  if (subscribers.length > customerFileBounds.lines)
    return {
      source,
      lines: [],
      errors: [{ line: 0, field: "file", problem: "too-many-lines" }],
      codes: users.length - subscribers.length,
      plans: [],
      ignored: [],
      columns: null,
    };
  const errors: LineError[] = warnings
    .filter(({ code }) => code === "partial-export")
    .map(() => ({ line: 0, field: "file", problem: "cut-off" }));
  for (const { from, code, line } of refused)
    if (from === "ppp-secrets" || from === "phpnuxbill-customers" || from === "radius-users")
      errors.push({ line, field: "username", problem: refusedRows[code] });
  // Sold, and not used yet: somebody has to know.
  for (const user of users)
    if (user.service === "pppoe" && user.state === "unused" && !user.isSubscriber)
      errors.push({ line: user.line, field: "username", problem: "recharge-code" });
  const pools = new Map(plans.flatMap(({ name, pool }) => (pool === null ? [] : [[name, pool] as const])));
  // Rows that a router told have no line of a file: each is known by its place.
  const isNumbered = subscribers.every(({ line }) => line > 0);
  const lines = subscribers.flatMap((told, place): CustomerLine[] => {
    const user = isNumbered ? told : { ...told, line: place + 1 };
    const balance = user.balance?.trim() || null;
    const balanceCents = balance === null ? null : bareCentsOf(balance);
    // Left behind and named, as in a CSV: a balance that can't be read is nobody's zero.
    if (balance !== null && balanceCents === null)
      errors.push({ line: user.line, field: "balance", problem: "bad-balance" });
    const endsAtMs = (user.endsAtMs ?? 0) < paidUntilBounds.fromMs ? null : user.endsAtMs;
    const isTooFar = endsAtMs !== null && endsAtMs >= paidUntilBounds.untilMs;
    if (isTooFar) errors.push({ line: user.line, field: "paid_until", problem: "bad-date" });
    if (isTooFar || (balance !== null && balanceCents === null)) return [];
    const line = {
      line: user.line,
      name: bounded(user.fullName || user.name, 100) || "?",
      phone: user.phone || null,
      otherPhones: [],
      email: user.email || null,
      note: null,
      number: null,
      username: user.name,
      password: user.passwordHash ?? (user.isPasswordHidden === true ? null : user.password),
      service: user.service,
      plan: user.plan === "" ? null : user.plan,
      address: addressOf(user, pools.get(user.plan)),
      mac: macOf(user.mac),
      site: null,
      paidUntilMs: endsAtMs,
      balanceCents,
      isActive: user.state !== "blocked",
      saysActive: true,
    };
    return [line];
  });
  return { source, lines, errors, codes: users.length - subscribers.length, plans, ignored: [], columns: null };
}

const refusedRows: Readonly<Record<RefusedRow["code"], LineError["problem"]>> = {
  "other-service": "other-service",
  "router-own": "router-own",
  "no-name": "no-login",
  "no-plan": "no-such-plan",
  "no-log-in": "no-log-in",
  device: "device",
  "not-read": "not-read",
};

/** Without an address of its own a line has one of its plan's pool. */
function addressOf({ address }: ForeignUser, pool: string | undefined): CustomerLine["address"] {
  const own = address === null ? {} : { ...address, ...(address.routes ? { routes: [...address.routes] } : {}) };
  const whole = { ...(pool === undefined || address?.ip !== undefined ? {} : { pool }), ...own } as NonNullable<
    CustomerLine["address"]
  >;
  return Object.keys(whole).length === 0 ? null : whole;
}

/** A database tells no currency. */
const bareCentsOf = (text: string): number | null => {
  const cents = amountOf(text, "", ".");
  return cents === "other-currency" ? null : cents;
};

/** Foreign text as a name. */
const bounded = (text: string, lengthMax: number): string =>
  cutText(
    text
      .toWellFormed()
      .replace(/\p{Cc}+/gu, " ")
      .trim(),
    lengthMax,
  );
