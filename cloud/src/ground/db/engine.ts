import type { PGlite } from "@electric-sql/pglite";
import type { Dialect } from "kysely";
import type pg from "pg";

/** What an engine has to offer; `open-database.ts` builds the transactions and roles on top, alike for both. */
export interface Engine {
  readonly kind: "embedded" | "postgresql";
  readonly dialect: Dialect;
  /** Runs statements without parameters, several in one text, on one connection that `hold` lends. */
  hold<T>(work: (run: RunScript) => Promise<T>): Promise<T>;
  /**
   * One transaction in which nothing moves: for back-up (`read`: a snapshot, others go on where the engine can) and restore
   * (`write`: kept as a whole or not at all).
   */
  alone<T>(mode: "read" | "write", work: (run: RunScript) => Promise<T>): Promise<T>;
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
  /** The bare engine, for the job queue, which brings its own SQL. */
  readonly handle: EngineHandle;
}

/** Runs a script; gives the rows of its last statement. */
export type RunScript = (script: string) => Promise<Record<string, unknown>[]>;

export type EngineHandle =
  | { readonly kind: "embedded"; readonly pglite: PGlite }
  | { readonly kind: "postgresql"; readonly pool: pg.Pool };
