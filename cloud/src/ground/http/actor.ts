import type { Permission } from "./permissions.ts";

/** Who makes a request, as their token proved it. */
export interface Actor {
  /** Of the provider; of the platform when a platform admin acts as the provider. */
  readonly userId: string;
  readonly providerId: string;
  /** A built-in role, or the id of one of the provider's own. */
  readonly role: string;
  readonly email: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly credential: Credential;
  may(permission: Permission): boolean;
}

/** What was shown at the door. Only a log-in is a person at work; the others may not change who gets in. */
export type Credential =
  | { readonly kind: "login"; readonly id: string }
  | { readonly kind: "token"; readonly id: string }
  | { readonly kind: "impersonation"; readonly id: string; readonly endsAtMs: number; readonly reason: string };

/** The provider under whose name the platform's own users stand. */
export const platformProviderId = "platform";

/** For the audit log: how somebody acted who was not simply logged in. */
export function viaOf({ credential }: Actor): string | null {
  return credential.kind === "login" ? null : `${credential.kind} ${credential.id}`;
}
