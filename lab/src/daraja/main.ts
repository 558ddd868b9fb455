/** The simulated Daraja as a process. PORT: where to listen (8003). BOOKS_FILE: where it keeps its books; without, in memory. */
import { createDaraja } from "./app.ts";
import { booksKeeper, readBooks } from "./books-file.ts";
import { realWorld } from "./real-world.ts";
import { serve } from "./serve.ts";

/** As much as a kill of the process may lose. */
const keepEveryMs = 250;

const world = realWorld();
const file = process.env.BOOKS_FILE;
const books = file === undefined ? null : readBooks(file);
const { app, desk } = createDaraja(world, books === null ? {} : { books });
if (file !== undefined) {
  const keep = booksKeeper(file, desk);
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
