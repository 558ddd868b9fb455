/** How the hub and the agents call each other: what a room declares to serve a request, and how it calls a site. */
import type { Rpc, ServedRpc } from "@karibu/protocol/rpc/rpc";

/** The site that calls. Its link has proved which site it is. */
export interface Caller {
  readonly providerId: string;
  readonly siteId: string;
}

/** One RPC method that the hub serves: `serve(method, handle)` makes it. */
export type RpcHandler = ServedRpc<Caller>;

/**
 * Calls the agent of a site, whichever hub process holds its link. Rejects with Fault "site/away", "site/deadline",
 * "site/refused" or "site/bad-answer", or with "site/cancelled" once `signal` aborts.
 */
export type CallSite = <Params, Result>(
  siteId: string,
  method: Rpc<Params, Result>,
  params: Params,
  deadlineMs: number,
  signal?: AbortSignal,
) => Promise<Result>;
