/**
 * The secrets in a channel's callback addresses. Prompts and confirmations of money have one each: who learns the address of a
 * prompt must not be able to tell of money. A secret can be replaced while money comes in: the replaced one stays good until the
 * channel's owner has taken the new address, or until no prompt with it can be open any more. Only hashes are kept here.
 */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { ChannelRow, HookUse } from "./channel.ts";

export const hookUses = ["push", "confirmation"] as const satisfies HookUse[];

/** A prompt is answered within minutes; its callback may come a day late. */
const promptsEndMs = 2 * 86_400_000;
/** Last receptions are noted at most so often. */
export const notedEveryMs = 60_000;

/** A channel, found by a secret in the path of a callback. */
export interface FoundChannel {
  readonly providerId: string;
  readonly channelId: string;
  readonly tokenHash: string;
}

/** The channels of these secrets, for this use. Secrets of another use, and those that have ended, are nobody's. */
export async function findByTokens(
  tx: Tx,
  use: HookUse,
  hashes: readonly string[],
  nowMs: number,
): Promise<FoundChannel[]> {
  const list = sql`${[...new Set(hashes)]}::text[]`;
  const current =
    use === "push"
      ? sql`select provider_id, channel_id, hook_token_hash as token_hash from channels where hook_token_hash = any(${list})`
      : sql`select provider_id, channel_id, notice_token_hash as token_hash from channels where notice_token_hash = any(${list})`;
  const stillGood = use === "push" ? sql`replaced_at_ms > ${nowMs - promptsEndMs}::bigint` : sql`true`;
  const { rows } = await sql<{ providerId: string; channelId: string; tokenHash: string }>`
    ${current}
    union all select provider_id, channel_id, token_hash from hook_tokens
    where token_hash = any(${list}) and use = ${use} and replaced_at_ms is not null and ${stillGood}`.execute(tx);
  return rows.map((row) => ({ providerId: row.providerId, channelId: row.channelId, tokenHash: row.tokenHash }));
}

/** Notes that these secrets are in use. */
export async function noteReceived(tx: Tx, use: HookUse, found: readonly FoundChannel[], nowMs: number): Promise<void> {
  const each = [...new Map(found.map((one) => [one.tokenHash, one])).values()];
  // In one order, so that two batches with the same channels do not wait for each other crosswise.
  each.sort((one, other) => (one.tokenHash < other.tokenHash ? -1 : 1));
  if (each.length === 0) return;
  await sql`insert into hook_tokens (provider_id, channel_id, use, token_hash, last_at_ms)
      select "providerId", "channelId", ${use}::text, "tokenHash", ${nowMs}::bigint
      from ${recordset("used", each, { providerId: "text", channelId: "text", tokenHash: "text" })}
      on conflict (provider_id, channel_id, use, token_hash) do update set last_at_ms = excluded.last_at_ms
      where hook_tokens.last_at_ms is null or hook_tokens.last_at_ms < ${nowMs - notedEveryMs}::bigint`.execute(tx);
}

/** The hash that counts for a use now. */
const currentHash = (row: ChannelRow, use: HookUse): string =>
  use === "push" ? row.hookTokenHash : row.noticeTokenHash;

/** A new secret takes the place of this channel's. The caller changes the channel's row, and has locked it. */
export async function noteReplaced(
  tx: Tx,
  row: ChannelRow,
  use: HookUse,
  newHash: string,
  nowMs: number,
): Promise<void> {
  const id = { providerId: row.providerId, channelId: row.channelId, use };
  await tx
    .insertInto("hook_tokens")
    .values({ ...id, tokenHash: currentHash(row, use), replacedAtMs: nowMs })
    .onConflict((conflict) =>
      conflict.columns(["providerId", "channelId", "use", "tokenHash"]).doUpdateSet({ replacedAtMs: nowMs }),
    )
    .execute();
  await tx
    .insertInto("hook_tokens")
    .values({ ...id, tokenHash: newHash, madeAtMs: nowMs })
    .execute();
}

/** The channel's owner has taken the new address of confirmations: the replaced ones have ended. */
export async function endReplaced(tx: Tx, { providerId, channelId }: ChannelRow): Promise<void> {
  await tx
    .deleteFrom("hook_tokens")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("use", "=", "confirmation")
    .where("replacedAtMs", "is not", null)
    .execute();
}

export interface HookAddress {
  readonly use: HookUse;
  readonly state: "current" | "replaced";
  readonly madeAtMs: number;
  readonly replacedAtMs: number | null;
  /** When something was last received there, to the minute; null: nothing yet. */
  readonly lastAtMs: number | null;
}

/** For people: which address of these uses still receives. The current one of each use first, then replaced ones that are still good. */
export async function readAddresses(
  tx: Tx,
  row: ChannelRow,
  uses: readonly HookUse[],
  nowMs: number,
): Promise<HookAddress[]> {
  const known = await tx
    .selectFrom("hook_tokens")
    .selectAll()
    .where("providerId", "=", row.providerId)
    .where("channelId", "=", row.channelId)
    .orderBy("replacedAtMs", "desc")
    .execute();
  return uses.flatMap((use) => {
    const hash = currentHash(row, use);
    const current = known.find((one) => one.use === use && one.tokenHash === hash);
    const replaced = known.filter(
      (one) =>
        one.use === use &&
        one.replacedAtMs !== null &&
        (use === "confirmation" || one.replacedAtMs > nowMs - promptsEndMs),
    );
    const madeAtMs = row.createdAtMs;
    return [
      {
        use,
        state: "current" as const,
        madeAtMs: current?.madeAtMs ?? madeAtMs,
        replacedAtMs: null,
        lastAtMs: current?.lastAtMs ?? null,
      },
      ...replaced.map((one) => ({
        use,
        state: "replaced" as const,
        madeAtMs: one.madeAtMs ?? madeAtMs,
        replacedAtMs: one.replacedAtMs,
        lastAtMs: one.lastAtMs,
      })),
    ];
  });
}

/**
 * `hash`, `use`, `kind` and `owner`, the provider, of each address that channels call, also of those that were replaced since then; one that money is
 * confirmed to is good for ever. A query.
 */
export const hookPaths = (replacedSinceMs: number): RawBuilder<unknown> => sql`
  select hook_token_hash as hash, 'push' as use, kind, provider_id as owner from channels
  union all select notice_token_hash, 'confirmation', kind, provider_id from channels
  union all select t.token_hash, t.use, c.kind, provider_id from hook_tokens t join channels c using (provider_id, channel_id)
    where t.replaced_at_ms is not null and (t.use = 'confirmation' or t.replaced_at_ms > ${replacedSinceMs}::bigint)`;
