/** What one change gives: on top of what was sold, or in place of it. */
export interface GrantGift {
  readonly seconds?: number | undefined;
  readonly useSeconds?: number | undefined;
  readonly dataBytes?: number | undefined;
  readonly downKbps?: number | undefined;
  readonly upKbps?: number | undefined;
  readonly devices?: number | undefined;
}
