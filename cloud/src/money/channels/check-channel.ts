/**
 * Does a channel's owner accept the keys that it sells with? The hub asks when they are entered, when they are changed, and when
 * a person wants to know. The initiator's state is kept apart (`initiator-policy.ts`).
 *
 * | keys_checked_at_ms | keys_problem | the keys                                                                         |
 * |--------------------|--------------|----------------------------------------------------------------------------------|
 * | set                | null         | accepted: the channel sells                                                      |
 * | set                | why          | refused: it does not sell                                                        |
 * | null               | why          | no verdict yet: it does not sell                                                 |
 * | null               | null         | entered when nobody checked them (older data): it sells where no accepted one is |
 */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "./channel.ts";
import { setChannel } from "./channel-rows.ts";
import type { Channels } from "./channels.ts";

export type KeysVerdict =
  | { readonly kind: "accepted"; readonly message: string }
  | { readonly kind: "refused" | "not-asked"; readonly message: string };

export interface CheckParts {
  readonly world: World;
  readonly channels: Channels;
  /** In the same transaction: the sites hear whether they can sell online. */
  channelsChanged(tx: Tx, providerId: string): Promise<void>;
}

/** Asks, outside any transaction, and notes the verdict. */
export async function checkChannel(
  parts: CheckParts,
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  row: ChannelRow,
): Promise<{ readonly verdict: KeysVerdict; readonly row: ChannelRow }> {
  const verdict = await askForVerdict(parts.channels, row);
  const noted = await transact(async (tx) => {
    const after = await noteVerdict(parts, tx, row, verdict);
    await parts.channelsChanged(tx, row.providerId);
    return after;
  });
  return { verdict, row: noted };
}

async function askForVerdict(channels: Channels, row: ChannelRow): Promise<KeysVerdict> {
  try {
    return { kind: "accepted", message: await channels.open(row).checkKeys() };
  } catch (error) {
    const { code, message, advice } = error as { code?: string; message: string; advice?: { hint?: string } };
    const why = advice?.hint === undefined ? message : `${message}. ${advice.hint}`;
    return { kind: /\/keys$/.test(code ?? "") ? "refused" : "not-asked", message: why };
  }
}

/** A verdict about keys that were changed meanwhile says nothing. A check without an answer takes no verdict back. */
async function noteVerdict(
  { world, channels }: CheckParts,
  tx: Tx,
  row: ChannelRow,
  verdict: KeysVerdict,
): Promise<ChannelRow> {
  const now = await tx
    .selectFrom("channels")
    .selectAll()
    .where("providerId", "=", row.providerId)
    .where("channelId", "=", row.channelId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const hadVerdict = now.keysCheckedAtMs !== null || now.keysProblem === null;
  if (sellingKeysDiffer(channels, row, now) || (verdict.kind === "not-asked" && hadVerdict)) return now;
  return setChannel(tx, row, {
    keysProblem: verdict.kind === "accepted" ? null : verdict.message,
    keysCheckedAtMs: verdict.kind === "not-asked" ? null : world.clock.wall().atMs,
  });
}

function sellingKeysDiffer(channels: Channels, one: ChannelRow, other: ChannelRow): boolean {
  const [before, after] = [channels.keys(one), channels.keys(other)];
  const fields = channels.kinds.kindOf(one.kind).fields ?? [];
  return fields.some(({ use, name }) => use === "selling" && before[name] !== after[name]);
}
