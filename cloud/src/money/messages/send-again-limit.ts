/**
 * How often codes are sent again: each message costs the provider money, and a phone that rings all day costs it a customer. Counted
 * from the messages themselves, for one sale and for the provider.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { Problem } from "../../ground/http/problem.ts";

const sendAgainLimits = { saleMax: 5, saleHours: 24, providerMax: 200, providerHours: 1 } as const;

const hourMs = 3_600_000;

export interface CodeSending {
  readonly providerId: string;
  /** The sale: `payment/<id>` or `cash-sale/<id>`. */
  readonly of: string;
  /** The request's `Idempotency-Key`. */
  readonly key: string;
}

/** The cause of one sending, as `messaging.send` wants it. */
export const againEvent = ({ of, key }: CodeSending): string => `${of}/again/${key}`;

/** A request that was sent before is no further message. Throws a Problem 429 that says the limit. */
export async function refuseSentTooOften(tx: Tx, sending: CodeSending, nowMs: number): Promise<void> {
  const { saleMax, saleHours, providerMax, providerHours } = sendAgainLimits;
  const sent = tx
    .selectFrom("messages")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("provider_id", "=", sending.providerId);
  const count = async (rows: typeof sent) => Number((await rows.executeTakeFirstOrThrow()).count);
  const startsWith = (text: string) => sql<boolean>`starts_with(event_key, ${text})`;
  if ((await count(sent.where(startsWith(`${againEvent(sending)}/`)))) > 0) return;
  const ofSale = sent.where(startsWith(`${sending.of}/again/`)).where("created_at_ms", ">", nowMs - saleHours * hourMs);
  if ((await count(ofSale)) >= saleMax)
    throw tooOften(`The code of a sale is sent again ${saleMax} times in ${saleHours} hours at most: tell it instead.`);
  const ofProvider = sent
    .where(sql<boolean>`event_key like any (array['payment/%/again/%', 'cash-sale/%/again/%'])`)
    .where("created_at_ms", ">", nowMs - providerHours * hourMs);
  if ((await count(ofProvider)) >= providerMax)
    throw tooOften(`This provider sends ${providerMax} codes in an hour again at most: tell the code instead.`);
}

const tooOften = (detail: string): Problem => new Problem(429, "sent-too-often", detail);
