/** Starts a board in its thread, and brings it the answers to what it fetches. */
import { MessageChannel, Worker } from "node:worker_threads";
import type { ConfigurationRows } from "../routeros-scripting/configuration.ts";
import type { WebAnswer, WebRequest } from "../routeros-scripting/new-board.ts";

export interface BoardSays {
  readonly outcome: "done" | "stopped" | "rebooted";
  /** All that scripts printed since it was made. */
  readonly output: readonly string[];
  readonly failure: string;
  /** Its whole configuration, as text by menu. */
  readonly tree: Readonly<Record<string, readonly string[]>>;
  /** The same, to make this board again. */
  readonly configuration: ConfigurationRows;
  /** `key=value` lines that the agent in its container runs with. Null: it does not run. */
  readonly agentEnvironment: string | null;
}

export interface BoardThread {
  paste(line: string): Promise<BoardSays>;
  passMinutes(minutes: number): Promise<BoardSays>;
  /** Its power comes back. */
  boot(): Promise<BoardSays>;
  stop(): Promise<void>;
}

export interface BoardParts {
  readonly configuration: ConfigurationRows;
  /** What the internet answers; null: nobody does. */
  readonly fetch: (request: WebRequest) => Promise<WebAnswer | null>;
  /** What a second that a script waits takes; left out: nothing waits. */
  readonly secondMs?: number;
  /** The date that a time server gives, `2026-11-22`; left out: that of the tests. */
  readonly today?: string;
  /** All that scripts printed so far, while they still run. */
  readonly onOutput?: (lines: readonly string[]) => void;
}

/** One order at a time: the next waits. */
export function startBoardThread({ configuration, fetch, secondMs = 0, today, onOutput }: BoardParts): BoardThread {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL("./board-worker.ts", import.meta.url), {
    workerData: { configuration, secondMs, today: today ?? null, flag, answers: port2 },
    transferList: [port2],
  });
  const answer = async (request: WebRequest) => {
    port1.postMessage(await fetch(request).catch(() => null));
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  };
  type Said = { readonly request?: WebRequest; readonly output?: readonly string[]; readonly done?: BoardSays };
  const give = (order: object | string) =>
    new Promise<BoardSays>((resolve, reject) => {
      worker.removeAllListeners();
      worker.on("error", reject);
      worker.on("message", ({ request, output, done }: Said) => {
        if (output !== undefined) onOutput?.(output);
        if (request !== undefined) void answer(request);
        if (done !== undefined) resolve(done);
      });
      worker.postMessage(order);
    });
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (order: object | string): Promise<BoardSays> => {
    const turn = last.then(() => give(order));
    last = turn.catch(() => {});
    return turn;
  };
  return {
    paste: (line) => inTurn({ paste: line }),
    passMinutes: (minutes) => inTurn({ minutes }),
    boot: () => inTurn("boot"),
    async stop() {
      port1.close();
      await worker.terminate();
    },
  };
}
