/** Failures of the database that pass by themselves: the same work may succeed later. Everything else is the work's own. */

/**
 * Classes of PostgreSQL's codes: connection, rolled back for another transaction's sake, no resources, a lock that was not to be
 * had, an operator or a time-out stepped in, the system below.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passingClasses = new Set(["08", "40", "53", "55", "57", "58"]);
/** What the driver and the engine say without a code when their connection is gone. */
const lostConnection = /connection terminated|timeout exceeded when trying to connect|is closed|cannot use a pool/i;

export function isPassing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) return passingClasses.has(code.slice(0, 2));
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return true; // a socket's: ECONNRESET, EPIPE
  return lostConnection.test(String(message));
}
