/**
 * The secrets of the site's further routers, each its own. One can change while both work: the hub says which ones a router may have, because the
 * router asks the hub. `store/router-secrets.ts` keeps them.
 */
export interface RouterSecrets {
  /** By the router's address: what is taken from it. */
  of(address: string): RouterSecret | null;
  /**
   * On flash before it resolves. `behind`: the present one was replaced here earlier, so the hub has forgotten a change: what is here stays, and the
   * next one is taken. `unknown-router`: no router of this address is among the agent's clients, and nothing is kept. Rejects with the disk's error.
   */
  keep(address: string, known: KnownSecrets): Promise<"kept" | "behind" | "unknown-router">;
  /** The router signed a packet with this one. */
  noteSigned(address: string, secret: string): void;
  onChange(listener: () => void): void;
}

export interface KnownSecrets {
  readonly current: string;
  /** Null: no change is under way. */
  readonly next: string | null;
}

export interface RouterSecret extends KnownSecrets {
  /** Requests to the router are signed with what it signed with last. */
  readonly signing: string;
  /** Taken beside it. Null: none. */
  readonly also: string | null;
}
