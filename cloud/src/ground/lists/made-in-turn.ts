/**
 * Large files for people (workbooks, papers of hundreds of rows) are made one after the other, and providers take turns. Who attacks: one tenant's
 * person, or a program of theirs, that asks for file after file, so that the hub has no time for others.
 */
import { createReadingTurns } from "../foreign-files/reading-turns.ts";
import { refusal } from "../http/problem.ts";

const inTurn = createReadingTurns({ atOnce: 1, all: 12, perProvider: 3, waitingBytes: 0 });
const waitS = 10;

/** `make` begins when it is the provider's turn. Throws what it throws, and a Problem 429 where too many wait. */
export async function madeInTurn<Made>(providerId: string, make: () => Promise<Made>): Promise<Made> {
  const turn = await inTurn({ providerId, bytes: 0 }, make);
  if (turn.kind === "line-full") throw refusal("many-files-made", { retryAfterSeconds: waitS });
  return turn.read;
}
