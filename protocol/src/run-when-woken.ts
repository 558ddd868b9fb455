/** A task that never runs twice at the same time. A wake-up during a run causes one more run right after it. */

export interface WokenTask {
  /** Runs the task now; during a run, once more after it, even after several wake-ups. */
  wake(): void;
  /** It was woken during the present run: the next run follows at once. */
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
