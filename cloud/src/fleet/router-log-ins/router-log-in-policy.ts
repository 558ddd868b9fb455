/** Who may make a password for a router, with which rights there. Pure. */
import type { RouterLogInLevel } from "@karibu/protocol/router/router-log-in";
import type { Actor } from "../../ground/http/actor.ts";
import type { Permission } from "../../ground/http/permissions.ts";

export const permissionForLevel: Readonly<Record<RouterLogInLevel, Permission>> = {
  read: "routers.log-in",
  write: "routers.log-in-write",
  full: "routers.log-in-full",
};

/** The same person's, at one site: a second one is made while the first is still in a window, a tenth is a mistake or an attack. */
export const alivePerPersonMax = 5;
export const alivePerSiteMax = 20;

/**
 * Why this person gets no password; null: they get one. A router's shell is worth more than the console: without a second factor of their own
 * nobody gets one, whatever their role demands.
 */
export function refusedPassword(
  actor: Pick<Actor, "credential" | "may">,
  level: RouterLogInLevel,
): "no-person" | "no-permission" | "no-factor" | null {
  if (actor.credential.kind !== "login") return "no-person";
  if (!actor.may(permissionForLevel[level])) return "no-permission";
  return actor.credential.factor.isOn ? null : "no-factor";
}

/** A password that this person made: may they have it still? Null: there is no such person any more. */
export function mayKeep(
  person: {
    readonly active: boolean;
    readonly factorIsOn: boolean;
    readonly permissions: readonly Permission[];
  } | null,
  level: RouterLogInLevel,
): boolean {
  return person?.active === true && person.factorIsOn && person.permissions.includes(permissionForLevel[level]);
}

export type PasswordState = "alive" | "expired" | "ended" | "not-taken";

export function passwordState(
  row: { readonly endedHow: string | null; readonly expiresAtMs: number },
  nowMs: number,
): PasswordState {
  if (row.endedHow === "not-taken") return "not-taken";
  if (row.endedHow !== null) return "ended";
  return nowMs < row.expiresAtMs ? "alive" : "expired";
}
