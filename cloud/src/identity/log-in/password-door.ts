/** A way into the console beside Karibu's own passwords: somebody else is asked whether a password fits. A module may have one. */
import type { Tx } from "../../ground/db/database.ts";
import type { Permission } from "../../ground/http/permissions.ts";

export interface PersonAtDoor {
  readonly providerId: string;
  readonly userId: string;
  readonly email: string;
  readonly role: string;
  readonly active: boolean;
}

export interface DoorEntry {
  /** What the person is from now on. */
  readonly role: string;
  /** Who said that it fits, told apart from who is asked later: the log-in keeps it. */
  readonly doorAtMs: number;
}

export interface PasswordDoor {
  /** For the audit log of log-ins. */
  readonly name: string;
  /** Is anybody asked about the passwords of some provider's people? As the platform. Then a refusal takes as long for everybody. */
  isUsed(tx: Tx): Promise<boolean>;
  /** After a password that is not Karibu's. Null: it opens nothing here either. */
  enter(person: PersonAtDoor, typed: { readonly password: string; readonly from: string }): Promise<DoorEntry | null>;
  /** In the transaction of the log-in: false where what was said a moment ago does not hold any more. */
  settle(tx: Tx, person: PersonAtDoor, entry: DoorEntry & { readonly requestId: string }): Promise<boolean>;
  /** At each request of a log-in by this door: which of the role's rights it has. Null: it is over. */
  rightsIn(
    tx: Tx,
    login: { readonly providerId: string; readonly doorAtMs: number; readonly role: string },
    rights: readonly Permission[],
  ): Promise<readonly Permission[] | null>;
}
