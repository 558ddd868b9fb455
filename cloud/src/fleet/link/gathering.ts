/**
 * Work that is done for many requests at once. While one batch runs, the next requests collect and go together: the busier it
 * is, the bigger the batches, with no timer and no delay when it is quiet. A result rejects when its batch failed.
 * `run` answers in the order of its requests. `nameOf`: two requests of one name never go in the same batch.
 */
export function gather<Request, Answer>(
  batchMax: number,
  nameOf: (request: Request) => string,
  run: (requests: readonly Request[]) => Promise<readonly Answer[]>,
): (request: Request) => Promise<Answer> {
  interface Entry {
    readonly request: Request;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Entry[] = [];
  let isRunning = false;

  function takeBatch(): Entry[] {
    const names = new Set<string>();
    const batch: Entry[] = [];
    const later: Entry[] = [];
    for (const entry of waiting) {
      const name = nameOf(entry.request);
      if (batch.length < batchMax && !names.has(name)) batch.push(entry);
      else later.push(entry);
      names.add(name);
    }
    waiting = later;
    return batch;
  }

  async function drain(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (waiting.length > 0) {
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

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      void drain();
    });
}
