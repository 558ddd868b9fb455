/** A board in a thread of its own: its scripts wait for the hub's answers, as a router's do, while the hub works in the main thread. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type BoardChoice, homeRouter, liveHotspot, smallRouter } from "../routeros-scripting/board-configurations.ts";
import { NewBoard, type WebAnswer, type WebRequest } from "../routeros-scripting/new-board.ts";

const boards = { homeRouter, liveHotspot, smallRouter };
const { kind, choice, flag, answers } = workerData as {
  readonly kind: keyof typeof boards;
  readonly choice: BoardChoice;
  readonly flag: Int32Array;
  readonly answers: MessagePort;
};

/** Asks the main thread, and sleeps until it has answered. */
function ask(request: WebRequest): WebAnswer | null {
  Atomics.store(flag, 0, 0);
  parentPort?.postMessage({ request });
  Atomics.wait(flag, 0, 0);
  return receiveMessageOnPort(answers)?.message as WebAnswer | null;
}

const board = new NewBoard(boards[kind](choice), {
  web: ask,
  atTheButton: "somebody",
  offeredPackages: ["container"],
  hasTimeServer: true,
});

parentPort?.on("message", (order: { readonly paste: string } | { readonly minutes: number }) => {
  const outcome = "paste" in order ? board.paste(order.paste) : board.passMinutes(order.minutes);
  const { output, failure } = board.router;
  parentPort?.postMessage({
    done: { outcome: outcome ?? "done", output: [...output], failure, tree: board.router.snapshot() },
  });
});
