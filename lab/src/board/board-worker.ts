/** A board in a thread of its own: its scripts wait for the hub's answers, as a router's do, while the hub works in the main thread. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { ConfigurationRows } from "../routeros-scripting/configuration.ts";
import { NewBoard, type WebAnswer, type WebRequest } from "../routeros-scripting/new-board.ts";

const { configuration, secondMs, today, flag, answers } = workerData as {
  readonly configuration: ConfigurationRows;
  /** What a second that a script waits takes; 0: nothing waits. */
  readonly secondMs: number;
  readonly today: string | null;
  readonly flag: Int32Array;
  readonly answers: MessagePort;
};

/** Asks the main thread, and sleeps until it has answered. */
function ask(request: WebRequest): WebAnswer | null {
  Atomics.store(flag, 0, 0);
  parentPort?.postMessage({ request, output: [...board.router.output] });
  Atomics.wait(flag, 0, 0);
  return receiveMessageOnPort(answers)?.message as WebAnswer | null;
}

/** Of nothing but time. */
const asleep = new Int32Array(new SharedArrayBuffer(4));

const board = new NewBoard(configuration, {
  web: ask,
  atTheButton: "somebody",
  offeredPackages: ["container"],
  hasTimeServer: true,
  ...(today === null ? {} : { today: () => today }),
  ...(secondMs === 0 ? {} : { onDelay: (seconds: number) => void Atomics.wait(asleep, 0, 0, seconds * secondMs) }),
});

type Order = { readonly paste: string } | { readonly minutes: number } | "boot";

parentPort?.on("message", (order: Order) => {
  const outcome = order === "boot" ? board.cutPower() : "paste" in order ? board.paste(order.paste) : pass(order);
  const { output, failure, configuration: now } = board.router;
  parentPort?.postMessage({
    done: {
      outcome: outcome ?? "done",
      output: [...output],
      failure,
      tree: board.router.snapshot(),
      configuration: now.toRows(),
      agentEnvironment: board.agentEnvironment,
    },
  });
});

const pass = ({ minutes }: { readonly minutes: number }) => board.passMinutes(minutes);
