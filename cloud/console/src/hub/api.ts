/**
 * All requests to the hub. Each carries the token; a token that has run out is refreshed once. An answer of problem+json
 * becomes an `ApiError`. Requests that move money carry an `Idempotency-Key`, changes carry the version they change
 * (`If-Match`).
 */
import { currentTokens, endSupportAccess, hasSupportAccess, keepTokens, type Tokens } from "./log-in-tokens.ts";

export interface User {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly providerId: string;
  readonly permissions: readonly string[];
  readonly via?: "login" | "token" | "impersonation";
  readonly impersonation?: { readonly endsAtMs: number; readonly reason: string } | null;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export class ApiError extends Error {
  /** HTTP status; 0 when the hub did not answer at all. */
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  /** When the hub says to try again; null: another try would not help. */
  readonly retryAfterSeconds: number | null;

  constructor(
    status: number,
    code: string,
    detail: string,
    field: string | null,
    retryAfterSeconds: number | null = null,
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.field = field;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Headers of a request that changes something. */
export interface RequestOptions {
  /** `Idempotency-Key`: the same for every try of one request. */
  readonly key?: string;
  /** `If-Match`: the hub answers 412 when somebody has changed the resource since. */
  readonly etag?: string | null;
}

/** A resource with its version. */
export interface Versioned<Thing> {
  readonly value: Thing;
  readonly etag: string | null;
}

let refreshing: Promise<boolean> | null = null;
const endListeners = new Set<() => void>();
const reachListeners = new Set<(isReached: boolean) => void>();

/** Runs when the hub refuses the tokens: the log-in page opens, or support access ends. */
export function onLoggedOut(listener: () => void): void {
  endListeners.add(listener);
}

/** Runs after every request, with whether the hub answered at all. */
export function onReach(listener: (isReached: boolean) => void): void {
  reachListeners.add(listener);
}

export async function logIn(email: string, password: string, code: string | null): Promise<User> {
  const answer = await send("POST", "/api/v1/login", { email, password, ...(code === null ? {} : { code }) }, null);
  const body = (await readJson(answer)) as Tokens & { user: User };
  keepTokens({ token: body.token, refreshToken: body.refreshToken });
  return body.user;
}

/** For sign-up, invitations and forgotten passwords. */
export async function postWithoutLogIn(path: string, body: object): Promise<unknown> {
  return readJson(await send("POST", path, body, null));
}

export async function logOut(): Promise<void> {
  await call("POST", "/api/v1/logout").catch(() => {});
  if (hasSupportAccess()) endSupportAccess();
  else keepTokens(null);
}

export const get = <Answer>(path: string): Promise<Answer> => call("GET", path) as Promise<Answer>;
export const post = <Answer>(path: string, body: object = {}, options: RequestOptions = {}): Promise<Answer> =>
  call("POST", path, body, options) as Promise<Answer>;
export const patch = <Answer>(path: string, body: object, options: RequestOptions = {}): Promise<Answer> =>
  call("PATCH", path, body, options) as Promise<Answer>;
export const put = <Answer>(path: string, body: object, options: RequestOptions = {}): Promise<Answer> =>
  call("PUT", path, body, options) as Promise<Answer>;
export const remove = <Answer = unknown>(path: string): Promise<Answer> => call("DELETE", path) as Promise<Answer>;

/** A resource with its version, for a form that changes it. */
export async function getVersioned<Thing>(path: string): Promise<Versioned<Thing>> {
  const answer = await reply("GET", path);
  return { value: (await readJson(answer)) as Thing, etag: answer.headers.get("ETag") };
}

/** A file of the hub (CSV), as text: a link could not send the token. */
export async function getText(path: string): Promise<string> {
  return (await okOrThrow(await reply("GET", path))).text();
}

/** A response whose body is still open: the event stream, a download. */
export async function openStream(
  path: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const first = await send("GET", path, undefined, currentTokens()?.token ?? null, headers, signal);
  if (first.status !== 401) return okOrThrow(first);
  if (!(await refresh())) throw new ApiError(401, "not-signed-in", "", null);
  return okOrThrow(await send("GET", path, undefined, currentTokens()?.token ?? null, headers, signal));
}

async function call(method: string, path: string, body?: object, options: RequestOptions = {}): Promise<unknown> {
  return readJson(await reply(method, path, body, options));
}

/** One request; a second one with a new token when the first token had run out. */
async function reply(
  method: string,
  path: string,
  body?: object,
  { key, etag }: RequestOptions = {},
): Promise<Response> {
  const headers: Record<string, string> = {};
  if (key !== undefined) headers["Idempotency-Key"] = key;
  if (etag != null) headers["If-Match"] = etag;
  const answer = await send(method, path, body, currentTokens()?.token ?? null, headers);
  if (answer.status !== 401 || currentTokens() === null || !(await refresh())) return answer;
  return send(method, path, body, currentTokens()?.token ?? null, headers);
}

/** One refresh at a time: a refresh token works once. */
function refresh(): Promise<boolean> {
  refreshing ??= doRefresh().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function doRefresh(): Promise<boolean> {
  const tokens = currentTokens();
  if (tokens === null) return false;
  if (tokens.refreshToken === null) {
    endSupportAccess();
    for (const listener of endListeners) listener();
    return false;
  }
  const answer = await send("POST", "/api/v1/refresh", { refreshToken: tokens.refreshToken }, null);
  if (answer.ok) {
    keepTokens((await answer.json()) as Tokens);
    return true;
  }
  if (answer.status === 401 || answer.status === 400) {
    keepTokens(null);
    for (const listener of endListeners) listener();
  }
  return false;
}

async function send(
  method: string,
  path: string,
  body: object | undefined,
  token: string | null,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  try {
    const answer = await fetch(path, {
      method,
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    for (const listener of reachListeners) listener(true);
    return answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    for (const listener of reachListeners) listener(false);
    throw new ApiError(0, "hub-away", "", null);
  }
}

async function readJson(answer: Response): Promise<unknown> {
  await okOrThrow(answer);
  return answer.status === 204 ? null : answer.json();
}

async function okOrThrow(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; field?: string };
  throw new ApiError(
    answer.status,
    problem.code ?? "error",
    problem.detail ?? answer.statusText,
    problem.field ?? null,
    answer.headers.has("Retry-After") ? Number(answer.headers.get("Retry-After")) : null,
  );
}
