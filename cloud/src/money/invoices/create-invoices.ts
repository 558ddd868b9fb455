/** The room of invoices. */
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { invoiceRoutes } from "./invoice-routes.ts";
import { registerInvoiceJobs } from "./settle-invoices.ts";

export function createInvoices(parts: {
  readonly world: World;
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly kinds: ChannelKinds;
  readonly ledger: Ledger;
}): District {
  const { world, kinds, ledger } = parts;
  return { routes: invoiceRoutes(world, kinds, ledger), registerJobs: () => registerInvoiceJobs(parts) };
}
