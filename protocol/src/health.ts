/** How well a thing is, in one word. Doctor, hub and command line judge in these words; faces with older words map them here. */
import * as z from "zod/mini";

/** `notice`: it works, and somebody should look. `wrong`: it does not work, or soon will not. */
export const healthSchema = z.enum(["ok", "notice", "wrong"]);
export type Health = z.infer<typeof healthSchema>;

/** The worst of all; `ok` where there is none. */
export function worstHealth(all: readonly Health[]): Health {
  if (all.includes("wrong")) return "wrong";
  return all.includes("notice") ? "notice" : "ok";
}

/** What the hub's API and `karibu doctor --hub --json` call it. Their readers know these words, so they stay. */
export const hubGrades = { ok: "good", notice: "doubtful", wrong: "wrong" } as const satisfies Record<Health, string>;
export const hubGradeSchema = z.enum(["good", "doubtful", "wrong"]);
export type HubGrade = z.infer<typeof hubGradeSchema>;

/** What `/health/security` of the hub calls it. */
export const securityStatuses = { ok: "ok", notice: "warning", wrong: "warning" } as const satisfies Record<
  Health,
  string
>;
export type SecurityStatus = (typeof securityStatuses)[Health];

/** A site's disk, as its agent reports it. `refuses`: full or read-only; the journal stays in memory. */
export const siteDisks = ["ok", "refuses"] as const;
export type SiteDisk = (typeof siteDisks)[number];

/**
 * How a site's router takes its agent, as a test of the agent's own found it. `log-in`: user or password are refused. `permissions`: its user may
 * not what the agent needs. `api`: twice in a row its API gave no answer, or none that can be read.
 */
export const routerStandings = ["ok", "log-in", "permissions", "api"] as const;
export type RouterStanding = (typeof routerStandings)[number];
