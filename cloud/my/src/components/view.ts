/** What every part of the page is drawn with. */
import type { Store } from "../data/store.ts";
import type { Words } from "../strings/en.ts";

export interface View {
  readonly store: Store;
  readonly words: Words;
  /** A time as the provider's clock has it. */
  moment(atMs: number): string;
  /** `KSh 1,500`, in minor units, as the language writes numbers. */
  money(cents: number, currency: string): string;
}
