/**
 * How often codes are sent again: each message costs the provider money, and a phone that rings all day costs it a customer. Counted
 * from the messages themselves, for one sale and for the provider.
 */

import { sha256Hex } from "@karibu/protocol/hash";
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { refusal } from "../../ground/http/problem.ts";
import { eventKeyOf, messageOfEvent, selectMessages } from "../../messaging/message-rows.ts";

const sendAgainLimits = { saleMax: 5, saleHours: 24, providerMax: 200, providerHours: 1 } as const;

const hourMs = 3_600_000;

export interface CodeSending {
  readonly providerId: string;
  /** The sale: `payment/<id>` or `cash-sale/<id>`. */
  readonly of: string;
  /** The request's `Idempotency-Key`. */
  readonly key: string;
  /** An MSISDN. */
  readonly phone: string;
  /** Of that phone. */
  readonly party: Party;
}

/** One sending of a code, as `messaging.send` wants it. A key may hold any signs, so its hash stands for it. */
export const codeAgain = ({ providerId, of, key, phone }: CodeSending) => ({
  providerId,
  phone,
  template: "paid",
  event: `${of}/again/${sha256Hex(key)}`,
});

/** A request that was sent before is no further message. Throws a Problem 429 that says the limit. */
export async function refuseSentTooOften(tx: Tx, sending: CodeSending, nowMs: number): Promise<void> {
  // At once, none would count the others.
  await lockName(tx, `codes-again/${sending.providerId}`);
  const { saleMax, saleHours, providerMax, providerHours } = sendAgainLimits;
  const messages = selectMessages(tx, sending.providerId).select((select) => select.fn.countAll<number>().as("count"));
  const count = async (rows: typeof messages) => Number((await rows.executeTakeFirstOrThrow()).count);
  const key = eventKeyOf(codeAgain(sending), sending.party);
  if ((await messageOfEvent(tx, sending.providerId, key)) !== null) return;
  // The index of the newest messages bounds what is read.
  const sentSince = (hours: number) => messages.where("createdAtMs", ">", nowMs - hours * hourMs);
  const ofSale = sentSince(saleHours).where(sql<boolean>`starts_with(event_key, ${`${sending.of}/again/`})`);
  if ((await count(ofSale)) >= saleMax) throw refusal("sent-too-often", { rule: "sale-sent-often", value: saleMax });
  const ofProvider = sentSince(providerHours).where(
    sql<boolean>`event_key like any (array['payment/%/again/%', 'cash-sale/%/again/%'])`,
  );
  if ((await count(ofProvider)) >= providerMax)
    throw refusal("sent-too-often", { rule: "codes-sent-often", value: providerMax });
}
