/**
 * The dialects that a NAS may speak, by the names that settings have for them. A new one: its file beside this one, its row here, and rows in the table
 * of attributes (`protocol/src/radius/attributes.ts`) for those that it does not have yet.
 */
import type { RadiusDialect } from "./dialect.ts";
import { mikrotik } from "./mikrotik.ts";
import { wispr } from "./wispr.ts";

export const radiusDialects = { mikrotik, wispr } as const satisfies Readonly<Record<string, RadiusDialect>>;

export type RadiusDialectName = keyof typeof radiusDialects;
export const radiusDialectNames = Object.keys(radiusDialects) as readonly RadiusDialectName[];

/** @param named absent: a client that names none is a RouterOS */
export const dialectOf = (named: RadiusDialectName = "mikrotik"): RadiusDialect => radiusDialects[named];
