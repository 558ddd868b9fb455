/**
 * Counts guesses in the database, so that it holds over many hub processes and restarts. A try is counted before the
 * password is checked, or a hundred at once would all pass. A correct password takes its try back.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { SuspectKind } from "./guess-policy.ts";
import { alertEveryMs, alertFailures, type Familiarity, failuresNow, suspectsOf, waitMs } from "./guess-policy.ts";

export interface Try {
  /** Whose account: `guessedName`, or the address as typed, trimmed and in lower case. The account need not exist. */
  readonly email: string;
  readonly address: string;
  /** SHA-256, hex, of the device's cookie; null: there was none. */
  readonly device: string | null;
  readonly familiarity: Familiarity;
}

/**
 * Under which name a person's guesses are counted. An account that waits behind another provider's counts on its own: else who added the
 * address of somebody elsewhere could unlock, or log in to, their own account of it, and go on guessing the other one's password.
 */
export const guessedName = (person: {
  readonly providerId: string;
  readonly email: string;
  readonly addressElsewhere: boolean;
}): string => (person.addressElsewhere ? `${person.providerId} ${person.email}` : person.email);

/** The counters that a try raised, so that they can be lowered again. */
export interface CountedTry {
  readonly accountHash: string;
  readonly subjects: ReadonlyMap<SuspectKind, { readonly subject: string; readonly failures: number }>;
}

/** In a transaction of the platform. Throws a Problem 429 "too-many-tries" with the time to wait; then nothing was counted. */
export async function countTry(tx: Tx, one: Try, nowMs: number): Promise<CountedTry> {
  const accountHash = sha256Hex(one.email);
  const subjects = new Map(suspectsOf(one.familiarity).map((kind) => [subjectOf(kind, one, accountHash), kind]));
  const names = [...subjects.keys()].sort(); // always in one order: two tries must not deadlock
  await tx
    .insertInto("login_failures")
    .values(
      names.map((subject) => ({
        subject,
        accountHash: subjects.get(subject) === "address" ? null : accountHash,
        failures: 0,
        lastAtMs: nowMs,
        alertedAtMs: null,
      })),
    )
    .onConflict((conflict) => conflict.column("subject").doNothing())
    .execute();
  const rows = await tx
    .selectFrom("login_failures")
    .selectAll()
    .where("subject", "in", names)
    .orderBy("subject")
    .forUpdate()
    .execute();
  const counted = new Map<SuspectKind, { subject: string; failures: number }>();
  let longestMs = 0;
  for (const row of rows) {
    const kind = subjects.get(row.subject) as SuspectKind;
    const suspect = { failures: row.failures, lastAtMs: row.lastAtMs };
    longestMs = Math.max(longestMs, waitMs(kind, suspect, nowMs));
    counted.set(kind, { subject: row.subject, failures: failuresNow(kind, suspect, nowMs) + 1 });
  }
  if (longestMs > 0) {
    const retryAfterSeconds = Math.ceil(longestMs / 1000);
    throw refusal("too-many-tries", { retryAfterSeconds });
  }
  for (const { subject, failures } of counted.values())
    await tx.updateTable("login_failures").set({ failures, lastAtMs: nowMs }).where("subject", "=", subject).execute();
  return { accountHash, subjects: counted };
}

/** The password was right, and only the code is missing: this try was not a guess. */
export async function giveBackTry(tx: Tx, counted: CountedTry): Promise<void> {
  for (const { subject } of inOrder(counted)) await lower(tx, subject, 1);
}

/** The log-in succeeded: earlier mistakes at this place were not guesses either. */
export async function forgiveTries(tx: Tx, counted: CountedTry): Promise<void> {
  const own = counted.subjects.get("pair") ?? counted.subjects.get("device");
  for (const { subject } of inOrder(counted)) {
    if (subject === own?.subject) await tx.deleteFrom("login_failures").where("subject", "=", subject).execute();
    else await lower(tx, subject, own?.failures ?? 1);
  }
}

/** An owner unlocked the account, or the person proved their mailbox. @param name `guessedName` */
export async function forgetGuesses(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom("login_failures").where("accountHash", "=", sha256Hex(name)).execute();
}

/** True when there were enough guesses to notify the owner; then false for a day. */
export async function alertIsDue(tx: Tx, counted: CountedTry, nowMs: number): Promise<boolean> {
  const most = Math.max(
    ...["account", "pair", "device"].map((kind) => counted.subjects.get(kind as SuspectKind)?.failures ?? 0),
  );
  if (most < alertFailures) return false;
  const subject = `account/${counted.accountHash}`;
  const notified = await tx
    .insertInto("login_failures")
    .values({ subject, accountHash: counted.accountHash, failures: 0, lastAtMs: nowMs, alertedAtMs: nowMs })
    .onConflict((conflict) =>
      conflict
        .column("subject")
        .doUpdateSet({ alertedAtMs: nowMs })
        .where((is) =>
          is.or([
            is("login_failures.alertedAtMs", "is", null),
            is("login_failures.alertedAtMs", "<=", nowMs - alertEveryMs),
            // The clock was ahead then.
            is("login_failures.alertedAtMs", ">", nowMs + processClockSlackMs),
          ]),
        ),
    )
    .returning("subject")
    .executeTakeFirst();
  return notified !== undefined;
}

/** How long a guess from an unknown place must wait now. The person's row shows it, to explain a refused log-in. */
export function shutUntilMs(counted: CountedTry, nowMs: number): number | null {
  const account = counted.subjects.get("account");
  if (account === undefined) return null;
  const wait = waitMs("account", { failures: account.failures, lastAtMs: nowMs }, nowMs);
  return wait === 0 ? null : nowMs + wait;
}

function inOrder(counted: CountedTry) {
  return [...counted.subjects.values()].sort((one, other) => (one.subject < other.subject ? -1 : 1));
}

async function lower(tx: Tx, subject: string, by: number): Promise<void> {
  await tx
    .updateTable("login_failures")
    .set((is) => ({ failures: is.fn<number>("greatest", [is("failures", "-", by), is.val(0)]) }))
    .where("subject", "=", subject)
    .execute();
}

function subjectOf(kind: SuspectKind, one: Try, accountHash: string): string {
  const network = networkOf(one.address);
  if (kind === "account") return `account/${accountHash}`;
  if (kind === "address") return `address/${sha256Hex(network)}`;
  if (kind === "pair") return `pair/${sha256Hex(`${one.email}\n${network}`)}`;
  return `device/${sha256Hex(`${one.email}\n${one.device}`)}`;
}
