/**
 * In which vendor's attributes a NAS reads speed and byte limits. `wispr`: WISPr and ChilliSpot, as OpenWrt (uspot) and CoovaChilli do.
 * What differs by dialect is a record of all of them, here and where attributes are written: a dialect that is added and forgotten in one
 * does not compile. Nothing compares a dialect with another.
 */
export const dialects = ["mikrotik", "wispr"] as const;
export type Dialect = (typeof dialects)[number];

/** Of a client that names none. */
export const defaultDialect: Dialect = "mikrotik";

/** Does a NAS of this dialect ask for log-ins of staff to itself, as RouterOS does? */
export const asksForStaff: Readonly<Record<Dialect, boolean>> = { mikrotik: true, wispr: false };
