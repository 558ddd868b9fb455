/** The room of expenses. */
import type { World } from "@karibu/protocol/world";
import type { District } from "../../ground/district.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { expenseRoutes } from "./expense-routes.ts";

export function createExpenses(world: World, kinds: ChannelKinds, ledger: Ledger): District {
  return { routes: expenseRoutes(world, kinds, ledger) };
}
