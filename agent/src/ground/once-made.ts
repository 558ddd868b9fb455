/**
 * For a part of the agent that is loaded when it is first asked for (`part-loader.ts`): makes its thing once. Where that failed, because
 * its file is missing or damaged, whoever asked hears why, and the next ask tries again.
 */
export function onceMade<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
