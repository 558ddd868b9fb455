/** The process of `build/build-fresh-database.ts`. */
import { join } from "node:path";
import { keepFresh } from "@karibu/cloud/ground/db/fresh-folder";
import { makeQueues } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { silentWorld } from "@karibu/cloud/real-world";
import { repositoryRoot } from "../build/repository.ts";

await keepFresh(silentWorld(), join(repositoryRoot, "dist/fresh-database"), makeQueues);
