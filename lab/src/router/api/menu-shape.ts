/** What one menu of the simulated router takes. */
import type { Row } from "./api-query.ts";

export interface MenuShape {
  /** Arguments of `add` and `set`. None: rows can't be added. */
  readonly settable: readonly string[];
  /** "already have" when another row has the same. */
  readonly unique?: string;
  readonly canAdd: boolean;
  readonly canRemove: boolean;
  /** One row of settings: `set` takes no id. */
  readonly isSingle?: boolean;
  /** A new row has these, unless given. */
  readonly defaults?: Row;
  /** With this argument the row is in memory only: RouterOS shows it as dynamic, and it is gone after a restart. */
  readonly dynamicBy?: string;
}
