/**
 * Requests across the link, with their types. A file of this folder declares one method; the side that answers serves it, the
 * other side calls it, and neither reads a field by hand.
 */
import * as z from "zod/mini";
import { Fault } from "../fault.ts";
import { complaint } from "../schema.ts";

/** One method: its name, what the caller sends and what it gets. */
export interface Rpc<Params, Result> {
  readonly method: string;
  readonly params: z.ZodMiniType<Params>;
  readonly result: z.ZodMiniType<Result>;
  /** It changes nothing, and its answer may be long: a repeated request is run again, and no answer is kept. */
  readonly readOnly: boolean;
}

/**
 * Declares a method. Both schemas ignore what they do not know: a newer peer may add optional fields, never change the
 * meaning of old ones.
 */
export function rpc<Params, Result>(
  method: string,
  shape: {
    readonly params: z.ZodMiniType<Params>;
    readonly result: z.ZodMiniType<Result>;
    readonly readOnly?: boolean;
  },
): Rpc<Params, Result> {
  return { method, params: shape.params, result: shape.result, readOnly: shape.readOnly ?? false };
}

/** A method that this side only forwards: the two ends parse its contents. */
export function carriedRpc(method: string): Rpc<unknown, unknown> {
  return rpc(method, { params: z.unknown(), result: z.unknown() });
}

/** A method and its handler. `Caller`: the link's facts about the peer. */
export interface ServedRpc<Caller> {
  readonly method: string;
  readonly readOnly: boolean;
  /** Rejects with Fault `link/bad-params`, which names the field, and with errors of the handler. */
  answer(caller: Caller, params: unknown, signal: AbortSignal): Promise<unknown>;
}

/**
 * Answers a method. `handle` gets params that fit the schema. It throws a Fault to refuse. `signal` aborts when the caller
 * no longer wants an answer: work that has not started may be left out.
 */
export function serve<Params, Result, Caller>(
  method: Rpc<Params, Result>,
  handle: (params: Params, caller: Caller, signal: AbortSignal) => Result | Promise<Result>,
): ServedRpc<Caller> {
  return {
    method: method.method,
    readOnly: method.readOnly,
    async answer(caller, params, signal) {
      const parsed = method.params.safeParse(params);
      if (parsed.success) return await handle(parsed.data, caller, signal);
      const { field, message } = complaint(parsed.error);
      throw new Fault("link/bad-params", field === "" ? message : `${field}: ${message}`, { retry: "never" });
    },
  };
}

/** Finds what answers a method, by its name. The function throws Fault `link/unknown-method`. */
export function servedByName<Caller>(all: readonly ServedRpc<Caller>[]): (method: string) => ServedRpc<Caller> {
  const byName = new Map(all.map((served) => [served.method, served]));
  return (method) => {
    const found = byName.get(method);
    if (found !== undefined) return found;
    throw new Fault("link/unknown-method", `there is no method ${method.slice(0, 60)}`, { retry: "never" });
  };
}

/** What the peer answered. Throws Fault `<peer>/bad-answer`, which names the field: a peer of another version, or a broken one. */
export function readResult<Params, Result>(method: Rpc<Params, Result>, peer: "hub" | "site", answer: unknown): Result {
  const parsed = method.result.safeParse(answer);
  if (parsed.success) return parsed.data;
  const { field, message } = complaint(parsed.error);
  const what = field === "" ? message : `${field}: ${message}`;
  throw new Fault(`${peer}/bad-answer`, `${method.method}: ${what}`, { retry: "never" });
}
