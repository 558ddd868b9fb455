/**
 * What a site says of its disk and of its router, with each sign of life. One that changes its mind all the time costs the hub no more than another:
 * at most one write is under way, a few seconds lie between two, and the newest word wins.
 */
import type { Clock, Timer } from "@karibu/protocol/world";

export interface Notes<Word> {
  say(word: Word): void;
  /** The link has ended: its next one says it again. */
  stop(): void;
}

const betweenMs = 5000;

/** @param known what is stored already @param write where it fails, the site's next word is written */
export function createNotes<Word>(
  clock: Clock,
  known: Word | undefined,
  write: (word: Word) => Promise<void>,
  isSame: (one: Word | undefined, other: Word | undefined) => boolean = Object.is,
): Notes<Word> {
  let stored = known;
  let said = known;
  let isWriting = false;
  let isStopped = false;
  let timer: Timer | null = null;
  let nextAtMs = clock.monotonicMs();

  function goOn(): void {
    if (isStopped || isWriting || timer !== null || said === undefined || isSame(said, stored)) return;
    const waitMs = nextAtMs - clock.monotonicMs();
    if (waitMs > 0) {
      timer = clock.after(waitMs, () => {
        timer = null;
        goOn();
      });
      return;
    }
    const word = said;
    isWriting = true;
    nextAtMs = clock.monotonicMs() + betweenMs;
    void write(word)
      .then(
        () => {
          stored = word;
        },
        () => {
          [stored, said] = [undefined, undefined];
        },
      )
      .finally(() => {
        isWriting = false;
        goOn();
      });
  }

  return {
    say(word) {
      said = word;
      goOn();
    },
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}
