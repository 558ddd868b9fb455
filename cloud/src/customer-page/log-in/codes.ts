/**
 * One-time codes by SMS.
 *
 * Attackers and what stops them. A stranger who tries numbers: each number gets the same answer and the same work, a row with a random code;
 * whether somebody has the number is looked at afterwards, by a job, which alone sends. So neither the answer nor its time tells a customer's
 * number; nor does that of a guess, which opens and writes the same row whether or not it may be tried. One who makes SMS cost money: three codes
 * an hour and number, so many an hour and address, and a cap of the provider's for each day; only the provider's own country has numbers here at
 * all. One who guesses: five tries a code from one network and fifteen in all (45 in a million an hour for one number, each code an SMS to its owner), so
 * a stranger on one or two networks keeps nobody out; tries of an address counted, a code is good for five minutes and is ended by the next one, and one that
 * was not sent (nobody has the number, or the day's cap is reached) is good for nothing: so the cap of a day's texts is one of the day's guesses
 * too. One who reads the database: codes are sealed. Two at once: the number's rows are locked.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { type CustomerRow, customersOf, phoneOf } from "../../catalogue/customers/customers.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { customerRefusal, type Problem } from "../../ground/http/problem.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { createSharedTries, type SharedTries } from "../../ground/quotas/shared-tries.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { customersLocale } from "../../messaging/texts/every-language.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { codeText } from "./code-text.ts";
import { takeCodeOfDay } from "./codes-of-day.ts";
import { createOneTimeCodes } from "./one-time-codes.ts";

export interface CodeParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly jobs: JobQueue;
  readonly messaging: Pick<Messaging, "send" | "judge">;
  /** How browsers reach this hub. */
  readonly publicUrl: string;
}

/** Who asks: a number of this provider's country, from this address. */
export interface CodeAsked {
  readonly providerId: string;
  /** An MSISDN. */
  readonly phone: string;
  readonly address: string;
}

export interface Codes {
  /** The same for every number. Throws Problem 429 "too-many-tries". */
  ask(asked: CodeAsked): Promise<void>;
  /** The customer who has the number, when the code is right; else null, for whatever reason. Throws Problem 429 "too-many-tries". */
  prove(asked: CodeAsked & { readonly code: string }): Promise<CustomerRow | null>;
  registerJobs(): Promise<void>;
}

const sendJob = "sms.customer-code";
const jobSchema = z.object({ providerId: z.string(), codeId: z.string() });
/** Of one address, behind which a whole estate may sit. */
const asksAnHour = { tries: 60, perSeconds: 3600 } as const;
const guessesOfAddress = { tries: 60, perSeconds: 3600 } as const;

export function createCodes(parts: CodeParts): Codes {
  const { world, database, envelope, parties, jobs, messaging } = parts;
  const { clock } = world;
  const codes = createOneTimeCodes(parts, { table: "customer_codes", name: "customer-code" });
  const asks = createSharedTries(clock, "customer-code-address", asksAnHour);
  const guesses = createSharedTries(clock, "customer-guess-address", guessesOfAddress);

  async function send(tx: Tx, providerId: string, codeId: string): Promise<void> {
    const code = await codes.read(tx, providerId, codeId);
    if (code === null) return;
    const [customer] = await customersOf(tx, providerId, [code.party]);
    const phone = customer === undefined ? null : phoneOf(envelope, customer);
    if (phone === null) return;
    if (!(await takeCodeOfDay(world, tx, providerId, "customer-code"))) return;
    const provider = await readProviderRow(tx, providerId);
    const text = codeText(customersLocale(provider), {
      code: code.digits,
      provider: provider.name,
      host: new URL(parts.publicUrl).host,
    });
    const isNew = await messaging.send(tx, {
      providerId,
      event: codes.eventOf(codeId),
      template: "log-in-code",
      phone,
      text,
    });
    // From now on it may be tried; not anew where this job runs twice.
    if (isNew) await codes.allowTries(tx, providerId, codeId);
  }

  return {
    ask: ({ providerId, phone, address }) =>
      database.asProvider(providerId, async (tx) => {
        const party = parties.ofPhone(providerId, phone);
        await takeOf(asks, tx, providerId, address);
        await codes.lock(tx, providerId, party);
        const waitMs = await codes.waitMs(tx, providerId, party);
        if (waitMs > 0) throw tooMany(Math.ceil(waitMs / 1000));
        await codes.make(tx, providerId, party, async ({ codeId }) => {
          await jobs.send(tx, sendJob, { providerId, codeId });
          return false;
        });
      }),
    prove: ({ providerId, phone, address, code }) =>
      database.asProvider(providerId, async (tx) => {
        const party = parties.ofPhone(providerId, phone);
        await takeOf(guesses, tx, providerId, address);
        await codes.lock(tx, providerId, party);
        if (!(await codes.prove(tx, providerId, party, { code, place: placeOf(address) }))) return null;
        await guesses.giveBack(tx, { providerId, subject: placeOf(address) });
        return (await customersOf(tx, providerId, [party]))[0] ?? null;
      }),
    async registerJobs() {
      codes.judgeTexts(messaging);
      await jobs.work(sendJob, async (data) => {
        const { providerId, codeId } = jobSchema.parse(data);
        await database.asProvider(providerId, (tx) => send(tx, providerId, codeId));
      });
    },
  };
}

/** Where it came from, as tries are counted. */
export const placeOf = (address: string): string => sha256Hex(networkOf(address));

export const takeOf = (tries: SharedTries, tx: Tx, providerId: string, address: string): Promise<number> =>
  tries.take(tx, { providerId, subject: placeOf(address) });

function tooMany(retryAfterSeconds: number): Problem {
  return customerRefusal("too-many-tries", { retryAfterSeconds });
}
