/** What another system knows of its plans and users, in one form whatever system it was. */

export const sources = ["mikhmon", "hotspot-users", "user-manager", "phpnuxbill"] as const;
export type Source = (typeof sources)[number];

export interface ForeignPlan {
  readonly name: string;
  /** In whole units of the other system's money, as it wrote it; null: it has none. */
  readonly price: string | null;
  readonly validitySeconds: number | null;
  readonly useSeconds: number | null;
  readonly dataBytes: number | null;
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly devices: number | null;
}

/**
 * `unused`: a code that nobody has used. `running`: used, and not over. `over`: its time, data or date is over. `blocked`: somebody switched it off.
 * `unclear`: what the other system wrote can't be read.
 */
export type ForeignState = "unused" | "running" | "over" | "blocked" | "unclear";

export interface ForeignUser {
  /** Line of the file; 0: from a table without lines. */
  readonly line: number;
  readonly service: "hotspot" | "pppoe";
  readonly name: string;
  /** Null: the file does not have it. */
  readonly password: string | null;
  /** The router did not show it: `password` is the name, as it is with most. */
  readonly isPasswordHidden?: boolean;
  readonly plan: string;
  readonly state: ForeignState;
  /** Null: none, or not begun. */
  readonly endsAtMs: number | null;
  readonly usedSeconds: number;
  readonly usedBytes: number;
  readonly limitSeconds: number | null;
  readonly limitBytes: number | null;
  readonly mac: string | null;
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
  fullName: null,
  phone: null,
  email: null,
  balance: null,
} as const satisfies Partial<ForeignUser>;

/** Something that a person should know before the switch, by a code that has its sentence in the console. */
export interface Warning {
  readonly code: "partial-export" | "mikhmon-dates" | "bad-date" | "bad-value" | "no-password" | "no-plan" | "twice";
  readonly line: number;
  /** The other system's own words. Hostile text. */
  readonly what: string;
}

export interface ForeignBook {
  readonly source: Source;
  readonly plans: readonly ForeignPlan[];
  readonly users: readonly ForeignUser[];
  readonly warnings: readonly Warning[];
}

/** What a reader of a system is told besides the file. */
export interface ReadingOf {
  /** How far the other system's clock is ahead of UTC. */
  readonly offsetMinutes: number;
  readonly nowMs: number;
}
