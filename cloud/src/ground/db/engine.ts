import type { ExecProtocolOptions, ExecProtocolResult, ParserOptions, PGlite, Results } from "@electric-sql/pglite";
import type { Dialect as DatabaseDialect } from "kysely";
import type pg from "pg";

/** What an engine offers. `open-database.ts` builds transactions and roles on it, the same way for both engines. */
export interface Engine {
  readonly kind: "embedded" | "postgresql";
  readonly dialect: DatabaseDialect;
  /** A transaction's first statement takes its opening (`Wanted`) along. False: who begins a transaction runs it. */
  readonly opensByItself: boolean;
  /** Runs statements without parameters, several in one text, on one connection that `hold` lends. */
  hold<T>(work: (run: RunScript) => Promise<T>): Promise<T>;
  /**
   * One transaction with a stable view: for back-up (`read`: a snapshot; other work continues where the engine can) and restore
   * (`write`: all of it is kept, or nothing).
   */
  alone<T>(mode: "read" | "write", work: (run: RunScript) => Promise<T>): Promise<T>;
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
  /** Ends the dead rows of a table and counts what it holds. Null: the server does so by itself (autovacuum). */
  readonly vacuum: ((table: QuotedTable) => Promise<void>) | null;
  /** Does this error pass when the transaction is repeated, because only what the connection had kept was wrong? */
  isStale(error: unknown): boolean;
  /** The raw engine, for the job queue, which has its SQL already. */
  readonly handle: EngineHandle;
}

/** With its schema, as `format('%I.%I', …)` of the database quotes it. */
export type QuotedTable = string & { readonly quotedTable: unique symbol };

/** Runs a script. Returns the rows of its last statement. */
export type RunScript = (script: string) => Promise<Record<string, unknown>[]>;

export type EngineHandle =
  | { readonly kind: "embedded"; readonly pglite: PGlite }
  | { readonly kind: "postgresql"; readonly pool: pg.Pool; readonly urgentPool: pg.Pool };

/** What is asked of the embedded engine while it is open. A test puts a server's session in its place. */
export interface EmbeddedSession
  extends Pick<PGlite, "closed" | "ready" | "close" | "runExclusive" | "_runExclusiveTransaction"> {
  readonly parsers: PGlite["parsers"];
  execProtocol(message: Uint8Array, options?: ExecProtocolOptions): Promise<ExecProtocolResult>;
  query<Row>(text: string, values?: unknown[]): Promise<Results<Row>>;
  exec(script: string, options?: { readonly parsers: ParserOptions }): Promise<Results[]>;
  transaction<T>(work: (tx: Pick<EmbeddedSession, "exec">) => Promise<T>): Promise<T>;
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
}
