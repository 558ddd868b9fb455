/** Which site calls. The link has proved it. */
export interface Caller {
  readonly providerId: string;
  readonly siteId: string;
}

/** One RPC method that the hub serves; params are checked by the schema of `protocol/src/rpc/<method>.ts` before. */
export interface RpcHandler {
  readonly method: string;
  /** Changes nothing: its answers need not be kept for a repetition of the same request. */
  readonly readOnly?: boolean;
  /** `signal` aborts when the site wants no answer any more: what has not been begun may be left out. */
  handle(caller: Caller, params: unknown, signal: AbortSignal): Promise<unknown>;
}
