/** One thing that the doctor looked at. */
import type { Health } from "@karibu/protocol/health";

export interface Finding {
  /** Stable, for scripts: `radius-ports`, `radius-secret`… */
  readonly check: string;
  readonly grade: Health;
  /** The state, in one sentence. */
  readonly text: string;
  /** What to do; empty: nothing. */
  readonly advice: string;
  /** Customers can't buy, or need not. */
  readonly stops?: boolean;
  /** What the order `repair-drift` takes to mend it; absent: a person must. */
  readonly repair?: string;
  /** The repair holds RouterOS' safe mode. */
  readonly isRisky?: boolean;
}
