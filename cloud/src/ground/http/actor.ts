import type { Permission } from "./permissions.ts";
import { refusal } from "./problem.ts";
import type { FactorState } from "./second-factor-demand.ts";

/** The authenticated caller of a request. */
export interface Actor {
  /** The person's provider; it is the platform when a platform admin acts as the provider. */
  readonly userId: string;
  readonly providerId: string;
  /** A built-in role, or the id of a role that the provider defined. */
  readonly role: string;
  readonly email: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly credential: Credential;
  may(permission: Permission): boolean;
}

/** The kind of credential. Only a log-in is a person at work; the other kinds may not change who has access. */
export type Credential =
  | { readonly kind: "login"; readonly id: string; readonly factor: FactorState }
  | { readonly kind: "token"; readonly id: string }
  | {
      readonly kind: "impersonation";
      readonly id: string;
      readonly endsAtMs: number;
      readonly reason: string;
      /** Of the platform's person, in the log-in in which they began it. */
      readonly factor: FactorState;
    };

/** A customer who is logged in on their own page (`admit-customer.ts`). */
export interface CustomerCaller {
  readonly providerId: string;
  readonly customerId: string;
  readonly sessionId: string;
}

/** The platform's users belong to this provider id. */
export const platformProviderId = "platform";

/** For the audit log: how the person acted when it was not by a plain log-in. */
export function viaOf({ credential }: Actor): string | null {
  return credential.kind === "login" ? null : `${credential.kind} ${credential.id}`;
}

/**
 * Addresses of the hub whose path is the secret that lets a message in: with one, anybody tells the hub that money came, also after a
 * support access has ended. `permission`: to change what has the address.
 */
export function maySeeSecretPaths(actor: Pick<Actor, "may" | "credential">, permission: Permission): boolean {
  return actor.credential.kind !== "impersonation" && actor.may(permission);
}

/** No program, and nobody who acts as another. Throws Problem 403 "not-allowed". */
export function demandOwnLogIn({ credential }: Pick<Actor, "credential">): void {
  if (credential.kind !== "login") throw refusal("not-allowed", { rule: "person-alone" });
}
