/** The simulator's books as a file, so that a second `npm start` finds the money of the first. */
import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { DarajaBooks, Desk } from "./desk-types.ts";

/** Null: there are none. What can't be read as books is renamed to `.damaged`. */
export function readBooks(file: string): DarajaBooks | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const books = JSON.parse(text);
    if (books?.format === 1) return books;
  } catch {
    // As a file of another format.
  }
  renameSync(file, `${file}.damaged`);
  return null;
}

/** Old books or new ones after a power cut, never a mixture. */
export function writeBooks(file: string, books: DarajaBooks): void {
  writeText(file, JSON.stringify(books));
}

function writeText(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, "w");
  try {
    writeFileSync(descriptor, text);
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
}

/** Writes the books when they have changed since the last call. */
export function booksKeeper(file: string, desk: Pick<Desk, "books">): () => void {
  let written = JSON.stringify(desk.books());
  return () => {
    const text = JSON.stringify(desk.books());
    if (text === written) return;
    writeText(file, text);
    written = text;
  };
}
