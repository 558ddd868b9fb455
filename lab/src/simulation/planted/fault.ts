/** A planted fault: one small change of the product's source that breaks a promise, and the test or seed that finds it. Plain data. */
import type { InvariantName } from "../judge/chronicle.ts";
import type { StoryKind } from "../play-beside.ts";

/** What is promised: the judge's invariants, and what tests beside the code watch. */
export type PromiseName =
  | Exclude<InvariantName, "NO-CRASH">
  | "ONLY-WHO-MAY"
  | "NO-WAY-IN"
  | "PAPER-RIGHT"
  | "BACK-AGAIN";

export interface PlantedFault {
  /** What would be wrong, as somebody would see it. */
  readonly what: string;
  /** `from` stands once in the file; `to` takes its place. */
  readonly patch: { readonly file: string; readonly from: string; readonly to: string };
  readonly foundBy: Finder;
  /** From the start of the finder to its failure, measured once; a whole process starts. */
  readonly seconds: number;
  /** The tests beside the code noticed nothing when it was planted: its finder was written for it. */
  readonly wasMissed?: true;
}

/** `test`: the title as it stands in the file, without what fills it in. */
export type Finder =
  | { readonly file: string; readonly test: string }
  | { readonly stories: StoryKind; readonly seed: number };

export type PlantedFaults = Readonly<Record<string, PlantedFault>>;
