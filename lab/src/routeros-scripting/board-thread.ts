/**
 * A board in a thread of its own, for hubs that answer over HTTP. A script waits for what it fetches, as on a router, so its thread stands
 * still meanwhile; this side asks the hub and hands the answer over.
 */
import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import type { ConfigurationRows } from "./configuration.ts";
import type { BoardHardware, WebAnswer, WebRequest } from "./new-board.ts";

export interface ThreadedBoard {
  /** Pasted into the terminal. The delays of scripts take no time, unless `delayMsPerSecond` says so. */
  paste(line: string): Promise<"done" | "stopped" | "rebooted">;
  passMinutes(minutes: number): Promise<void>;
  cutPower(): Promise<void>;
  /** What scripts printed and logged so far. */
  output(): Promise<string[]>;
  snapshot(): Promise<Record<string, string[]>>;
  stop(): Promise<void>;
}

export interface ThreadedBoardOptions {
  readonly configuration: ConfigurationRows;
  readonly hardware?: Omit<BoardHardware, "web" | "shared">;
  /** Real milliseconds of a second that a script waits: for somebody who watches. */
  readonly delayMsPerSecond?: number;
  /** Where the board's requests go. Without it: to the address that they name. */
  readonly ask?: (request: WebRequest) => Promise<WebAnswer | null>;
}

export type ToBoard =
  | { readonly call: "paste"; readonly line: string }
  | { readonly call: "passMinutes"; readonly minutes: number }
  | { readonly call: "cutPower" | "output" | "snapshot" };

export async function startThreadedBoard(options: ThreadedBoardOptions): Promise<ThreadedBoard> {
  const { configuration, hardware = {}, delayMsPerSecond = 0, ask = askOverHttp } = options;
  const { port1: requests, port2: boardsEnd } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("./board-worker.ts", import.meta.url), {
    workerData: { configuration, hardware, delayMsPerSecond, requests: boardsEnd, answered },
    transferList: [boardsEnd],
  });
  requests.on("message", async (request: WebRequest) => {
    const answer = await ask(request).catch(() => null);
    requests.postMessage(answer);
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  });
  await once(worker, "message");
  // One call at a time, as with one terminal.
  let last: Promise<unknown> = Promise.resolve();
  function call<T>(message: ToBoard): Promise<T> {
    const result = last.then(async () => {
      worker.postMessage(message);
      const [answer] = await once(worker, "message");
      return answer as T;
    });
    last = result.catch(() => undefined);
    return result;
  }
  return {
    paste: (line) => call({ call: "paste", line }),
    passMinutes: (minutes) => call({ call: "passMinutes", minutes }),
    cutPower: () => call({ call: "cutPower" }),
    output: () => call({ call: "output" }),
    snapshot: () => call({ call: "snapshot" }),
    async stop() {
      requests.close();
      await worker.terminate();
    },
  };
}

/** A file is only measured: the board's disk keeps its size. */
async function askOverHttp({ method, url, headers, body }: WebRequest): Promise<WebAnswer> {
  const answer = await fetch(url, { method, headers, redirect: "manual", ...(body === "" ? {} : { body }) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isText = bytes.length < 1_000_000;
  return { status: answer.status, body: isText ? bytes.toString() : "", sizeBytes: bytes.length };
}
