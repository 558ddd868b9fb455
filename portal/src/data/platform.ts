/** What the page uses of the phone: time, randomness, storage, visibility. `main.ts` builds the real one. */
export interface Platform {
  /** Milliseconds that never go back. */
  monotonicMs(): number;
  /** The phone's wall clock, only to show times. */
  wallMs(): number;
  after(delayMs: number, task: () => void): { cancel(): void };
  /** A random key. */
  newKey(): string;
  /** Captive browsers may have no storage: then stored values last as long as the page. */
  recall(name: string): string | null;
  keep(name: string, value: string): void;
  isVisible(): boolean;
}
