/** What an order is, once it is planned. */
import type { RouterRow } from "../ground/live-router.ts";

export type Ask = (words: readonly string[]) => Promise<readonly RouterRow[]>;

export interface ReadBack {
  readonly isAsOrdered: boolean;
  readonly why?: string;
  readonly row?: RouterRow;
}

export interface Operation {
  readonly isSafe: boolean;
  /** Why the agent does not begin; null: it does. */
  refuses(ask: Ask): Promise<string | null>;
  /** Of what `refuses` saw; none: all is as ordered already. */
  sentences(): readonly (readonly string[])[];
  /** `added`: the id of the new row, as RouterOS named it. */
  readBack(ask: Ask, added?: string): Promise<ReadBack>;
}
