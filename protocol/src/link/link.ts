/** The transport under the frames: a WebSocket in production, a pair of queues in the simulation. Text messages only. */
export interface LinkSocket {
  send(text: string): void;
  /** Bytes handed to `send` that the peer has not taken yet: a slow reader is bounded by looking at this. */
  bufferedBytes(): number;
  close(code: number, reason: string): void;
  onMessage(handler: (text: string) => void): void;
  /** Called exactly once. */
  onClose(handler: (code: number, reason: string) => void): void;
}

/** Close codes of ours (4000-4999, RFC 6455 §7.4.2). */
export const closeCodes = {
  /** The frame did not fit the schema. */
  badFrame: 4400,
  /** Signature or site unknown: try again slowly; an operator must act. */
  unauthorised: 4401,
  /** Revoked: erase what you hold and do not come back. */
  revoked: 4403,
  /** Another connection of the same site took over. */
  replaced: 4409,
  /** The two sides disagree about how far the journal came (a gap, a fork): connect again and go on from the hub's word. */
  outOfStep: 4410,
  /** No protocol version in common. */
  version: 4426,
  /** The hub is going down: come back with jitter. */
  draining: 4503,
} as const;
