/**
 * The secrets between this site's router and its agent. They can change while both work: then the former ones are taken too, until the router
 * has proved the new ones. `store/site-secrets.ts` keeps them.
 */

export interface SecretPair {
  readonly radiusSecret: string;
  readonly apiPassword: string;
}

export interface Rotation extends SecretPair {
  readonly rotationId: string;
}

export interface SiteSecrets {
  /** What the settings say: this machine's own health check knows no other. */
  readonly configured: SecretPair;
  readonly current: SecretPair;
  /** Of the last rotation that ended; null: none did. */
  readonly rotationId: string | null;
  /** The rotation under way: its secrets are taken beside the current ones. */
  readonly pending: Rotation | null;
  /** What the environment shows where it is older than the current pair: a router that was set back to before a rotation has these. Null: it is not. */
  readonly older: SecretPair | null;
  /** Taken beside the current one: of a rotation under way, or for packets that were under way when one ended. */
  alsoRadius(): string | null;
  /** In the order in which they are tried. */
  apiPasswords(): readonly string[];
  /** The router signed with this one. */
  noteRadiusSecret(secret: string): void;
  /** With what the router's own requests must be signed: what it proved last. */
  readonly radiusOfRouter: string;
  onChange(listener: () => void): void;
  /** On flash before it resolves: from then on both are taken. Rejects with the disk's error, and nothing has changed. */
  begin(rotation: Rotation): Promise<void>;
  /** The router has changed nothing, and will not: the new ones are forgotten. */
  abandon(): Promise<void>;
  /** The router has proved the new ones: the former ones are forgotten. */
  finish(): Promise<void>;
}
