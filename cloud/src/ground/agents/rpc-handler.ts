/** How the hub and the agents call each other: what a room declares to serve a request, and how it calls a site. */

/** The site that calls. Its link has proved which site it is. */
export interface Caller {
  readonly providerId: string;
  readonly siteId: string;
}

/** One RPC method that the hub serves. The schema in `protocol/src/rpc/<method>.ts` checks its params. */
export interface RpcHandler {
  readonly method: string;
  /** True: the method changes nothing, so its answers need not be kept for a repeated request. */
  readonly readOnly?: boolean;
  /** `signal` aborts when the site no longer wants an answer. Work that has not begun may be skipped. */
  handle(caller: Caller, params: unknown, signal: AbortSignal): Promise<unknown>;
}

/**
 * Calls the agent of a site, whichever hub process holds its link. Rejects with Fault "site/away", "site/deadline" or
 * "site/refused", or with "site/cancelled" once `signal` aborts.
 */
export type CallSite = (
  siteId: string,
  method: string,
  params: unknown,
  deadlineMs: number,
  signal?: AbortSignal,
) => Promise<unknown>;
