/** What another system knows of its plans and users, in one form whatever system it was. */

import { cutText } from "@karibu/protocol/whole-text";
import type { HashedPassword } from "../../catalogue/accounts/given-password.ts";

/** `router`: hotspot users and those of User Manager on one router. `radius`: the tables of FreeRADIUS, whichever program fills them. */
export const sources = ["mikhmon", "hotspot-users", "user-manager", "router", "phpnuxbill", "radius"] as const;
export type Source = (typeof sources)[number];

/**
 * What turns a hotspot to Karibu. `agent`: it puts the router's users aside. `set-up`: the users stand with a RADIUS server, and none at the router, so there
 * is nothing to watch or to put aside: the router asks Karibu once the site is set up.
 */
export const switchers = ["agent", "set-up"] as const;
export const switchedBy: Readonly<Record<Source, (typeof switchers)[number]>> = {
  mikhmon: "agent",
  "hotspot-users": "agent",
  "user-manager": "agent",
  router: "agent",
  phpnuxbill: "agent",
  radius: "set-up",
};

/** One database has the users of all routers: each code stands in it once, and was sold once. */
export const isOfAllRouters = (source: Source): boolean => source === "phpnuxbill" || source === "radius";

/** Where within a system a user or a plan stands. */
export const origins = [
  "hotspot-users",
  "ppp-secrets",
  "user-manager",
  "phpnuxbill-customers",
  "phpnuxbill-vouchers",
  "radius-users",
] as const;
export type Origin = (typeof origins)[number];

export interface ForeignPlan {
  readonly from: Origin;
  /** Told apart from plans of other origins. */
  readonly name: string;
  /** As the other system calls it. */
  readonly named: string;
  /** In whole units of the other system's money, as it wrote it; null: it has none. */
  readonly price: string | null;
  readonly validitySeconds: number | null;
  readonly useSeconds: number | null;
  readonly dataBytes: number | null;
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly devices: number | null;
  /** A session ends after so long, and may begin again. */
  readonly sessionSeconds: number | null;
  /** Whoever is silent for so long is logged out. */
  readonly idleSeconds: number | null;
  /** Of which its lines get their addresses. */
  readonly pool: string | null;
}

/** What many plans don't say. */
export const untoldPlan = {
  price: null,
  validitySeconds: null,
  useSeconds: null,
  dataBytes: null,
  downKbps: null,
  upKbps: null,
  sessionSeconds: null,
  idleSeconds: null,
  pool: null,
} as const satisfies Partial<ForeignPlan>;

/**
 * `unused`: a code that nobody has used. `running`: used, and not over. `over`: its time, data or date is over. `blocked`: somebody switched it off.
 * `unclear`: what the other system wrote can't be read.
 */
export type ForeignState = "unused" | "running" | "over" | "blocked" | "unclear";

export interface ForeignUser {
  readonly from: Origin;
  /** Line of the file; 0: from a table without lines. */
  readonly line: number;
  /** `any`: nothing tells which. */
  readonly service: "hotspot" | "pppoe" | "any";
  /** Somebody with a line or an account: a customer, and no code. */
  readonly isSubscriber: boolean;
  readonly name: string;
  /** Null: the file does not have it. */
  readonly password: string | null;
  /** Only its hash is known: a line keeps its password by it. */
  readonly passwordHash?: HashedPassword;
  /** The router did not show it: `password` is the name, as it is with most. */
  readonly isPasswordHidden?: boolean;
  readonly plan: string;
  /** The source does not tell what was used: whoever runs gets their full time again. */
  readonly isUseUnknown?: boolean;
  readonly state: ForeignState;
  /** Null: none, or not begun. */
  readonly endsAtMs: number | null;
  readonly usedSeconds: number;
  readonly usedBytes: number;
  readonly limitSeconds: number | null;
  readonly limitBytes: number | null;
  readonly mac: string | null;
  /** A line's own: an IPv4 address or a pool's name, and prefixes behind it. */
  readonly address: {
    readonly ip?: string;
    readonly pool?: string;
    readonly routes?: readonly string[];
    readonly ipv6Prefix?: string;
  } | null;
  readonly fullName: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  /** As the other system wrote it. */
  readonly balance: string | null;
}

/** What many systems don't know of a user. */
export const untold = {
  endsAtMs: null,
  usedSeconds: 0,
  usedBytes: 0,
  limitSeconds: null,
  limitBytes: null,
  mac: null,
  address: null,
  fullName: null,
  phone: null,
  email: null,
  balance: null,
} as const satisfies Partial<ForeignUser>;

/** Something that a person should know before the switch, by a code that has its sentence in the console. */
export interface Warning {
  readonly code:
    | "partial-export"
    | "mikhmon-dates"
    | "bad-date"
    | "bad-value"
    | "no-password"
    | "no-plan"
    | "twice"
    | "one-way-limit"
    | "session-limit"
    | "script-unread"
    | "attribute-unread"
    | "rows-unread"
    | "recurring-limit"
    | "period-plan"
    | "further-recharge"
    | "past-date";
  readonly line: number;
  /** The other system's own words. Hostile text. */
  readonly what: string;
}

/**
 * A row of users that is none for us, and why. `other-service`: a log-in of VPN. `router-own`: the router made it itself. `no-name`. `no-plan`: a code of a plan
 * that is not there. `device`: one that is let in by its address. `no-log-in`: nobody logs in by it, such as a name that stands in a list of groups alone. `not-read`: a statement of which we don't know what
 * it does, or a row of other columns than its table.
 */
export const refusalCodes = [
  "other-service",
  "router-own",
  "no-name",
  "no-plan",
  "no-log-in",
  "device",
  "not-read",
] as const;
export interface RefusedRow {
  readonly from: Origin;
  readonly code: (typeof refusalCodes)[number];
  readonly line: number;
  /** Its name, or the statement. Hostile text. */
  readonly what: string;
}

export interface ForeignBook {
  readonly source: Source;
  readonly plans: readonly ForeignPlan[];
  readonly users: readonly ForeignUser[];
  readonly warnings: readonly Warning[];
  /** Each row of users is among `users` or here. */
  readonly refused: readonly RefusedRow[];
  /** How many rows of users the file has, by where they stand. */
  readonly found: Readonly<Partial<Record<Origin, number>>>;
  /** Of which its codes and what runs are, where it says it of several. */
  readonly routers?: readonly string[];
}

/** What one menu of a router told, or one list of a database. */
export interface PartOfBook {
  readonly from: Origin;
  readonly found: number;
  readonly plans: readonly ForeignPlan[];
  readonly users: readonly ForeignUser[];
  readonly refused: readonly RefusedRow[];
  readonly warnings: readonly Warning[];
}

/** What a reader of a system is told besides the file. */
export interface ReadingOf {
  /** How far the other system's clock is ahead of UTC. */
  readonly offsetMinutes: number;
  readonly nowMs: number;
  /** Of a database of several routers: by its name there, the one whose codes come. Left out: all of them. */
  readonly router?: string | undefined;
}

/** The same name twice for one service: RouterOS and we look only at the name. */
export function twice(users: readonly ForeignUser[]): Warning[] {
  const seen = new Set<string>();
  return users.flatMap(({ service, name, line }): Warning[] => {
    const key = `${service} ${name.toLowerCase()}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ code: "twice", line, what: cutText(name, 200) }];
  });
}
