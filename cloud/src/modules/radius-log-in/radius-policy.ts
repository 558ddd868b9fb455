/** Who may log in to the console by a provider's RADIUS server, and as what. Pure. */
import { isBuiltIn } from "../../ground/http/permissions.ts";
import type { RadiusAnswer, RadiusTrouble } from "./ask-radius.ts";
import type { RoleAttribute } from "./radius-packets.ts";

export const nameForms = ["address", "before-at"] as const;
type NameForm = (typeof nameForms)[number];

export interface MappedRole {
  /** What the server says, to the letter. */
  readonly value: string;
  readonly role: string;
}

export interface RadiusRules {
  readonly names: NameForm;
  /** Whose people may log in by it, and the only ones that it may give. */
  readonly roles: readonly string[];
  /** Null: people keep their role. Else an accept that names none, or more than one, opens nothing. */
  readonly roleAttribute: RoleAttribute | null;
  readonly roleMap: readonly MappedRole[];
}

/** A RADIUS server that is dead, or in another's hands, must neither lock these out nor make somebody one of them. */
const byPasswordAlone: ReadonlySet<string> = new Set(["owner", "platform-admin"]);

export const mayLogInByRadius = (role: string): boolean => !byPasswordAlone.has(role);

/** Under which name the server is asked about this person; null: it is not asked. */
export function radiusNameOf(
  person: { readonly email: string; readonly role: string; readonly active: boolean },
  rules: Pick<RadiusRules, "names" | "roles">,
): string | null {
  if (!person.active || !mayLogInByRadius(person.role) || !rules.roles.includes(person.role)) return null;
  return rules.names === "address" ? person.email : localPart(person.email);
}

export const localPart = (email: string): string => email.slice(0, email.lastIndexOf("@"));

/** What of a role's rights nobody confirmed yet; the platform's own roles grow by releases alone, and need no confirmation. */
export function unconfirmed(
  role: string,
  rights: readonly string[],
  confirmed: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  if (isBuiltIn(role)) return [];
  const known = Object.hasOwn(confirmed, role) ? (confirmed[role] ?? []) : [];
  return rights.filter((right) => !known.includes(right));
}

/** The server as it is now; null: there is none. */
export interface RadiusNow {
  readonly serverAtMs: number;
  readonly roles: readonly string[];
  readonly confirmed: Readonly<Record<string, readonly string[]>>;
}

/**
 * What a person may do in a log-in that a RADIUS server opened. Null: nothing any more, because it is another server, or the person has a role now that it
 * opens nothing for.
 */
export function rightsByRadius<Right extends string>(
  login: { readonly doorAtMs: number; readonly role: string },
  now: RadiusNow | null,
  rights: readonly Right[],
): readonly Right[] | null {
  const { doorAtMs, role } = login;
  if (now === null || now.serverAtMs !== doorAtMs || !now.roles.includes(role) || !mayLogInByRadius(role)) return null;
  const more = unconfirmed(role, rights, now.confirmed);
  return rights.filter((right) => !more.includes(right));
}

export type RadiusVerdict =
  | { readonly kind: "enter"; readonly role: string }
  | {
      readonly kind: "refused";
      readonly why: "reject" | "challenge" | "no-role" | "role-grown" | "no-tunnel" | RadiusTrouble;
    };

/**
 * What an answer about a person of `role` means. No answer gives a role that is not among `rules.roles`, and none moves a person to a role that has more
 * than was confirmed (`grown`): with Karibu's own password the person would have all of it.
 */
export function judgeRadius(
  answer: RadiusAnswer,
  { role, rules, grown }: { readonly role: string; readonly rules: RadiusRules; readonly grown: ReadonlySet<string> },
): RadiusVerdict {
  if (answer.kind === "none") return { kind: "refused", why: answer.why };
  if (answer.kind !== "accept") return { kind: "refused", why: answer.kind };
  const { roleAttribute, roleMap, roles } = rules;
  if (roleAttribute === null) return { kind: "enter", role };
  const said = answer.values[roleAttribute];
  const named = new Set(roleMap.flatMap((one) => (said.includes(one.value) ? [one.role] : [])));
  const [only] = named;
  const isSound = named.size === 1 && only !== undefined && roles.includes(only) && mayLogInByRadius(only);
  if (isSound && only !== role && grown.has(only)) return { kind: "refused", why: "role-grown" };
  return isSound ? { kind: "enter", role: only } : { kind: "refused", why: "no-role" };
}
