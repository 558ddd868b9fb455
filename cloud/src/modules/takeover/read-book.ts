/** Which system a file is from, and what stands in it. Runs in a process of its own (`takeover-task.ts`), because a file may be large. Pure. */

import { readExport, readPrinted } from "../../ground/router-exports/read-export.ts";
import type { ForeignBook, ReadingOf } from "./foreign-book.ts";
import { parseJson } from "./json-values.ts";
import { withPlanNames } from "./plan-names.ts";
import { readDatabase } from "./read-database.ts";
import { readMikhmonCsv } from "./read-mikhmon-csv.ts";
import { readRouter } from "./read-router.ts";

/** Null: of none of the systems that we know. */
export function readBook(text: string, of: ReadingOf): ForeignBook | null {
  const book = bookOf(text, of);
  return book === null ? null : withPlanNames(bounded(book));
}

const secondsMax = 100 * 365 * 86_400;
const bytesMax = 1e15;
const kbpsMax = 1e9;
const devicesMax = 1e6;
const most = (value: number | null, max: number): number | null => (value === null ? null : Math.min(value, max));

/** A file may say any number: what is more than anybody sold or used is the most of it, so that dates and sums made of it are numbers still. */
function bounded(book: ForeignBook): ForeignBook {
  return {
    ...book,
    plans: book.plans.map((plan) => ({
      ...plan,
      validitySeconds: most(plan.validitySeconds, secondsMax),
      useSeconds: most(plan.useSeconds, secondsMax),
      dataBytes: most(plan.dataBytes, bytesMax),
      downKbps: most(plan.downKbps, kbpsMax),
      upKbps: most(plan.upKbps, kbpsMax),
      devices: most(plan.devices, devicesMax),
      sessionSeconds: most(plan.sessionSeconds, secondsMax),
      idleSeconds: most(plan.idleSeconds, secondsMax),
    })),
    users: book.users.map((user) => ({
      ...user,
      usedSeconds: Math.min(user.usedSeconds, secondsMax),
      usedBytes: Math.min(user.usedBytes, bytesMax),
      limitSeconds: most(user.limitSeconds, secondsMax),
      limitBytes: most(user.limitBytes, bytesMax),
    })),
  };
}

function bookOf(text: string, of: ReadingOf): ForeignBook | null {
  const plain = text.replace(/^\uFEFF/, "");
  if (/^\s*[{[]/.test(plain)) {
    const json = parseJson(plain);
    const printed = readPrinted(json);
    return printed === null ? readDatabase(json, of) : readRouter(printed, of);
  }
  const list = readMikhmonCsv(plain);
  // A dump before an export: texts of its rows may look like a router's statements.
  const database = list === null ? readDatabase(plain, of) : null;
  if (database !== null) return database;
  const router = list ?? readExport(plain);
  return router === null ? null : readRouter(router, of);
}
