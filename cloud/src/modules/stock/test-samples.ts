import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  one: {
    ids: ({ label }) => ({
      stockKindId: `kind-of-${label}`,
      kindId: `kind-of-${label}`,
      stockStoreId: `store-of-${label}`,
      stockItemId: `item-of-${label}`,
    }),
    rows: ({ providerId, label }) => [
      sql`insert into stock_kinds (provider_id, kind_id, name, has_serials, unit, active, created_at_ms)
        values (${providerId}, ${`kind-of-${label}`}, ${label}, true, 'piece', true, 1)`,
      sql`insert into stock_stores (provider_id, store_id, name, active, created_at_ms)
        values (${providerId}, ${`store-of-${label}`}, ${label}, true, 1)`,
      sql`insert into stock_items (provider_id, item_id, kind_id, serial, serial_key, place, holding, received_at_ms, changed_at_ms)
        values (${providerId}, ${`item-of-${label}`}, ${`kind-of-${label}`}, ${label}, ${`${label}0001`}, ${`store:store-of-${label}`}, 'own', 1, 1)`,
      sql`insert into stock_movements (provider_id, movement_id, kind_id, item_id, quantity, from_place, to_place, why, who, at_ms)
        values (${providerId}, ${`movement-of-${label}`}, ${`kind-of-${label}`}, ${`item-of-${label}`}, 1, 'supplier',
          ${`store:store-of-${label}`}, 'received', ${label}, 1)`,
    ],
  },
  seven: ({ providerId, nowMs }) => [
    `insert into stock_kinds (provider_id, kind_id, name, has_serials, unit, active, created_at_ms)
     select '${providerId}', 'kind-' || n, 'Same ' || n, true, 'piece', true, 1 from generate_series(1, 7) n`,
    `insert into stock_items (provider_id, item_id, kind_id, serial, serial_key, place, holding, received_at_ms, changed_at_ms)
     select '${providerId}', 'item-' || n, 'kind-' || n, 'SAME ' || n, 'SAME' || n, 'lost', 'lost', ${nowMs} + n / 2, ${nowMs} + n / 2
     from generate_series(1, 7) n`,
    `insert into stock_movements (provider_id, movement_id, kind_id, item_id, quantity, from_place, to_place, why, who, at_ms)
     select '${providerId}', 'movement-' || n, 'kind-' || n, 'item-' || n, 1, 'supplier', 'lost', 'received', 'Me', ${nowMs} + n / 2
     from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;
