/** What a user opened from the palette, kept in this browser: another user of it sees their own. */
import { type Entry, remember } from "./palette-entries.ts";

export function readRecent(userId: string): readonly Entry[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isEntry) : [];
  } catch {
    return [];
  }
}

export function keepRecent(userId: string, opened: Entry): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(remember(readRecent(userId), opened)));
  } catch {
    // Without storage nothing is remembered.
  }
}

/** A log-out leaves nothing of whom and what was looked at, on a computer that others use too. */
export function forgetRecent(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  } catch {
    // Without storage nothing was remembered.
  }
}

const prefix = "karibu-recent-";
const keyOf = (userId: string) => `${prefix}${userId}`;

/** Only addresses of the console are followed, whatever lies in the storage. */
function isEntry(value: unknown): value is Entry {
  const { key, title, note, href } = (value ?? {}) as Record<string, unknown>;
  return (
    [key, title, note].every((text) => typeof text === "string") && typeof href === "string" && href.startsWith("#/")
  );
}
