/** A table with rows by which people or devices get in, or are told: what was taken away since a back-up is taken away again by its restore. */

/** What a restore did again, in people's terms. */
export const revokedKinds = [
  "token-revoked",
  "token-renewed",
  "person-dismissed",
  "person-reinstated",
  "person-erased",
  "password-changed",
  "second-factor-changed",
  "second-factor-demanded",
  "role-changed",
  "role-permissions",
  "device-revoked",
  "device-replaced",
  "host-revoked",
  "host-replaced",
  "provider-suspended",
  "provider-resumed",
  "provider-deleted",
  "seller-dismissed",
  "seller-reinstated",
  "seller-pin",
  "seller-left-site",
  "seller-at-site",
  "line-off",
  "line-on",
  "line-password",
  "radius-ended",
  "radius-changed",
  "tunnel-ended",
  "tunnel-key",
  "callback-address",
  "webhook-ended",
  "webhook-changed",
] as const;
export type RevokedKind = (typeof revokedKinds)[number];

/** How a row is since, by column. It also has columns that are as they were. */
export type RowNow = Readonly<Record<string, unknown>>;

/** Its triggers note each change (`karibu_note_revocation`) with these columns. Names are those of the database. */
export interface RevocableTable {
  readonly key: readonly string[];
  /** What a restore may change, and nothing else: a piece of another release, or of somebody else, must not reach further. */
  readonly columns: readonly string[];
  /** What the row is called, as SQL of the row `t`. */
  readonly name: string;
  /** What it was; a row may have changed in more than one way. `changed`: columns in which the back-up said otherwise. */
  readonly what: (changed: ReadonlySet<string>, now: RowNow, isRemoved: boolean) => readonly RevokedKind[];
  /**
   * A row that the back-up does not have. `made`: it takes a right away by itself. `written`: what was written later counts, also in a row that is there: an
   * address that took another one's place. Only where its provider is there. Left out: nothing is made.
   */
  readonly missing?: "made" | "written";
  /** Columns of which no two rows have the same, whoever's they are. What took another row's is written while the back-up still has it there. */
  readonly unlike?: readonly string[];
  /** A restore may take the row away. */
  readonly removable?: true;
  /** As SQL of the noted row `r`: where it is false, the row goes, because the back-up is of before what it names. */
  readonly goesUnless?: string;
}
