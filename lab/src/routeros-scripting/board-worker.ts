/** The thread of a board. It stands still while the other side asks the hub. @see board-thread.ts */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { ToBoard } from "./board-thread.ts";
import type { ConfigurationRows } from "./configuration.ts";
import { type BoardHardware, NewBoard, type Web, type WebAnswer } from "./new-board.ts";

interface Given {
  readonly configuration: ConfigurationRows;
  readonly hardware: Omit<BoardHardware, "web" | "shared">;
  readonly delayMsPerSecond: number;
  readonly requests: MessagePort;
  /** 1: the answer lies in the port. */
  readonly answered: Int32Array;
}

const { configuration, hardware, delayMsPerSecond, requests, answered } = workerData as Given;

const web: Web = (request) => {
  Atomics.store(answered, 0, 0);
  requests.postMessage(request);
  Atomics.wait(answered, 0, 0);
  return (receiveMessageOnPort(requests)?.message ?? null) as WebAnswer | null;
};

const sleeping = new Int32Array(new SharedArrayBuffer(4));
const whileDelayed = (seconds: number) => {
  if (delayMsPerSecond > 0) Atomics.wait(sleeping, 0, 0, seconds * delayMsPerSecond);
};

const board = new NewBoard(configuration, { ...hardware, web, whileDelayed });

parentPort?.on("message", (message: ToBoard) => parentPort?.postMessage(answerTo(message)));
parentPort?.postMessage("ready");

function answerTo(message: ToBoard): unknown {
  switch (message.call) {
    case "paste":
      return board.paste(message.line);
    case "passMinutes":
      board.passMinutes(message.minutes);
      return null;
    case "cutPower":
      board.cutPower();
      return null;
    case "output":
      return [...board.router.output];
    case "snapshot":
      return board.router.snapshot();
  }
}
