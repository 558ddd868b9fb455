/** Who may log in to the console by a provider's RADIUS server, and as what. Pure. */
import type { RadiusAnswer, RadiusTrouble } from "../../ground/radius/ask-radius.ts";
import type { RoleAttribute } from "../../ground/radius/radius-packets.ts";

export const nameForms = ["address", "before-at"] as const;
export type NameForm = (typeof nameForms)[number];

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

export type RadiusVerdict =
  | { readonly kind: "enter"; readonly role: string }
  | { readonly kind: "refused"; readonly why: "reject" | "challenge" | "no-role" | RadiusTrouble };

/** What an answer about a person of `role` means. No answer gives a role that is not among `rules.roles`. */
export function judgeRadius(
  answer: RadiusAnswer,
  { role, rules }: { readonly role: string; readonly rules: RadiusRules },
): RadiusVerdict {
  if (answer.kind === "none") return { kind: "refused", why: answer.why };
  if (answer.kind !== "accept") return { kind: "refused", why: answer.kind };
  const { roleAttribute, roleMap, roles } = rules;
  if (roleAttribute === null) return { kind: "enter", role };
  const said = answer.values[roleAttribute];
  const named = new Set(roleMap.flatMap((one) => (said.includes(one.value) ? [one.role] : [])));
  const [only] = named;
  const isSound = named.size === 1 && only !== undefined && roles.includes(only) && mayLogInByRadius(only);
  return isSound ? { kind: "enter", role: only } : { kind: "refused", why: "no-role" };
}
