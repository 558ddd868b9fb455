/** Transactions of an engine that carries out one after the other: whose turn is next. */
export interface Turns {
  /** Resolves when it is the caller's turn, which lasts until it calls `give`. */
  take(isUrgent: boolean): Promise<void>;
  give(): void;
}

/** An urgent one goes before all that wait; after so many of them in a row one other goes, or lists and jobs would never end. */
const urgentInARowMax = 3;

/** @param later calls back after the process has looked at its sockets: when somebody waits, and only then */
export function createTurns(later: (next: () => void) => void): Turns {
  const urgent: (() => void)[] = [];
  const others: (() => void)[] = [];
  let taken = false;
  let inARow = 0;

  function next(): (() => void) | undefined {
    const isUrgent = urgent.length > 0 && (inARow < urgentInARowMax || others.length === 0);
    inARow = isUrgent ? inARow + 1 : 0;
    return (isUrgent ? urgent : others).shift();
  }

  return {
    take(isUrgent) {
      if (!taken) {
        taken = true;
        return Promise.resolve();
      }
      return new Promise((resolve) => (isUrgent ? urgent : others).push(resolve));
    },
    give() {
      taken = urgent.length + others.length > 0;
      if (taken) later(() => next()?.());
    },
  };
}
