/**
 * All requests to the hub. Each carries the token; a token that has run out is refreshed once. An answer of problem+json
 * becomes an `ApiError`. Requests that move money carry an `Idempotency-Key`, changes carry the version they change
 * (`If-Match`).
 */
import { fetchRefusals } from "../strings/strings.ts";
import type { Answer, Body, Fit, Made, Method, PathOf } from "./hub-path.ts";
import {
  currentAsker,
  currentToken,
  endSupportAccess,
  forgetLogIn,
  hasSupportAccess,
  hasTokens,
  isLogOutDue,
  keepToken,
  onOtherTabEnded,
  tellOtherTabs,
} from "./log-in-tokens.ts";

export interface User {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly providerId: string;
  readonly permissions: readonly string[];
  /** What the hub is run with. */
  readonly modules: readonly string[];
  /** What this log-in must do before anything else. */
  readonly secondFactor?: "none" | "set-up" | "code";
  readonly via?: "login" | "token" | "impersonation";
  readonly impersonation?: { readonly endsAtMs: number; readonly reason: string } | null;
}

/** What the rows of all pages add up to in one currency, in minor units. Which parts there are, the list says. */
export interface Sum {
  readonly currency: string;
  readonly amountCents: number;
  readonly pendingCents?: number | undefined;
  readonly provedCents?: number | undefined;
  readonly commissionCents?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  /** How many there are on all pages, where `count` asked for it. `more`: the hub stopped counting. */
  readonly total?: {
    readonly count: number;
    readonly more: boolean;
    /** Of a list of money whose rows were all counted. */
    readonly sums?: readonly Sum[] | undefined;
  };
}

interface ReachedQuota {
  readonly kind: string;
  readonly limit: number;
  readonly used: number;
}

export class ApiError extends Error {
  /** HTTP status; 0 when the hub did not answer at all. */
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  /** When the hub says to try again; null: another try would not help. */
  readonly retryAfterSeconds: number | null;
  /** What the field breaks: `too-small`; and what that is about: the least, in the hub's unit. */
  readonly rule: string | null;
  readonly value: string | number | null;
  /** Which quota of the provider is reached. */
  readonly quota: ReachedQuota | null;

  constructor(
    status: number,
    code: string,
    detail: string,
    field: string | null,
    more: {
      retryAfterSeconds?: number | null;
      rule?: string | null;
      value?: string | number | null;
      quota?: ReachedQuota | null;
    } = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.field = field;
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
    this.rule = more.rule ?? null;
    this.value = more.value ?? null;
    this.quota = more.quota ?? null;
  }
}

/** Headers of a request that changes something. */
export interface RequestOptions {
  /** `Idempotency-Key`: the same for every try of one request. */
  readonly key?: string;
  /** `If-Match`: the hub answers 412 when somebody has changed the resource since. */
  readonly etag?: string | null;
}

type Asking<Of extends Method> = <const Given extends string>(
  path: Given & Fit<Of, Given>,
) => Promise<Answer<Of, Made<Given>>>;
type Sending<Of extends Method> = <const Given extends string>(
  path: Given & Fit<Of, Given>,
  ...sent: Parcel<Body<Of, Made<Given>>>
) => Promise<Answer<Of, Made<Given>>>;
/** A body of which nothing must be there may be left out. */
type Parcel<Content> = [Content] extends [null]
  ? [body?: Readonly<Record<string, never>>, options?: RequestOptions]
  : Record<never, never> extends Content
    ? [body?: Content, options?: RequestOptions]
    : [body: Content, options?: RequestOptions];

/** A resource with its version. */
export interface Versioned<Thing> {
  readonly value: Thing;
  readonly etag: string | null;
}

/** What the hub answers a browser that logs in, or asks for a token with its cookie. */
type TabToken = Answer<"POST", "/api/v1/session" | "/api/v1/session/refresh" | "/api/v1/session/sign-up">;

const session = "/api/v1/session";
/** A header that no form of another site can set. */
const fromConsole = { "Karibu-Console": "1" };

let refreshing: Promise<boolean> | null = null;
let asking: Promise<boolean> | null = null;
let askForCode: () => Promise<boolean> = async () => false;
let askForPassword: () => Promise<string | null> = async () => null;
const endListeners = new Set<() => void>();
const reachListeners = new Set<(isReached: boolean) => void>();
const changeListeners = new Set<() => void>();

/** Runs when the hub refuses the tokens: the log-in page opens, or support access ends. */
export function onLoggedOut(listener: () => void): void {
  endListeners.add(listener);
}

/** How a person is asked for a code of the second factor, where a request wants a fresh one. False: they gave none. */
export function onCodeNeeded(ask: () => Promise<boolean>): void {
  askForCode = ask;
}

/** How a person is asked for their own password, where a request gives somebody access. Null: they gave none. */
export function onPasswordNeeded(ask: () => Promise<string | null>): void {
  askForPassword = ask;
}

/** Runs after every request of this tab that changes something, or may have changed it. */
export function onChange(listener: () => void): void {
  changeListeners.add(listener);
}

/** Runs after every request, with whether the hub answered at all, until the returned function is called. */
export function onReach(listener: (isReached: boolean) => void): () => void {
  reachListeners.add(listener);
  return () => reachListeners.delete(listener);
}

export async function logIn(email: string, password: string, code: string | null): Promise<User> {
  const body: Body<"POST", "/api/v1/session"> = { email, password, ...(code === null ? {} : { code }) };
  const { token, user } = (await readJson(await send("POST", session, body, null, fromConsole))) as TabToken;
  keepToken(token, user.userId);
  return user;
}

/** By the link of a sign-up: logs this browser in. The password is asked for where another browser signed up. */
export async function logInBySignUp(token: string, password: string | null): Promise<User> {
  const body: Body<"POST", "/api/v1/session/sign-up"> = { token, ...(password === null ? {} : { password }) };
  const answer = (await readJson(await send("POST", `${session}/sign-up`, body, null, fromConsole))) as TabToken;
  keepToken(answer.token, answer.user.userId);
  return answer.user;
}

/** For sign-up, invitations and forgotten passwords. */
export const postWithoutLogIn: Sending<"POST"> = (async (path: string, body: object) =>
  readJson(await send("POST", path, body, null))) as never;

/** What the hub tells everybody. */
export const getWithoutLogIn: Asking<"GET"> = (async (path: string) =>
  readJson(await send("GET", path, undefined, null))) as never;

/** Ends the log-in in all tabs of this browser. With support access: ends that alone. */
export async function logOut(): Promise<void> {
  if (hasSupportAccess()) {
    await call("POST", "/api/v1/logout").catch(() => {});
    endSupportAccess();
    return;
  }
  const isTold = await endSession();
  forgetLogIn(isTold);
  tellOtherTabs();
}

/** False: the hub could not be reached. */
function endSession(): Promise<boolean> {
  return send("DELETE", session, undefined, null, fromConsole).then(
    () => true,
    () => false,
  );
}

export const get: Asking<"GET"> = ((path: string) => call("GET", path)) as never;
export const post: Sending<"POST"> = ((path: string, body: object = {}, options: RequestOptions = {}) =>
  call("POST", path, body, options)) as never;
export const patch: Sending<"PATCH"> = ((path: string, body: object, options: RequestOptions = {}) =>
  call("PATCH", path, body, options)) as never;
export const put: Sending<"PUT"> = ((path: string, body: object, options: RequestOptions = {}) =>
  call("PUT", path, body, options)) as never;
export const remove: Asking<"DELETE"> = ((path: string) => call("DELETE", path)) as never;

/** A resource with its version, for a form that changes it. */
export async function getVersioned<Thing>(path: PathOf<Thing>): Promise<Versioned<Thing>> {
  const answer = await reply("GET", path);
  return { value: (await readJson(answer)) as Thing, etag: answer.headers.get("ETag") };
}

/** A file of the hub (CSV), as text: a link could not send the token. */
export const getText: <const Given extends string>(path: Given & Fit<"GET", Given>) => Promise<string> = (async (
  path: string,
) => (await okOrThrow(await reply("GET", path))).text()) as never;

/** A response whose body is still open: the event stream, a download. */
export async function openStream(
  path: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  await beReady();
  return okOrThrow(await withCode(await once(), once));

  async function once(): Promise<Response> {
    const first = await send("GET", path, undefined, currentToken(), headers, signal);
    if (first.status !== 401) return first;
    if (!(await refresh())) throw new ApiError(401, "not-signed-in", "", null);
    return send("GET", path, undefined, currentToken(), headers, signal);
  }
}

/** The same request once more, when it wanted a fresh code and the person gave one. One question for many requests. */
async function withCode(answer: Response, again: () => Promise<Response>): Promise<Response> {
  if ((await refusalOf(answer)) !== "second-factor-required") return answer;
  asking ??= askForCode().finally(() => {
    asking = null;
  });
  return (await asking) ? again() : answer;
}

/** The same request once more with the person's own password in it, when it wanted that. */
async function withPassword(answer: Response, again: (yourPassword: string) => Promise<Response>): Promise<Response> {
  if ((await refusalOf(answer)) !== "password-required") return answer;
  const typed = await askForPassword();
  return typed === null ? answer : again(typed);
}

/** The code of a Problem 403; null for any other answer. */
async function refusalOf(answer: Response): Promise<string | null> {
  if (answer.status !== 403) return null;
  const { code } = (await answer
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string };
  return code ?? null;
}

async function call(method: string, path: string, body?: object, options: RequestOptions = {}): Promise<unknown> {
  return readJson(await reply(method, path, body, options));
}

/**
 * One request; a second one with a new token when the first token had run out, or after a code of the second factor. Only in the same name: meanwhile
 * another person may have logged in in this browser, or a support access have ended, and nobody has asked for this in theirs.
 */
async function reply(
  method: string,
  path: string,
  body?: object,
  { key, etag }: RequestOptions = {},
): Promise<Response> {
  const headers: Record<string, string> = {};
  if (key !== undefined) headers["Idempotency-Key"] = key;
  if (etag != null) headers["If-Match"] = etag;
  await beReady();
  const asker = currentAsker();
  const coded = await withCode(await once(), once);
  return withPassword(coded, (yourPassword) => once({ yourPassword }));

  async function once(proof: object = {}): Promise<Response> {
    const whole = body && { ...body, ...proof };
    if (currentAsker() !== asker) throw new ApiError(401, "not-signed-in", "", null);
    const answer = await send(method, path, whole, currentToken(), headers);
    if (answer.status !== 401 || currentToken() === null || currentAsker() !== asker) return answer;
    return (await refresh()) && currentAsker() === asker ? send(method, path, whole, currentToken(), headers) : answer;
  }
}

/** A new tab has no token yet: it asks for one before its first request. */
async function beReady(): Promise<void> {
  if (currentToken() === null && hasTokens() && !(await refresh())) throw new ApiError(401, "not-signed-in", "", null);
}

/** One at a time, whatever many requests of this tab need it. */
function refresh(): Promise<boolean> {
  refreshing ??= doRefresh().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function doRefresh(): Promise<boolean> {
  if (hasSupportAccess()) {
    endSupportAccess();
    tellEnded();
    return false;
  }
  const answer = await send("POST", `${session}/refresh`, undefined, null, fromConsole);
  if (answer.ok) {
    const { token, user } = (await answer.json()) as TabToken;
    const isSame = keepToken(token, user.userId);
    if (!isSame) tellEnded();
    return isSame;
  }
  if (answer.status === 401 || answer.status === 403) {
    forgetLogIn();
    tellEnded();
    return false;
  }
  throw await problemOf(answer);
}

function tellEnded(): void {
  for (const listener of endListeners) listener();
}

onOtherTabEnded((supportToken) => {
  if (supportToken !== null) void send("POST", "/api/v1/logout", undefined, supportToken).catch(() => {});
  tellEnded();
});
if (isLogOutDue()) void endSession().then((isTold) => isTold && isLogOutDue() && forgetLogIn());

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
  } finally {
    if (method !== "GET") for (const listener of changeListeners) listener();
  }
}

async function readJson(answer: Response): Promise<unknown> {
  await okOrThrow(answer);
  return answer.status === 204 ? null : answer.json();
}

async function okOrThrow(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  throw await problemOf(answer);
}

async function problemOf(answer: Response): Promise<ApiError> {
  const problem = (await answer.json().catch(() => ({}))) as {
    code?: string;
    detail?: string;
    field?: string;
    rule?: string;
    value?: string | number;
    quota?: ReachedQuota;
  };
  await fetchRefusals();
  return new ApiError(
    answer.status,
    problem.code ?? "error",
    problem.detail ?? answer.statusText,
    problem.field ?? null,
    {
      retryAfterSeconds: answer.headers.has("Retry-After") ? Number(answer.headers.get("Retry-After")) : null,
      rule: problem.rule ?? null,
      value: problem.value ?? null,
      quota: problem.quota ?? null,
    },
  );
}
