/** What the tests of the whole hub need of a module (`<name>/test-samples.ts`, constant `samples`): they ask every route, list and kind that there is. */
import type { ModuleAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { RawBuilder } from "kysely";

/** A provider's own things, which each test has made. */
export interface SamplePlace {
  readonly providerId: string;
  readonly siteId: string;
  readonly nowMs: number;
  /** Of the provider alone: for what must not have one name twice. */
  readonly label: string;
}

export interface ModuleSamples {
  /** Fields of its answers that look as if they told a secret, and why they do not: see `ground/http/reveals.test.ts`. */
  readonly noSecrets?: Readonly<Record<string, string>>;
  /** Its routes that are doors to money, to ways in, or to customers: see `ground/http/support-doors.test.ts`. */
  readonly doors?: readonly string[];
  /** Of these: shut to support access, and people of the business give no code for each. */
  readonly shut?: readonly string[];
  readonly otherDoors?: Readonly<Record<string, string>>;
  /** Paths of its routes for those who handle money that move none, and need no key: see `ground/http/needs-key.test.ts`. */
  readonly movesNone?: Readonly<Record<string, string>>;
  /** One thing of each of its kinds that need a person. */
  readonly waiting?: Readonly<Record<string, (at: SamplePlace) => RawBuilder<unknown>>>;
  /** What makes each of its alarms that last. */
  readonly alarms?: Partial<Readonly<Record<ModuleAlarm, (at: SamplePlace) => RawBuilder<unknown>>>>;
  /** One of each of its things, and the path parameters that name them. */
  readonly one?: {
    readonly ids: (at: SamplePlace) => Readonly<Record<string, string>>;
    readonly rows: (at: SamplePlace) => readonly RawBuilder<unknown>[];
  };
  /** Seven rows of each of its lists, two and two with the same times, as statements. */
  readonly seven?: (at: SamplePlace) => readonly string[];
}
