/**
 * Work that is done for many requests at once. While one batch runs, the next requests collect and go together: the busier it
 * is, the bigger the batches, with no timer and no delay when it is quiet. A result rejects when its batch failed, or when its signal aborts before
 * the batch began. `run` answers in the order of its requests. `shareOf`: when more wait than fit a batch, each share gets one place in turn.
 */
export function gather<Request, Answer>(
  batchMax: number,
  shareOf: (request: Request) => string,
  run: (requests: readonly Request[]) => Promise<readonly Answer[]>,
): (request: Request, signal?: AbortSignal) => Promise<Answer> {
  interface Entry {
    readonly request: Request;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting = new Set<Entry>();
  let isRunning = false;

  function takeBatch(): Entry[] {
    const shares = new Map<string, Entry[]>();
    for (const entry of waiting) {
      const share = shareOf(entry.request);
      const queue = shares.get(share);
      if (queue === undefined) shares.set(share, [entry]);
      else queue.push(entry);
    }
    const batch: Entry[] = [];
    for (let round = 0; batch.length < Math.min(batchMax, waiting.size); round++)
      for (const queue of shares.values()) {
        const next = queue[round];
        if (next !== undefined && batch.length < batchMax) batch.push(next);
      }
    for (const entry of batch) waiting.delete(entry);
    return batch;
  }

  async function drain(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (waiting.size > 0) {
      const batch = takeBatch();
      try {
        const answers = await run(batch.map((entry) => entry.request));
        for (const [index, entry] of batch.entries()) entry.resolve(answers[index] as Answer);
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    isRunning = false;
  }

  return (request, signal) =>
    new Promise((resolve, reject) => {
      const entry = { request, resolve, reject };
      waiting.add(entry);
      signal?.addEventListener("abort", () => waiting.delete(entry) && reject(signal.reason), { once: true });
      void drain();
    });
}
