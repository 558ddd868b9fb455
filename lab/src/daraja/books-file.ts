/** Keeps the simulator's books in a file, so that a second `npm start` finds the payments of the first. */

import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readJson } from "@karibu/protocol/foreign-json";
import type { DarajaBooks, SimulatedDaraja } from "./daraja-types.ts";

/** Null: there is no file. A file that holds no books is renamed to `.damaged`. */
export function readBooks(file: string): DarajaBooks | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  // Text that is no JSON is treated like a file of another format.
  const books = readJson(text) as DarajaBooks | null | undefined;
  if (books?.format === 1) return books;
  renameSync(file, `${file}.damaged`);
  return null;
}

/** After a power cut the file holds the old books or the new ones, never a mixture. */
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

/** Writes the books if they have changed since the last call. */
export function booksKeeper(file: string, daraja: Pick<SimulatedDaraja, "books">): () => void {
  let written = JSON.stringify(daraja.books());
  return () => {
    const text = JSON.stringify(daraja.books());
    if (text === written) return;
    writeText(file, text);
    written = text;
  };
}
