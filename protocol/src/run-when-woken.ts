/** A task that runs one at a time and misses no wish: who wakes it during a run is served by one more run right after. */

export interface WokenTask {
  /** Runs the task now; during a run, once more after it, however often it is woken meanwhile. */
  wake(): void;
  /** Somebody has woken it during the run of now: the next one follows at once. */
  readonly isWoken: boolean;
  /** Resolves when no run is under way. */
  settled(): Promise<void>;
}

/** `failed` hears what `run` rejects with; a wish that came meanwhile is served all the same. */
export function runWhenWoken(run: () => Promise<void>, failed: (error: unknown) => void): WokenTask {
  let isWoken = false;
  let isRunning = false;
  let running: Promise<void> = Promise.resolve();

  async function runWhileWoken(): Promise<void> {
    while (isWoken) {
      isWoken = false;
      try {
        await run();
      } catch (error) {
        failed(error);
      }
    }
    isRunning = false; // in the same turn as the last look, so that no wish falls in between
  }

  return {
    wake() {
      isWoken = true;
      if (isRunning) return;
      isRunning = true;
      running = runWhileWoken();
    },
    get isWoken() {
      return isWoken;
    },
    async settled() {
      while (isRunning) await running;
    },
  };
}
