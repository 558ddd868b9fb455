/**
 * For a restore, in one raw transaction: each provider's counter goes on behind what the hub of before may have given out (`numbers-after-restore.ts`).
 * Also of one that is deleted, so long as it can be brought back.
 * @param first what a counter begins with
 */
export const counterRestored = (
  table: "invoice_counters" | "pay_number_counters",
  { first, lostNumbers }: { readonly first: number; readonly lostNumbers: number },
): string => `insert into ${table} (provider_id, next_number)
    select provider_id, ${first + lostNumbers} from providers where purge_began_at_ms is null
    on conflict (provider_id) do update set next_number = ${table}.next_number + ${lostNumbers}`;
