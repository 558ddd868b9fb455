/** Where customers are read from: a file, in a process of its own; or a site's router, as the takeover of codes reads it. */

import type { Tx } from "../../../ground/db/database.ts";
import { fileTask } from "../../../ground/foreign-files/file-reader.ts";
import { refusal } from "../../../ground/http/problem.ts";
import { currencyOfProvider } from "../../../tenancy/providers/provider-country.ts";
import { type RouterReader, readSource } from "../read-source.ts";
import { rememberedChoices } from "./column-choices.ts";
import type { CustomerFile, ReadingOfCsv } from "./customer-file.ts";
import type { CustomersJob, read } from "./customers-task.ts";
import { linesOfBook } from "./from-book.ts";

const customersTask = fileTask<typeof read>(new URL("./customers-task.ts", import.meta.url));

export type ReadCustomers = (
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  from: {
    readonly providerId: string;
    file?: string | undefined;
    fromSiteId?: string | undefined;
    utcOffsetMinutes: number;
    /** Of a CSV file. */
    chosen: ReadingOfCsv["chosen"];
  },
) => Promise<CustomerFile>;

/** Throws Problem 400 "not-a-customer-file", and those of `ReadFile` and `readSource`. */
export function createReadCustomers(parts: RouterReader): ReadCustomers {
  return async (transact, from) => {
    const nowMs = parts.world.clock.wall().atMs;
    if (from.file === undefined || from.fromSiteId !== undefined)
      return linesOfBook((await readSource(parts, transact, { ...from, withPasswords: true }, nowMs)).book);
    const known = await transact(async (tx) => ({
      currency: await currencyOfProvider(tx, from.providerId),
      remembered: await rememberedChoices(tx),
    }));
    const of = { offsetMinutes: from.utcOffsetMinutes, nowMs };
    const { currency, remembered } = known;
    const job: CustomersJob = { of, csv: { currency, remembered: [...remembered], chosen: from.chosen } };
    const read = { providerId: from.providerId, field: "file", file: from.file, job, refuse: notOne };
    const customers = await parts.readFile(customersTask, read);
    if (customers === null) throw notOne();
    return customers;
  };
}

const notOne = () => refusal("not-a-customer-file", { field: "file" });
