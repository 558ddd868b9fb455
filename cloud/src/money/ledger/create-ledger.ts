/** The room of the books: their one writer, and what people read and post in them. */
import type { District } from "../../ground/district.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { bookRoutes, type ToldCreditOf } from "./book-routes.ts";
import { creditHistoryRoutes } from "./credit-history.ts";
import { floatRoutes } from "./float-routes.ts";
import { ledgerExportRoutes } from "./ledger-export.ts";
import { ledgerRoutes } from "./ledger-routes.ts";
import type { AccountOwners } from "./names-in-books.ts";
import { createLedgerWriter, type Ledger, type LedgerParts } from "./post-entry.ts";

export interface LedgerRoom extends District {
  readonly ledger: Ledger;
}

export interface LedgerRoomParts extends LedgerParts {
  readonly kinds: ChannelKinds;
  readonly toldCreditOf: ToldCreditOf;
  readonly accountOwners: readonly AccountOwners[];
}

export function createLedger(parts: LedgerRoomParts): LedgerRoom {
  const { kinds, toldCreditOf, accountOwners } = parts;
  const ledger = createLedgerWriter(parts);
  return {
    ledger,
    routes: [
      ...ledgerRoutes(accountOwners),
      ...ledgerExportRoutes(accountOwners),
      ...bookRoutes(kinds, ledger, { toldCreditOf, accountOwners }),
      ...creditHistoryRoutes(kinds),
      ...floatRoutes(kinds, ledger, accountOwners),
    ],
  };
}
