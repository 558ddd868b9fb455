/**
 * The one way to declare an API route. From the declaration come the check of the request, the permission, the audit
 * entry, the check of the answer (fields that the schema does not name never leave), the OpenAPI description and the
 * isolation sweep. `serve-route.ts` runs it.
 *
 *   route({
 *     method: "GET", path: "/api/v1/plans/{planId}", summary: "One plan", permission: "plans.read",
 *     params: z.object({ planId: keySchema }), response: planView,
 *     handle: async ({ params, transact }) => transact((tx) => readPlan(tx, params.planId)),
 *   })
 */
import type { Request, Response } from "express";
import type { z } from "zod";
import type { Party } from "../amounts/parties.ts";
import type { Tx } from "../db/database.ts";
import type { Actor, CustomerCaller } from "./actor.ts";
import type { Permission } from "./permissions.ts";

/**
 * `public`: anybody. `signed-in`: any valid token, whatever the role. `person`: the same, but only with a personal
 * log-in: no API token and no impersonation changes a password. `customer`: a customer on their own page (`admit-customer.ts`),
 * whose path names the provider.
 */
export type Access = Permission | "public" | "signed-in" | "person" | "customer";

/**
 * `keys-of-site`: it leads to a site's keys, and with them to its unused codes, which are cash. `way-of-money`: it says where customers' money goes, or
 * who tells the hub that it came. `printed-codes`: it says where printed codes lead. `way-in`: it lets somebody in. `words-to-customers`: customers read it
 * as the business's own word, such as to which till they pay. `sends-on`: an address goes on hearing after the support access has ended.
 */
export type SupportKeptOut =
  | "keys-of-site"
  | "way-of-money"
  | "printed-codes"
  | "way-in"
  | "words-to-customers"
  | "sends-on";

/**
 * What a declaration must contain: the schema of a path's ids (they would arrive unchecked), and for a POST,
 * PUT or PATCH the schema of its body, or `null` where it takes none.
 */
type Stated<Path extends string, Method extends string> = (Path extends `${string}{${string}`
  ? { readonly params: z.ZodType }
  : unknown) &
  (Method extends "POST" | "PUT" | "PATCH" ? { readonly body: z.ZodType | null } : unknown);

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler is given. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The caller. On a public route there is none, and reading it throws. */
  readonly actor: Actor;
  /** The caller of a route for customers. On other routes reading it throws. */
  readonly customer: CustomerCaller;
  readonly providerId: string;
  readonly requestId: string;
  readonly remoteAddress: string;
  /** How the caller's provider names who has this number. @param phone an MSISDN; of anything else: nobody */
  partyOf(phone: string): Party;
  /** The `Idempotency-Key`, on a route that `needsKey`. On other routes reading it throws. */
  readonly key: string;
  /**
   * One transaction as the caller's provider (or over all providers, when the route says `as: "platform"`). On a route
   * that changes something, the audit entry is written in the first one, so both are kept or neither.
   */
  transact<T>(work: (tx: Tx) => Promise<T>, how?: { readonly holdsOthersUp: true }): Promise<T>;
  /**
   * The one transaction of a handler, whose result is its answer: for a POST with an `Idempotency-Key` the answer is kept in it. A repetition gets it also
   * where the process died after the commit, or the news of the commit was lost, and the work is done once.
   */
  transactOnce<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * The same over all providers, on a route for a provider's people: for a change to what all providers share
   * (the tunnel's addresses and keys, the job queues). The handler must check whose rows it changes.
   */
  transactAsPlatform<T>(reason: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** On a route that `reveals`: whether this answer holds a secret. Left out: it does. Before the transaction ends. */
  revealed(isSo: boolean): void;
  /** Whether the caller would be let in now: for answers that take long, and must not go on after an access has ended. */
  isStillLet(): Promise<boolean>;
  /** Names the changed resource in the audit entry, where it isn't the last parameter of the path: the id of a new resource. */
  auditTarget(id: string): void;
  /** Says in the audit entry what was done, where the request alone does not say it: names and sums, for people. Before its transaction ends. */
  auditResult(facts: Readonly<Record<string, string | number>>): void;
}

interface Common {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** OpenAPI style: `/api/v1/plans/{planId}`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly permission: Access;
  /** Default: the caller's provider. `platform`: over all providers; only with a permission of platform admins. */
  readonly as?: "provider" | "platform";
  /** Needs no token when the request comes from the machine itself: for a monitor there. */
  readonly alsoFromLoopback?: boolean;
  /** Default 64 KiB. */
  readonly bodyBytesMax?: number;
  /** Wants a code of the last ten minutes from people who have a second factor (`second-factor-demand.ts`). */
  readonly freshFactor?: true;
  /** Support access is kept out, and why. `support-doors.test.ts` asks it of each route that says where money goes or who gets in. */
  readonly notForSupport?: SupportKeptOut;
  /** Open to people who must set their second factor up, or prove it, before anything else. */
  readonly beforeFactor?: true;
  /** Open to a program with the secret that it renewed by itself, as long as the new one was never used: the answer with that got lost. */
  readonly byFormerToken?: true;
  /** Open to people of a provider that owes the platform: paying it, and giving customers their money back. */
  readonly inArrears?: true;
  /** A POST that moves money (or sends messages that cost money): refused without an `Idempotency-Key`. */
  readonly needsKey?: true;
  /**
   * On a GET: its answer shows secrets to callers who have this permission, and each such reading stands in the audit log. For others the handler
   * masks them. Where an answer need not hold one, the handler says so (`revealed`).
   */
  readonly reveals?: Permission;
  /** Not a GET, and yet nobody asks later who did it: the heartbeat of a page that is open. */
  readonly unaudited?: true;
  /** On the GET of a resource: fields that change by themselves and are not part of its version (`ETag`). */
  readonly volatile?: readonly string[];
}

export interface RouteSpec<Params, Query, Body, Answer extends z.ZodType> extends Common {
  /** Default: whether the answer's fields name no secret (`compress-answers.ts`). */
  readonly compressed?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** 200 when left out; 204 sends no body. */
  readonly status?: 200 | 201 | 202 | 204;
  readonly response: Answer;
  /** `request` and `response`: only for headers, where a handler uses cookies. */
  handle(
    call: Call<Parsed<Params>, Parsed<Query>, Parsed<Body>>,
    request: Request,
    response: Response,
  ): Promise<z.input<Answer>>;
}

export interface RawRouteSpec<Params, Query> extends Common {
  readonly method: "GET";
  readonly params?: Params;
  readonly query?: Query;
  /** Media type of the answer, for the description. */
  readonly produces: string;
  /** Default false: a raw answer goes out as it is. True: it is compressed, so it must hold no code and no token. */
  readonly compressed?: boolean;
  /** Writes the answer itself (a stream, a download). May throw a Problem until it has written something. */
  respond(call: Call<Parsed<Params>, Parsed<Query>, undefined>, request: Request, response: Response): Promise<void>;
}

/** A declared route without its type parameters: what the server, the description and the sweeps use. */
export interface Route extends Common {
  readonly params: z.ZodType | null;
  readonly query: z.ZodType | null;
  readonly body: z.ZodType | null;
  readonly status: number;
  readonly response: z.ZodType | null;
  readonly produces: string;
  /** `compress-answers.ts` */
  readonly compressed?: boolean;
  readonly run: (call: Call<unknown, unknown, unknown>, request: Request, response: Response) => Promise<unknown>;
}

/** A declared route that still says what it takes and answers. `types` is never there: it is read by the compiler alone (`../../api.ts`). */
export interface TypedRoute<Method, Path, Params, Query, Body, Answer> extends Route {
  readonly types?: {
    readonly method: Method;
    readonly path: Path;
    readonly params: Params;
    readonly query: Query;
    readonly body: Body;
    readonly answer: Answer;
  };
}

export function route<
  Answer extends z.ZodType,
  Path extends Common["path"],
  Method extends Common["method"],
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | null = null,
>(
  spec: RouteSpec<Params, Query, Body, Answer> & { readonly path: Path; readonly method: Method } & Stated<
      Path,
      Method
    >,
): TypedRoute<Method, Path, Params, Query, Body, Answer> {
  const { params, query, body, handle, status, ...common } = spec;
  return {
    ...common,
    params: params ?? null,
    query: query ?? null,
    body: body ?? null,
    status: status ?? 200,
    produces: "application/json",
    run: handle as Route["run"],
  };
}

/** A route whose handler writes the answer itself. */
export function rawRoute<
  Path extends Common["path"],
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
>(
  spec: RawRouteSpec<Params, Query> & { readonly path: Path } & Stated<Path, "GET">,
): TypedRoute<"GET", Path, Params, Query, null, null> {
  const { params, query, respond, ...common } = spec;
  return {
    ...common,
    params: params ?? null,
    query: query ?? null,
    body: null,
    status: 200,
    response: null,
    run: respond as Route["run"],
  };
}
