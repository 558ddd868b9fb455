/** The room of the books: their one writer, and what people read and post in them. */
import type { District } from "../../ground/district.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { bookRoutes } from "./book-routes.ts";
import { creditHistoryRoutes } from "./credit-history.ts";
import { floatRoutes } from "./float-routes.ts";
import { ledgerExportRoutes } from "./ledger-export.ts";
import { ledgerRoutes } from "./ledger-routes.ts";
import { createLedgerWriter, type Ledger, type LedgerParts } from "./post-entry.ts";

export interface LedgerRoom extends District {
  readonly ledger: Ledger;
}

export function createLedger(parts: LedgerParts & { readonly kinds: ChannelKinds }): LedgerRoom {
  const { kinds } = parts;
  const ledger = createLedgerWriter(parts);
  return {
    ledger,
    routes: [
      ...ledgerRoutes(),
      ...ledgerExportRoutes(),
      ...bookRoutes(kinds, ledger),
      ...creditHistoryRoutes(kinds),
      ...floatRoutes(kinds, ledger),
    ],
  };
}
