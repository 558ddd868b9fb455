/**
 * The secrets of the site's further routers, each its own. One can change while both work: then the former one and the next one are taken, until
 * the router has proved that it has the next one and nothing else. `store/router-secrets.ts` keeps them.
 */
export interface RouterSecrets {
  /** By the router's address: what is taken from it. */
  of(address: string): RouterSecret | null;
  /** On flash before it resolves. False: no router of this address is among the agent's clients, and nothing is kept. */
  begin(address: string, change: SecretChange): Promise<boolean>;
  /** The router signed a packet with this one. */
  noteSigned(address: string, secret: string): void;
  /** The router has the next one in all its rows: from now on it alone is taken. Nothing happens where none is on its way. Rejects with the disk's error. */
  finish(address: string): Promise<void>;
  onChange(listener: () => void): void;
}

export interface SecretChange {
  readonly rotationId: string;
  readonly radiusSecret: string;
}

export interface RouterSecret {
  readonly current: string;
  /** Requests to the router are signed with what it signed with last. */
  readonly signing: string;
  /** Taken beside it. Null: none. */
  readonly also: string | null;
  /** Null: no change is under way. */
  readonly next: SecretChange | null;
  /** Of the last change that ended. Null: none did. */
  readonly rotationId: string | null;
}
