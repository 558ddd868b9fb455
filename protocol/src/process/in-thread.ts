/** Work in a thread of its own: what takes a processor for seconds must not hold up everything else of its process. */
import { Worker } from "node:worker_threads";

/**
 * @param program a module that says its answer once, to its parent
 * @param given its `workerData`, as a structured clone @param what names the work where the thread ends without an answer
 * @returns the answer, as a structured clone. Rejects when the thread dies, as it does for want of memory
 */
export function inThread<Answer>(program: URL, given: unknown, what: string): Promise<Answer> {
  const worker = new Worker(program, { workerData: given });
  return new Promise<Answer>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread of ${what} ended with ${code}`)));
  }).finally(() => void worker.terminate());
}
