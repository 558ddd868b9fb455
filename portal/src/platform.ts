/** What the page knows of the phone, handed in: time, chance, memory, visibility. `main.ts` builds the real one. */
export interface Platform {
  /** Milliseconds that never go back. */
  monotonicMs(): number;
  /** The phone's own date, for showing moments only. */
  wallMs(): number;
  after(delayMs: number, task: () => void): { cancel(): void };
  /** A key nobody can guess. */
  newKey(): string;
  /** Captive browsers may have no storage: then what is kept lasts as long as the page. */
  recall(name: string): string | null;
  keep(name: string, value: string): void;
  isVisible(): boolean;
}
