/**
 * Foreign files are read one after the other: many workers at once would fill the machine's memory. Who attacks: one provider's people, or a program
 * of theirs, that sends file after file so that nobody else's is read. So a provider has one in the line at a time, read or waiting; its next is
 * refused until then, and the line is as long as that many providers.
 */
import { Problem } from "../http/problem.ts";

export type ReadingTurns = <Read>(providerId: string, read: () => Promise<Read>) => Promise<Read>;

/** The function throws a Problem 429 "too-many-tries". @param max of files that are read, or wait for it, at once */
export function createReadingTurns(max: number): ReadingTurns {
  const waiting = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  return (providerId, read) => {
    if (waiting.has(providerId) || waiting.size >= max)
      return Promise.reject(
        new Problem(429, "too-many-tries", "Too many tries: wait 10 s.", { retryAfterSeconds: 10 }),
      );
    waiting.add(providerId);
    const mine = last.then(read).finally(() => waiting.delete(providerId));
    last = mine.catch(() => null);
    return mine;
  };
}
