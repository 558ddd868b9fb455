/** How often an app may be asked: one budget for all channels with its key and for all hub processes. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { channelsOf } from "../channels/channel-rows.ts";
import type { Channels } from "../channels/channels.ts";
import type { PurchaseRow } from "../purchases/purchase-rows.ts";
import type { AskSettings } from "./ask-policy.ts";

/** An app's questions: when the next may be put, how many were, and the channels that share it. */
export interface QuestionBudget {
  readonly providerId: string;
  readonly app: string;
  readonly channelIds: readonly string[];
  readonly spacingMs: number;
  readonly nextAtMs: number;
  readonly asked: number;
}

export interface QuestionBudgets {
  /** When the app of this purchase's channel may be asked next; holds the budget's row until the transaction ends. */
  lock(tx: Tx, purchase: Pick<PurchaseRow, "providerId" | "channelId">): Promise<QuestionBudget>;
  /** A question was put, or the app wants fewer: none before so long from now. */
  delay(tx: Tx, budget: Pick<QuestionBudget, "providerId" | "app">, byMs: number): Promise<void>;
}

/** No channel asks us to wait for longer. A time that lies further ahead was written by a clock that was: it would silence all questions for as long. */
const delayMsMax = 60_000;

/** How far apart questions to a channel are. */
export const spacingOf = (
  kinds: Channels["kinds"],
  { kind }: Pick<ChannelRow, "kind">,
  { spacingMs }: Pick<AskSettings, "spacingMs">,
): number => Math.min(kinds.factsOf(kind).querySpacingMs ?? spacingMs, spacingMs);

/** When an app may be asked next, by what its row says. */
export const nextAtMsOf = (writtenAtMs: number, nowMs: number, spacingMs: number): number =>
  Math.min(writtenAtMs, nowMs + Math.max(spacingMs, delayMsMax));

export function createQuestionBudgets(
  { world, channels }: { readonly world: World; readonly channels: Channels },
  settings: Pick<AskSettings, "spacingMs">,
): QuestionBudgets {
  async function lock(
    tx: Tx,
    { providerId, channelId }: Pick<PurchaseRow, "providerId" | "channelId">,
  ): Promise<QuestionBudget> {
    const rows = await channelsOf(tx, providerId);
    const channel = rows.find((each) => each.channelId === channelId);
    if (channel === undefined) throw new Error(`purchase of a channel that is not there: ${channelId}`);
    const app = channels.appOf(channel);
    await tx
      .insertInto("app_budgets")
      .values({ providerId, app })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await tx
      .selectFrom("app_budgets")
      .select(["nextAtMs", "asked"])
      .where("providerId", "=", providerId)
      .where("app", "=", app)
      .forUpdate()
      .executeTakeFirstOrThrow();
    // One whose keys can't be opened shares no app with those that can.
    const channelIds = rows
      .filter((each) => ifReadable(() => channels.appOf(each) === app, false))
      .map((each) => each.channelId);
    const spacingMs = spacingOf(channels.kinds, channel, settings);
    const nextAtMs = nextAtMsOf(row.nextAtMs, world.clock.wall().atMs, spacingMs);
    // Written down: else each look would move it on.
    if (nextAtMs < row.nextAtMs)
      await tx
        .updateTable("app_budgets")
        .set({ nextAtMs })
        .where("providerId", "=", providerId)
        .where("app", "=", app)
        .execute();
    return { providerId, app, channelIds, spacingMs, nextAtMs, asked: row.asked };
  }

  async function delay(tx: Tx, budget: Pick<QuestionBudget, "providerId" | "app">, byMs: number): Promise<void> {
    await tx
      .updateTable("app_budgets")
      .set({ nextAtMs: world.clock.wall().atMs + byMs, asked: sql<number>`asked + 1` })
      .where("providerId", "=", budget.providerId)
      .where("app", "=", budget.app)
      .execute();
  }

  return { lock, delay };
}
