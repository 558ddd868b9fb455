/** A handler's transactions. The audit entry of a change goes into the first one, so that both are kept or neither. */
import { cutText } from "@karibu/protocol/whole-text";
import type { Request, Response } from "express";
import type { Database, Tx } from "../db/database.ts";
import { type Actor, type CustomerCaller, platformProviderId, viaOf } from "./actor.ts";
import type { AuditEvent } from "./audit-events.ts";
import type { Route } from "./route.ts";

/** One entry of the audit log. */
export interface AuditEntry {
  readonly providerId: string;
  /** Null: the hub itself, or a person who is not signed in. */
  readonly userId: string | null;
  /** `POST /api/v1/plans`, or an event that is no request. */
  readonly action: `${Route["method"]} ${string}` | AuditEvent;
  readonly target: string | null;
  readonly requestId: string | null;
  /** How, when not by a log-in: `token <id>`, `impersonation <id>`. */
  readonly via?: string | null;
  readonly detail: Record<string, unknown>;
  /** It changed nothing: who reads the same again within minutes gets no second entry, but a count. */
  readonly isReading?: boolean;
}

/** Writes an entry in the transaction of its cause. */
export type WriteAudit = (tx: Tx, entry: AuditEntry) => Promise<void>;

export interface Audited {
  target(id: string): void;
  result(facts: Readonly<Record<string, string | number>>): void;
  /** False: this reading told no secret, and needs no entry. */
  revealed(isSo: boolean): void;
  /** Runs in the first transaction, before the work. */
  before(check: (tx: Tx) => Promise<void>): void;
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  transactAsPlatform<T>(reason: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Where the handler opened no transaction, the entry gets a separate one. */
  finish(): Promise<void>;
}

export function audited(
  server: { readonly database: Database; readonly writeAudit: WriteAudit },
  route: Route,
  made: {
    request: Request;
    response: Response;
    actor: Actor | null;
    /** On a route for customers. */
    customer: CustomerCaller | null;
    body: unknown;
  },
): Audited {
  const { request, response, actor, customer, body } = made;
  const caller = actor ?? customer;
  const query = queryOf(request.query);
  let target: string | null = Object.values(request.params).at(-1)?.toString() ?? idIn(query);
  let due =
    caller !== null &&
    route.unaudited !== true &&
    (route.method !== "GET" || (route.reveals !== undefined && actor?.may(route.reveals) === true));
  let result: Readonly<Record<string, string | number>> | null = null;
  let check: ((tx: Tx) => Promise<void>) | null = null;

  const open = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    if (caller === null) throw new TypeError(`${route.path} is public: it has no provider`);
    if (route.as === "platform") return server.database.asPlatform(`route-${route.method}-${route.path}`, work);
    return server.database.asProvider(caller.providerId, work);
  };
  const write = (tx: Tx) =>
    server.writeAudit(tx, {
      providerId: route.as === "platform" ? platformProviderId : (caller as CustomerCaller).providerId,
      userId: actor?.userId ?? null,
      action: `${route.method} ${route.path}`,
      target,
      requestId: response.locals.requestId,
      via: actor === null ? `customer ${customer?.customerId}` : viaOf(actor),
      detail: {
        params: { ...request.params },
        ...(Object.keys(query).length === 0 ? {} : { query }),
        body: body ?? null,
        ...(result === null ? {} : { result }),
        // Support access: the provider's log can't look the platform's people up.
        ...(actor?.credential.kind === "impersonation" ? { admin: actor.email } : {}),
      },
      isReading: route.method === "GET",
    });

  /** The entry counts as written only after the commit: a handler that catches a refusal may try another transaction. */
  const audit = async <T>(inTransaction: typeof open, work: (tx: Tx) => Promise<T>): Promise<T> => {
    let written = false;
    const answer = await inTransaction(async (tx) => {
      const done = await work(tx);
      written = due;
      if (written) await write(tx);
      return done;
    });
    if (written) due = false;
    return answer;
  };
  const transact = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    const mineToCheck = check;
    const answer = await audit(open, async (tx) => {
      await mineToCheck?.(tx);
      return work(tx);
    });
    if (mineToCheck !== null) check = null;
    return answer;
  };

  return {
    target(id) {
      target = id;
    },
    result(facts) {
      result = facts;
    },
    revealed(isSo) {
      if (!isSo && route.method === "GET") due = false;
    },
    before(work) {
      check = work;
    },
    transact,
    async transactAsPlatform(reason, work) {
      if (check !== null) await open(check);
      check = null;
      return audit((inside) => server.database.asPlatform(reason, inside), work);
    },
    async finish() {
      if (due || check !== null) await transact(async () => {});
    },
  };
}

const queryFieldsMax = 20;

/** What was asked for. Of a search only its length: it may be a code. `writeAudit` blanks secrets and cuts what is long. */
function queryOf(query: Request["query"]): Record<string, unknown> {
  const given = Object.entries(query).slice(0, queryFieldsMax);
  return Object.fromEntries(
    given.map(([name, value]) => [name, name === "q" ? `[${[...String(value)].length} characters]` : value]),
  );
}

/** Of a list or an export: whose it is, as `batchId` says. */
function idIn(query: Readonly<Record<string, unknown>>): string | null {
  const [, id] = Object.entries(query).find(([name, value]) => /Id$/.test(name) && typeof value === "string") ?? [];
  return id === undefined ? null : cutText(String(id), 128);
}
