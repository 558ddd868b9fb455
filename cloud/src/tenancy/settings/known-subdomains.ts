/** Which names below the hub's host are a provider's, as this process knows it. */

import type { Clock } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import { type ReadLately, readLately } from "../../ground/db/read-lately.ts";
import { readSubdomains } from "../providers/subdomains.ts";

export const createKnownSubdomains = (clock: Clock, database: Database): ReadLately<ReadonlySet<string>> =>
  readLately(clock, () => database.asPlatform("subdomains", readSubdomains));
