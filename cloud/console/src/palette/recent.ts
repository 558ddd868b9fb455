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

const keyOf = (userId: string) => `karibu-recent-${userId}`;

/** Only addresses of the console are followed, whatever lies in the storage. */
function isEntry(value: unknown): value is Entry {
  const { key, title, note, href } = (value ?? {}) as Record<string, unknown>;
  return (
    [key, title, note].every((text) => typeof text === "string") && typeof href === "string" && href.startsWith("#/")
  );
}
