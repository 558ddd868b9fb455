/**
 * Requests across the link, with their types. The files of this folder declare the methods. The side that answers a method
 * mounts it with `serve`; the other side passes the declaration to `call` (`../link/calls.ts`). Neither reads a field by hand.
 *
 * Released agents and hubs go on with the fields they know: within a protocol number a declaration only gains optional
 * fields. `lab/src/link/versions` compares each one with what released ends said, and needs examples of a new one.
 */
import { cutText } from "@karibu/protocol/whole-text";
import * as z from "zod/mini";
import { Fault } from "../fault.ts";
import { complaint, inPlainWords } from "../schema.ts";

/** One method: its name on the wire, what the caller sends and what it gets. */
export interface Rpc<Params, Result> {
  readonly method: string;
  readonly params: z.ZodMiniType<Params>;
  readonly result: z.ZodMiniType<Result>;
  /** It changes nothing, and its answer may be long: the hub runs a repeated request again and keeps no answer. */
  readonly readOnly: boolean;
}

/**
 * Declares a method. Both schemas ignore fields that they do not know: a newer peer may send more, and never changes the
 * meaning of old fields. `readOnly` is false when absent.
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

/** A method whose params and result pass unchecked: this side only carries them from one peer to another. */
export function carriedRpc(method: string): Rpc<unknown, unknown> {
  return rpc(method, { params: z.unknown(), result: z.unknown() });
}

/** A method with its handler. `Caller`: what the link has proved about the peer (the hub: which site; an agent: nothing). */
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
      const parsed = method.params.safeParse(params, inPlainWords);
      if (parsed.success) return await handle(parsed.data, caller, signal);
      const { field, message } = complaint(parsed.error);
      throw new Fault("link/bad-params", field === "" ? message : `${field}: ${message}`, { retry: "never" });
    },
  };
}

/** Returns a function that finds a served method by its name. It throws Fault `link/unknown-method` when there is none. */
export function servedByName<Caller>(all: readonly ServedRpc<Caller>[]): (method: string) => ServedRpc<Caller> {
  const byName = new Map(all.map((served) => [served.method, served]));
  return (method) => {
    const found = byName.get(method);
    if (found !== undefined) return found;
    throw new Fault("link/unknown-method", `there is no method ${cutText(method, 60)}`, { retry: "never" });
  };
}

/**
 * Checks the peer's answer and returns it typed. Throws Fault `<peer>/bad-answer`, which names the field, for an answer that
 * does not fit: the peer is broken, or newer than it may be.
 */
export function readResult<Params, Result>(method: Rpc<Params, Result>, peer: "hub" | "site", answer: unknown): Result {
  const parsed = method.result.safeParse(answer, inPlainWords);
  if (parsed.success) return parsed.data;
  const { field, message } = complaint(parsed.error);
  const what = field === "" ? message : `${field}: ${message}`;
  throw new Fault(`${peer}/bad-answer`, `${method.method}: ${what}`, { retry: "never" });
}
