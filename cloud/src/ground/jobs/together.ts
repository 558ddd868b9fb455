/**
 * Work of many in one go: what comes while one batch is under way is the next one, and a lone piece waits for nobody. So a transaction's commit and
 * its statements are shared by all who wait for them anyway.
 *
 * @param most pieces of one batch
 * @param work gives each piece its result, or what will be it, in the order of the pieces: the next batch does not wait for that. What it throws, all get
 */
export function together<Piece, Result>(
  most: number,
  work: (pieces: readonly Piece[]) => Promise<readonly (Result | Promise<Result>)[]>,
): (piece: Piece) => Promise<Result> {
  const waiting: { readonly piece: Piece; readonly end: PromiseWithResolvers<Result> }[] = [];
  let isWorking = false;

  async function workOff(): Promise<void> {
    isWorking = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      try {
        const results = await work(batch.map(({ piece }) => piece));
        for (const [index, { end }] of batch.entries()) end.resolve(results[index] as Result | Promise<Result>);
      } catch (error) {
        for (const { end } of batch) end.reject(error);
      }
    }
    isWorking = false;
  }

  return (piece) => {
    const end = Promise.withResolvers<Result>();
    waiting.push({ piece, end });
    if (!isWorking) void workOff();
    return end.promise;
  };
}
