/** Starts a board in its thread, and answers what it fetches: the hub's pages from the hub under test, everything else as the internet does. */
import { MessageChannel, Worker } from "node:worker_threads";
import type { TestHub } from "@karibu/cloud/test-hub";
import type { BoardChoice } from "../routeros-scripting/board-configurations.ts";
import type { WebAnswer, WebRequest } from "../routeros-scripting/new-board.ts";

export interface BoardSays {
  readonly outcome: "done" | "stopped" | "rebooted";
  /** All that scripts printed since it was made. */
  readonly output: readonly string[];
  readonly failure: string;
  /** Its whole configuration, as text by menu. */
  readonly tree: Readonly<Record<string, readonly string[]>>;
}

export interface BoardThread {
  paste(line: string): Promise<BoardSays>;
  passMinutes(minutes: number): Promise<BoardSays>;
  stop(): Promise<void>;
}

export function startBoard(
  hub: TestHub,
  kind: "homeRouter" | "liveHotspot" | "smallRouter",
  choice: BoardChoice,
): BoardThread {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL("./test-pasting-board.ts", import.meta.url), {
    workerData: { kind, choice, flag, answers: port2 },
    transferList: [port2],
  });
  const answer = async (request: WebRequest) => {
    port1.postMessage(await fetchFor(hub, request).catch(() => null));
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  };
  const order = (what: object) =>
    new Promise<BoardSays>((resolve, reject) => {
      worker.removeAllListeners();
      worker.on("error", reject);
      worker.on("message", (said: { readonly request?: WebRequest; readonly done?: BoardSays }) => {
        if (said.request !== undefined) void answer(said.request);
        if (said.done !== undefined) resolve(said.done);
      });
      worker.postMessage(what);
    });
  return {
    paste: (line) => order({ paste: line }),
    passMinutes: (minutes) => order({ minutes }),
    async stop() {
      port1.close();
      await worker.terminate();
    },
  };
}

/** The hub's public address is a name that nobody resolves: its pages come from where it listens. */
async function fetchFor(hub: TestHub, { method, url, headers, body }: WebRequest): Promise<WebAnswer> {
  const asked = new URL(url);
  if (asked.hostname !== "hub.test") return { status: 200, body: "{}" };
  const answer = await fetch(hub.url() + asked.pathname + asked.search, {
    method,
    headers,
    ...(method === "GET" ? {} : { body }),
  });
  const content = Buffer.from(await answer.arrayBuffer());
  const isImage = asked.pathname.startsWith("/enrol/image/");
  return isImage
    ? { status: answer.status, body: "", sizeBytes: content.length }
    : { status: answer.status, body: content.toString() };
}
