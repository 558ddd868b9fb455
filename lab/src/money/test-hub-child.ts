/** A hub as a child process that is asked by messages: each order has an id, and its answer the same one; 0 is that it is ready. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { keepsCompiled } from "@karibu/tools/ci/test-compiled";

export interface HubChild<Ready, Order extends object> {
  /** What it said when it was ready. */
  readonly ready: Ready;
  ask<Answer>(order: Order): Promise<Answer>;
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>;
}

/** @param file beside this one */
export async function startHubChild<Ready, Order extends object>(
  file: string,
  setting: object,
): Promise<HubChild<Ready, Order>> {
  const child: ChildProcess = fork(join(import.meta.dirname, file), [JSON.stringify(setting)], {
    execArgv: [...process.execArgv, keepsCompiled],
  });
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let orders = 0;
  child.on("message", ({ id, answer, error }: { id: number; answer?: unknown; error?: string }) => {
    if (error === undefined) open.get(id)?.resolve(answer);
    else open.get(id)?.reject(new Error(error));
    open.delete(id);
  });
  const ended = once(child, "exit");
  void ended.then(([code]) => {
    for (const each of open.values()) each.reject(new Error(`the hub ended with ${code}`));
  });
  const wait = <Answer>(id: number) => {
    const deferred = Promise.withResolvers<unknown>();
    open.set(id, deferred);
    return deferred.promise as Promise<Answer>;
  };
  return {
    ready: await wait<Ready>(0),
    ask(order) {
      const id = ++orders;
      const answer = wait<never>(id);
      child.send({ ...order, id });
      return answer;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
