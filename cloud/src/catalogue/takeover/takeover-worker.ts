/** Reads another system's file in a thread of its own: see `read-in-worker.ts`, which ends the thread when it takes too long or too much memory. */
import { parentPort, workerData } from "node:worker_threads";
import { readBook } from "./read-book.ts";
import type { BookJob } from "./read-in-worker.ts";

const { text, of } = workerData as BookJob;
parentPort?.postMessage(readBook(text, of));
