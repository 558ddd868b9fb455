/** Temporary failures of the database: the same work may succeed later. All other failures are the work's fault. */

/**
 * Classes of PostgreSQL's codes: connection, rolled back because of another transaction, no resources, a lock that is not
 * available, an operator or a time-out intervened, system error.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passingClasses = new Set(["08", "40", "53", "55", "57", "58"]);
/** Messages without a code, from the driver and the engine, when the connection is lost. */
const lostConnection =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|is closed|cannot use a pool/i;

export function isPassing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === "string" && /^E(?!RR_)[A-Z_]+$/.test(code)) return true; // a socket's, or a name's: ECONNRESET, EPIPE, EAI_AGAIN; not Node's own ERR_…
  return isSqlState(code) ? isPassingAtDatabase(error) : lostConnection.test(String(message));
}

/** Somebody held a row, or a table, for longer than the transaction waits, or `nowait` found it held. */
export const isLockNotAvailable = (error: unknown): boolean =>
  ((error ?? {}) as { readonly code?: unknown }).code === "55P03";

/** PostgreSQL ended the transaction for another one's sake (serialisation failure, deadlock): the whole of it may be tried again. */
export function isConflict(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === "40001" || code === "40P01";
}

/** The same, of our driver alone. */
const lostServer =
  /^connection terminated|timeout exceeded when trying to connect|^client has encountered a connection error/i;

/** Errors of sockets to the database: their codes say nothing of whose socket it was. */
const lostAtDatabase = new WeakSet<object>();

/** Notes that this error came from a socket to the database; the same error is to be thrown on. */
export function noteLostDatabase<Lost extends object>(error: Lost): Lost {
  lostAtDatabase.add(error);
  return error;
}

/** The same of what PostgreSQL itself said, or of the loss of its connection: another socket may be another service's. */
export function isPassingAtDatabase(error: unknown): boolean {
  if (typeof error === "object" && error !== null && lostAtDatabase.has(error)) return true;
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (code === undefined) return lostServer.test(String(message));
  return isSqlState(code) && passingClasses.has(code.slice(0, 2));
}

const isSqlState = (code: unknown): code is string => typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
