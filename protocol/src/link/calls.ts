/**
 * Requests across the link, alike on both sides. A caller's request outlives the socket: it is sent again after a
 * reconnect under the same id, until its deadline. The answering side does an id once and repeats the answer.
 */
import { cutText } from "@karibu/protocol/whole-text";
import { Fault } from "../fault.ts";
import { newId } from "../identifiers.ts";
import { type Rpc, readResult } from "../rpc/rpc.ts";
import type { Timer, World } from "../world.ts";
import type { CancelFrame, ReplyFrame, RpcFrame } from "./frame.ts";

/** Calls a method of the peer: its result, as the method declares it. */
export type CallPeer = <Params, Result>(
  method: Rpc<Params, Result>,
  params: Params,
  deadlineMs: number,
  signal?: AbortSignal,
) => Promise<Result>;

export interface Calls {
  /**
   * Rejects with Fault `<peer>/away`, `<peer>/deadline`, `<peer>/refused`, `<peer>/bad-answer` or, once `signal` aborts,
   * `<peer>/cancelled`: then the peer gets a `cancel`, and it is unknown whether it stopped in time.
   */
  call: CallPeer;
  onReply(frame: ReplyFrame): void;
  /** The link is up (again): requests without an answer are sent again. */
  resend(): void;
  /** No answer will come any more. */
  abandon(): void;
  readonly waiting: number;
}

interface Waiting {
  readonly method: string;
  readonly params: unknown;
  readonly deadlineAtMs: number;
  readonly timer: Timer;
  readonly resolve: (result: unknown) => void;
  readonly reject: (fault: Fault) => void;
  readonly unheed: () => void;
}

/** At most so many requests wait at once; one more is refused as `away`. */
const waitingMax = 1000;

/**
 * `send` returns false when there is no link now; it leaves out a `cancel` to a peer whose protocol has none. `peer` names
 * the called side in the faults.
 */
export function createCalls(
  world: World,
  peer: "hub" | "site",
  send: (frame: RpcFrame | CancelFrame) => boolean,
): Calls {
  const waiting = new Map<string, Waiting>();

  function settle(id: string): Waiting | undefined {
    const entry = waiting.get(id);
    if (entry === undefined) return undefined;
    waiting.delete(id);
    entry.timer.cancel();
    entry.unheed();
    return entry;
  }

  const cancelled = (method: string) =>
    new Fault(`${peer}/cancelled`, `${method}: cancelled by the caller`, { retry: "never" });
  const away = (why: string) => new Fault(`${peer}/away`, why, { retry: "later" });

  return {
    get waiting() {
      return waiting.size;
    },
    async call(rpc, params, deadlineMs, signal) {
      const { method } = rpc;
      if (signal?.aborted) throw cancelled(method);
      if (waiting.size >= waitingMax) throw away(`too many requests wait for the ${peer}`);
      const id = newId(world);
      if (!send({ type: "rpc", id, method, deadlineMs, params })) throw away(`the ${peer} is not connected`);
      const answer = await new Promise<unknown>((resolve, reject) => {
        const giveUp = (fault: Fault) => {
          settle(id)?.reject(fault);
          send({ type: "cancel", id });
        };
        const timer = world.clock.after(deadlineMs, () =>
          giveUp(new Fault(`${peer}/deadline`, `${method}: no answer in ${deadlineMs} ms`, { retry: "later" })),
        );
        const onAbort = () => giveUp(cancelled(method));
        signal?.addEventListener("abort", onAbort, { once: true });
        const unheed = () => signal?.removeEventListener("abort", onAbort);
        const deadlineAtMs = world.clock.monotonicMs() + deadlineMs;
        waiting.set(id, { method, params, deadlineAtMs, timer, resolve, reject, unheed });
      });
      return readResult(rpc, peer, answer);
    },
    onReply(frame) {
      const entry = settle(frame.id);
      if (entry === undefined) return; // too late, or an answer repeated
      if (frame.error === undefined) return entry.resolve(frame.result ?? null);
      const { code, message } = frame.error;
      entry.reject(new Fault(`${peer}/refused`, `${entry.method}: ${message}`, { retry: "never", hint: code }));
    },
    resend() {
      const nowMs = world.clock.monotonicMs();
      for (const [id, { method, params, deadlineAtMs }] of waiting) {
        const deadlineMs = Math.max(1, Math.ceil(deadlineAtMs - nowMs));
        send({ type: "rpc", id, method, deadlineMs, params });
      }
    },
    abandon() {
      for (const id of [...waiting.keys()]) settle(id)?.reject(away("the link was closed"));
    },
  };
}

export interface Answers {
  /** Runs the request, or waits for the same one in flight, or repeats its answer. Never rejects. */
  answer(frame: RpcFrame): Promise<ReplyFrame | "too-late">;
  /** The caller wants no answer any more: aborts the signal of the request. An unknown id is ignored. */
  cancel(id: string): void;
}

/**
 * Handles each id once, as long as it is among the last `keep`. `serve` throws a Fault to refuse. Its signal aborts when the
 * caller cancels. Methods for which `isReading` is true change nothing and have long answers: they run again, and no answer is kept.
 */
export function createAnswers(
  world: World,
  serve: (method: string, params: unknown, id: string, signal: AbortSignal) => Promise<unknown>,
  keep = 256,
  isReading: (method: string) => boolean = () => false,
): Answers {
  const known = new Map<string, Promise<ReplyFrame>>();
  const running = new Map<string, AbortController>();

  async function run(frame: RpcFrame): Promise<ReplyFrame> {
    const controller = new AbortController();
    running.set(frame.id, controller);
    try {
      const result = await serve(frame.method, frame.params, frame.id, controller.signal);
      return { type: "reply", id: frame.id, result: result ?? null };
    } catch (error) {
      if (error instanceof Fault)
        return { type: "reply", id: frame.id, error: { code: error.code, message: cutText(error.message, 500) } };
      world.log.error("call-failed", { method: frame.method, error: String(error) });
      return { type: "reply", id: frame.id, error: { code: "link/failed", message: "the request failed" } };
    } finally {
      running.delete(frame.id);
    }
  }

  return {
    async answer(frame) {
      const startedMs = world.clock.monotonicMs();
      let reply = known.get(frame.id);
      if (reply === undefined) {
        reply = run(frame);
        known.set(frame.id, reply);
        if (known.size > keep) known.delete(known.keys().next().value as string);
      }
      const answered = await reply;
      if (isReading(frame.method)) known.delete(frame.id);
      return world.clock.monotonicMs() - startedMs > frame.deadlineMs ? "too-late" : answered;
    },
    cancel: (id) => running.get(id)?.abort(),
  };
}
