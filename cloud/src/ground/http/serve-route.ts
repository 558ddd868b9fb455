/**
 * Runs declared routes on Express, in this order: authentication, permission, check of the request, idempotency, version
 * (`If-Match`), handler, audit entry, check of the answer. Every failure becomes problem+json; an unexpected error
 * is logged and answered with 500 and the request's id.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from "express";
import type { z } from "zod";
import type { Parties } from "../amounts/parties.ts";
import type { Database } from "../db/database.ts";
import { isPassingAtDatabase } from "../db/passing.ts";
import type { Actor, CustomerCaller } from "./actor.ts";
import { admit, countedAs, type Door, isStillLet } from "./admit.ts";
import { admitCustomer, type CustomerDoor } from "./admit-customer.ts";
import { audited, type WriteAudit } from "./audited.ts";
import { mayCompress } from "./compress-answers.ts";
import { etagOf, names, refuseChanged } from "./etag.ts";
import type { IdempotentAnswers, IdempotentRequest, KeepWithWork, KeptAnswer } from "./idempotency.ts";
import { Problem, problemBody, refusal, wrongField } from "./problem.ts";
import { type ProblemLanguage, problemLanguages, problemWords } from "./problem-words.ts";
import { checked, idempotencyKey, readBody, refuseUnknown } from "./read-request.ts";
import type { Call, Route } from "./route.ts";
import type { InTurn } from "./turns.ts";

export interface RouteServer {
  readonly world: World;
  readonly database: Database;
  readonly parties: Pick<Parties, "ofPhone">;
  readonly door: Door;
  readonly customerDoor: CustomerDoor;
  readonly answers: IdempotentAnswers;
  readonly writeAudit: WriteAudit;
  /** After each answer, for the metrics. */
  readonly observe: (route: Route, status: number, seconds: number) => void;
}

const bodyBytesMaxDefault = 64 * 1024;

/** A router that serves these routes and answers 405 where only the method is wrong. */
export function serveRoutes(server: RouteServer, routes: readonly Route[]): Router {
  const router = Router();
  const methods = new Map<string, string[]>();
  const readers = new Map(routes.filter((route) => route.method === "GET").map((route) => [route.path, route]));
  for (const route of [...routes].sort(literalFirst)) {
    const path = expressPath(route.path);
    methods.set(path, [...(methods.get(path) ?? []), route.method]);
    const verb = route.method.toLowerCase() as "get" | "post" | "put" | "patch" | "delete";
    router[verb](path, handlerOf(server, route, readers.get(route.path) ?? null));
  }
  for (const [path, allowed] of methods) {
    router.all(path, (_request, response) => {
      response.setHeader("Allow", allowed.join(", "));
      throw refusal("wrong-method");
    });
  }
  return router;
}

/** Gives each request an id, and the answer's header names it. */
export function requestIds(world: World): RequestHandler {
  return (_request, response, next) => {
    response.locals.requestId = newId(world);
    response.setHeader("X-Request-Id", response.locals.requestId);
    next();
  };
}

/** The last handler: every error as problem+json. */
export function problems(world: World): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const requestId = String(response.locals.requestId ?? "");
    const problem = toProblem(error);
    if (problem.status >= 500) {
      const { message, stack } = error as Error;
      const { providerId, route } = response.locals;
      // As declared: in some addresses stands a secret.
      const line = { requestId, providerId, method: request.method, path: route ?? request.path };
      // We said so ourselves of what is outside: a site that is away, a mail server. It is no failure of the hub.
      if (problem === error) world.log.warn("request-refused", { ...line, code: problem.code });
      else world.log.error("request-failed", { ...line, message, stack });
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.retryAfterSeconds !== null) response.setHeader("Retry-After", String(problem.retryAfterSeconds));
    if (problem.status === 401) response.setHeader("WWW-Authenticate", "Bearer");
    const words = problemWords(problem, languageOf(request));
    response.setHeader("Content-Language", words.language);
    response.vary("Accept-Language");
    sendProblem(response, problem.status, problemBody(problem, requestId, words));
  };
}

function languageOf(request: Request): ProblemLanguage {
  const preferred = request.acceptsLanguages([...problemLanguages]);
  return problemLanguages.find((one) => one === preferred) ?? "en";
}

/** `reader`: the GET of the same path, whose answer gives the thing its version. */
function handlerOf(server: RouteServer, route: Route, reader: Route | null): RequestHandler {
  const parseBody = express.json({ limit: route.bodyBytesMax ?? bodyBytesMaxDefault, inflate: false });
  // Asked at its first request: of all routes at once it would take long at each start.
  let isCompressed: boolean | null = null;
  return async (request, response) => {
    isCompressed ??= mayCompress(route);
    response.locals.mayCompress = isCompressed;
    response.locals.route = route.path;
    const startedAtMs = server.world.clock.monotonicMs();
    response.once("close", () => noteRequest(server, route, response, startedAtMs));
    const isForCustomers = route.permission === "customer";
    const customer = isForCustomers ? await admitCustomer(server.customerDoor, route, request) : null;
    const entered = isForCustomers ? null : await admit(server.door, route, request, response);
    const caller = entered ?? customer;
    if (caller !== null) response.locals.providerId = caller.providerId;
    // Who lets the rest of it wait may be switched off meanwhile, or have another role: what they hold back must not outlast that.
    const isHeldBack = entered !== null && route.body !== null && !request.complete;
    if (route.body !== null) await readBody(parseBody, request, response);
    const actor = isHeldBack ? await admit(server.door, route, request, response, "again") : entered;
    const params = checked(route.params, "path", { ...request.params });
    refuseUnknown(route.query, request.query);
    const query = checked(route.query, "query", { ...request.query });
    const body = checked(route.body, "body", request.body);
    const key = idempotencyKey(request, route.needsKey === true);
    const inTurn = turnsOf(server.door, route, { request, response, actor, customer });
    const audit = audited(server, route, { request, response, actor, customer, body });
    let keep: KeepWithWork | null = null;
    const call: Call<unknown, unknown, unknown> = {
      params,
      query,
      body,
      get actor(): Actor {
        if (actor === null) throw new TypeError(`${route.path} is public: nobody is signed in`);
        return actor;
      },
      get customer() {
        if (customer === null) throw new TypeError(`${route.path} is not for customers`);
        return customer;
      },
      get providerId() {
        return customer?.providerId ?? this.actor.providerId;
      },
      requestId: response.locals.requestId,
      remoteAddress: request.ip ?? "",
      partyOf: (phone) => server.parties.ofPhone(call.providerId, phone),
      get key() {
        if (route.needsKey !== true || key === null)
          throw new TypeError(`${route.path} does not say that it needs a key`);
        return key;
      },
      transact: (work, how) => inTurn(() => audit.transact(work), how?.holdsOthersUp),
      transactOnce: (work) =>
        inTurn(() =>
          audit.transact(async (tx) => {
            const result = await work(tx);
            await keep?.(tx, { status: route.status, body: answerOf(route, result) });
            return result;
          }),
        ),
      transactAsPlatform: (reason, work) => inTurn(() => audit.transactAsPlatform(reason, work)),
      // Customers and the public read nothing that long.
      isStillLet:
        actor === null ? async () => true : nowAndThen(server.world, () => isStillLet(server.door, route, request)),
      auditTarget: (id) => audit.target(id),
      auditResult: (facts) => audit.result(facts),
      revealed: (isSo) => audit.revealed(isSo),
    };
    const ifMatch = request.get("If-Match");
    if (ifMatch !== undefined && changes(route)) {
      // A list answers a page, a query an extract: neither is the version of a resource.
      if (reader?.response == null || reader.query !== null) throw noVersion();
      const given = { header: ifMatch, path: request.path, view: (result: unknown) => answerOf(reader, result) };
      audit.before((tx) => refuseChanged(tx, reader, call, given));
    }
    const work = async (keepWithWork: KeepWithWork | null): Promise<KeptAnswer> => {
      keep = keepWithWork;
      // Files are of one provider's people: no browser keeps one, unless its route says so.
      if (route.response === null) response.setHeader("Cache-Control", "no-store");
      const result = await route.run(call, request, response);
      await audit.finish();
      const isWhole = route.response === null || route.status === 204 || response.headersSent;
      return { status: route.status, body: isWhole ? null : answerOf(route, result) };
    };
    const asked = route.method === "POST" ? askedOnce(route, { request, actor, customer, key, body }) : null;
    const { status, body: answer } = await (asked === null ? work(null) : onlyOnce(server, response, asked, work));
    if (route.response === null || response.headersSent) return;
    response.setHeader("Cache-Control", "no-store");
    if (status === 204) return void response.status(status).end();
    // The answer of a change may have other fields than the GET: then it says nothing about the version.
    if (reader !== null && route.response === reader.response && isOneThing(reader, answer)) {
      const etag = etagOf(reader, answer);
      response.setHeader("ETag", etag);
      const known = request.get("If-None-Match");
      // What changes by itself is no part of the version: who has that may still have old figures.
      const isWhole = reader.volatile === undefined;
      if (route.method === "GET" && isWhole && known !== undefined && names(known, etag))
        return void response.status(304).end();
    }
    const text = JSON.stringify(answer);
    response.status(status).type("application/json");
    // `send` adds an ETag where there is none; a caller could take it for the version of the resource.
    if (route.method === "GET") response.send(text);
    else response.end(text);
  };
}

/** By tenant; its customers have a line of their own. Who is not signed in has no transactions here. */
function turnsOf(
  door: Door,
  route: Route,
  asked: { request: Request; response: Response; actor: Actor | null; customer: CustomerCaller | null },
): InTurn {
  const { request, response, actor, customer } = asked;
  const onGone = (leave: () => void) => void response.once("close", leave);
  const isReading = request.method === "GET";
  if (actor !== null) {
    // As for a body that is held back: slow requests of theirs would keep their former rights for as long as the line is.
    const afterWait = async () => {
      const now = isReading ? actor : await admit(door, route, request, response, "again");
      if (now?.role !== actor.role) throw refusal("not-allowed");
    };
    return door.turns({ tenant: actor.providerId, person: countedAs(actor), isReading, onGone, afterWait });
  }
  if (customer !== null)
    return door.turns({ tenant: `customers/${customer.providerId}`, person: customer.sessionId, isReading, onGone });
  return (work) => work();
}

const askAgainMs = 2000;

/** A long answer asks at each piece: the database is asked every two seconds. */
function nowAndThen({ clock }: World, ask: () => Promise<boolean>): () => Promise<boolean> {
  let untilMs = clock.monotonicMs() + askAgainMs;
  return async () => {
    if (clock.monotonicMs() < untilMs) return true;
    const is = await ask();
    untilMs = clock.monotonicMs() + askAgainMs;
    return is;
  };
}

/**
 * Null: done as often as it is asked. A customer's key is of that customer alone: what anybody else does under it is another request. Customers' keys
 * count only where the route wants one, so that nobody outside the office fills the table with what has no limit of its own.
 */
function askedOnce(
  route: Route,
  given: { request: Request; actor: Actor | null; customer: CustomerCaller | null; key: string | null; body: unknown },
): IdempotentRequest | null {
  const { request, actor, customer, key, body } = given;
  if (key === null) return null;
  const asked = `${request.method} ${request.path}`;
  if (actor !== null) {
    const { providerId, userId, credential } = actor;
    const askedBy = credential.kind === "token" ? `token/${credential.id}` : `user/${userId}`;
    return { providerId, route: asked, key, askedBy, body };
  }
  if (customer === null || route.needsKey !== true) return null;
  const askedBy = `customer/${customer.customerId}`;
  return { providerId: customer.providerId, route: `${asked} of ${askedBy}`, key, askedBy, body };
}

/** The answer of a success is kept. Refusals and errors are thrown, and are not kept. */
async function onlyOnce(
  server: RouteServer,
  response: Response,
  asked: IdempotentRequest,
  work: (keep: KeepWithWork) => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  const answer = await server.answers.once(asked, work);
  if (answer.repeated) response.setHeader("Idempotent-Replayed", "true");
  return answer;
}

function changes(route: Route): boolean {
  return route.method === "PATCH" || route.method === "PUT" || route.method === "DELETE";
}

/** Lists have no version, and neither have answers without fields. */
function isOneThing(reader: Route, answer: unknown): boolean {
  return reader.path.startsWith("/api/") && typeof answer === "object" && answer !== null && !("nextCursor" in answer);
}

function noVersion(): Problem {
  return wrongField("If-Match", "no-version");
}

function answerOf(route: Route, result: unknown): unknown {
  const parsed = (route.response as z.ZodType).safeParse(result);
  if (parsed.success) return parsed.data;
  throw new Error(`${route.method} ${route.path} gave an answer that is not as declared: ${parsed.error.message}`);
}

function sendProblem(response: Response, status: number, body: Record<string, unknown>): void {
  response.status(status).type("application/problem+json").send(JSON.stringify(body));
}

/** Errors of Express' parsers carry a status. Everything else that is no Problem is an unexpected error. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { type, status } = error as { type?: string; status?: number };
  if (type === "entity.too.large") return refusal("too-large", { field: "body" });
  if (type === "entity.parse.failed") return refusal("not-json", { status: 400, field: "body" });
  if (typeof status === "number" && status >= 400 && status < 500) return refusal("bad-request", { status });
  // Nothing was changed: the same request, with its key, may be sent again.
  if (isPassingAtDatabase(error)) return refusal("database-away", { retryAfterSeconds: 2 });
  return refusal("internal");
}

function noteRequest({ world, observe }: RouteServer, route: Route, response: Response, startedAtMs: number): void {
  const tookMs = world.clock.monotonicMs() - startedAtMs;
  const status = response.statusCode;
  observe(route, status, tookMs / 1000);
  const { requestId, providerId } = response.locals;
  const line = { requestId, providerId, method: route.method, path: route.path, status, tookMs: Math.round(tookMs) };
  world.log.info("request", line);
}

/** `/vouchers/batches` before `/vouchers/{voucherId}`. */
function literalFirst(one: Route, other: Route): number {
  const key = (route: Route) => route.path.replaceAll("{", "\u{10ffff}");
  return key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0;
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
