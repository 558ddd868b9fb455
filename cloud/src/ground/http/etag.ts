/**
 * ETags: the version of a resource, from the answer of its GET. With `If-Match`, a caller names the version that they saw.
 * If it has changed since, the answer is 412, and nothing is overwritten.
 */
import { sha256 } from "@karibu/protocol/hash";
import type { Tx } from "../db/database.ts";
import { lockName } from "../db/lock-keys.ts";
import { refusal } from "./problem.ts";
import type { Call, Route } from "./route.ts";

/** Leaves out fields that change by themselves (`volatile`): they are no reason to refuse a change. */
export function etagOf(route: Route, answer: unknown): string {
  const volatile = new Set(route.volatile ?? []);
  const text = JSON.stringify(answer, (name, value) => (volatile.has(name) ? undefined : value));
  return `"${sha256(text).toString("base64url").slice(0, 22)}"`;
}

/** Does a header `If-Match` or `If-None-Match` name this version? */
export function names(header: string, etag: string): boolean {
  return header.trim() === "*" || header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/**
 * Runs in the transaction of the change, before it: reads the resource by its GET. Callers with `If-Match` for the same resource
 * wait for each other, so that of two with the same version one is refused.
 */
export async function refuseChanged(
  tx: Tx,
  reader: Route,
  call: Call<unknown, unknown, unknown>,
  given: { readonly header: string; readonly path: string; readonly view: (result: unknown) => unknown },
): Promise<void> {
  await lockName(tx, `${call.providerId} ${given.path}`);
  const inside: Call<unknown, unknown, unknown> = {
    params: call.params,
    query: undefined,
    body: undefined,
    get actor() {
      return call.actor;
    },
    get customer() {
      return call.customer;
    },
    providerId: call.providerId,
    requestId: call.requestId,
    remoteAddress: call.remoteAddress,
    partyOf: (phone) => call.partyOf(phone),
    key: "",
    transact: (work) => work(tx),
    transactOnce: (work) => work(tx),
    transactAsPlatform: () => Promise.reject(new TypeError(`${reader.path}: a version is what its own provider sees`)),
    auditTarget: () => {},
    auditResult: () => {},
    revealed: () => {},
    isStillLet: async () => true,
  };
  const now = given.view(await reader.run(inside, undefined as never, undefined as never));
  if (names(given.header, etagOf(reader, now))) return;
  throw refusal("changed", { field: "If-Match" });
}
