/** The room of invoices. */
import type { World } from "@karibu/protocol/world";
import type { District } from "../../ground/district.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { invoiceRoutes } from "./invoice-routes.ts";

export function createInvoices(world: World, kinds: ChannelKinds, ledger: Ledger): District {
  return { routes: invoiceRoutes(world, kinds, ledger) };
}
