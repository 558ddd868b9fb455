/** What the owner does with the channel's money and its statements: moves it to the bank, and at the end lets the hub compare the whole day. */
import { statementWorkbook } from "@karibu/cloud/money/reconciliation/test-workbook";
import { sql } from "kysely";
import { statementCsv, statementRows } from "../../daraja/statement.ts";
import { orNothing } from "./console.ts";
import type { HubDay, Player } from "./hub-day.ts";
import type { HubSide } from "./hub-side.ts";

/** Of each payment that comes in. */
const chargeCents = 50;

/** The statement that the channel's portal gives out now, as the hub's page sends it. */
export function statementOf({ side, withdrawals }: HubDay, layout: "portal" | "short", kind: "csv" | "xlsx") {
  const given = [layout, side.daraja.successes(), side.daraja.organisation, { moved: withdrawals }] as const;
  const file =
    kind === "csv"
      ? { csv: statementCsv(...given) }
      : { file: Buffer.from(statementWorkbook("xlsx", statementRows(...given))).toString("base64") };
  return { channelId: side.channelId, ...file };
}

/** In whole shillings, as M-Pesa moves money. */
export const withdrawPlayer: Player<"withdraw"> = ({ side, town, names, withdrawals }, { percent, to }) => {
  const came = side.daraja.successes();
  const { reversals, payouts } = side.daraja.organisation;
  const wentBackCents = [...reversals(), ...payouts()].reduce((sum, each) => sum + each.amount * 100, 0);
  const cameCents = came.reduce((sum, { amount }) => sum + amount * 100 - chargeCents, 0);
  const heldCents = withdrawals.reduce((rest, each) => rest - each.amount * 100, cameCents - wentBackCents);
  const amount = Math.floor((heldCents * percent) / 10_000);
  if (amount < 1) return;
  const receipt = Buffer.from(names.bytes(5)).toString("hex").toUpperCase();
  withdrawals.push({ receipt, amount, atMs: town.time.trueMs(), to });
  town.note({ kind: "withdrawn", receipt, amountCents: amount * 100, to });
};

/** Once: what went back is the payer's. */
export const reversePlayer: Player<"reverse"> = ({ side }, { payment }) => {
  const came = side.daraja.successes();
  const { receipt } = came[payment % Math.max(1, came.length)] ?? {};
  if (receipt !== undefined) side.daraja.organisation.reverse(receipt);
  side.watchOutflow();
};

/** The hub reads the statement of the whole day, and what it says of the channel's account is noted. Nothing, where nothing moved. */
export async function closeNight(day: HubDay): Promise<void> {
  const { side, town } = day;
  const came = side.daraja.successes();
  if (came.length === 0) return;
  const path = "/api/v1/reconciliation/statements";
  const read = await orNothing(side.call("POST", path, statementOf(day, "portal", "csv")));
  if (read === null || read.status >= 300) return;
  const { account, differences } = read.body as {
    account: { heldCents: number } | null;
    differences: { receipt: string }[];
  };
  town.note({
    kind: "channel-night",
    chargedCents: came.length * chargeCents,
    saidCents: account?.heldCents ?? null,
    bookedCents: await bookedAtChannel(side),
    differing: differences.map(({ receipt }) => receipt),
  });
}

async function bookedAtChannel({ database, providerId, channelId }: HubSide): Promise<number> {
  const accounts = [`clearing:${channelId}`, `unreceipted:${channelId}`];
  const { cents } = await database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("ledger_postings")
      .select(sql<number>`coalesce(sum(amount_cents), 0)::bigint`.as("cents"))
      .where("account", "in", accounts)
      .executeTakeFirstOrThrow(),
  );
  return Number(cents);
}
