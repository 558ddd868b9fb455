/** What this process sends to its PostgreSQL servers, for tests that count it: of all connections, whoever opened them. */
import pg from "pg";
import { onTestFinished, vi } from "vitest";

export interface SentStatements {
  /** Their texts, in the order in which they were sent; `begin` and `commit` are among them. */
  sent(): string[];
  /** From now on. */
  forget(): void;
}

/** Until the test ends. */
export function watchStatements(): SentStatements {
  const query = vi.spyOn(pg.Client.prototype, "query");
  onTestFinished(() => query.mockRestore());
  const textOf = (statement: unknown) =>
    typeof statement === "string" ? statement : ((statement as { text?: string }).text ?? "");
  return {
    sent: () => query.mock.calls.map(([statement]) => textOf(statement)),
    forget: () => void query.mockClear(),
  };
}
