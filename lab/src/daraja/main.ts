/** The simulated Daraja as a process. PORT: where it listens (8003). BOOKS_FILE: where it keeps its books; without it, in memory. */

import { serve } from "../http/serve.ts";
import { realWorld } from "../world/real-world.ts";
import { booksKeeper, readBooks } from "./books-file.ts";
import { createDarajaHttp } from "./daraja-http.ts";

/** A kill of the process loses at most this much. */
const keepEveryMs = 250;

const world = realWorld();
const file = process.env.BOOKS_FILE;
const books = file === undefined ? null : readBooks(file);
const { app, daraja } = createDarajaHttp(world, books === null ? {} : { books });
if (file !== undefined) {
  const keep = booksKeeper(file, daraja);
  const keepOn = (): void => {
    world.clock.after(keepEveryMs, () => {
      keep();
      keepOn();
    });
  };
  keepOn();
  process.once("exit", keep);
}
serve(app, "daraja simulator", 8003);
