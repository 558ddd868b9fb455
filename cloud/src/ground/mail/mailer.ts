/**
 * Mail to people: the transaction of the cause writes a row. A job sends it when the hub has a mail server (`SMTP_URL`);
 * otherwise it waits until there is one. The text is stored sealed, because it carries links that give access.
 */

import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { notFound, type Problem, refusal } from "../http/problem.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { limitsOf } from "../jobs/queues.ts";
import { createTurns, type Lane, sentBack } from "../jobs/turns.ts";
import { dayOf, nextDayOf } from "../quotas/quota-policy.ts";
import { countOfDay, noteReached, refuseBeyondDay, takeOfDay } from "../quotas/quotas.ts";
import type { Envelope } from "../secrets/envelope.ts";
import type { Attachment, Mail, SendMail } from "./mail.ts";
import { type MailTrouble, type OpenOwnServer, readOwnServer, troubleOf } from "./own-server.ts";

/**
 * Why a letter is written. `person`: one of the provider's people wants it, to an address of their choice: refused beyond the quotas.
 * `stranger`: anybody can cause it at a public door: beyond the address's letters of the day it is not written, and nobody learns so.
 * `password-reset`: as a stranger's, with a day's letters of its own: whoever uses up the others' keeps nobody from a new password.
 * `own-password-reset`: asked for in a browser in which its person logged in before: nobody else uses these up.
 * `customer`: in the provider's own words to a customer, caused by the clock or in bulk: beyond the day's quota it is not written.
 * `hub`: the hub or the platform itself: counted, and never refused.
 */
export type MailCause = "person" | "stranger" | "password-reset" | "own-password-reset" | "customer" | "hub";

/** To one address in a day, from all providers together. */
const lettersPerAddress = { person: 20, stranger: 20, "password-reset": 20, "own-password-reset": 20 } as const;
/** Of them those that the people of one provider want: it leaves the others some. */
const lettersOfProvider = 5;
type Bounded = keyof typeof lettersPerAddress;
const isBounded = (cause: MailCause): cause is Bounded => cause in lettersPerAddress;

export interface Mailer {
  /**
   * In the transaction of its cause. Throws Problem 429 "quota-reached" where a person's letter is one too many.
   * @returns its id; null: it was not written
   */
  write(tx: Tx, providerId: string, mail: Mail, cause?: MailCause): Promise<string | null>;
  /**
   * A letter that a person wants to see leave at once. In the transaction it is counted as a person's; what is returned sends it, after the
   * transaction, and says what became of it. It is not tried again.
   */
  tryOut(tx: Tx, providerId: string, mail: Mail): Promise<() => Promise<TriedMail>>;
  /** In the transaction that notes a letter as sent or failed. Before the queue starts. */
  onDone(listener: MailDone): void;
  /** It waits again, with all its tries. Throws a Problem 404, "mail-sent" or "no-mail-server". */
  resend(tx: Tx, providerId: string, mailId: string): Promise<void>;
  /** Before the queue starts. */
  registerJobs(): Promise<void>;
  /** After the queue has started: sends the mail that waited for a mail server. */
  start(): Promise<void>;
}

export interface TriedMail {
  readonly by: "own" | "hub";
  readonly outcome: "sent" | "no-mail-server" | MailTrouble;
}

/** @param done `problem` null: the mail server took it */
export type MailDone = (
  tx: Tx,
  done: { readonly providerId: string; readonly mailId: string; readonly problem: string | null },
) => Promise<void>;

const mailJob = "notices.mail";
/** Letters that a provider's own server takes have workers of their own: a slow one keeps nobody's log-in link waiting. */
const ownMailJob = "notices.own-mail";
/** The same, of providers whose own server kept us waiting: it keeps no other provider's letters. */
const slowOwnMailJob = "notices.own-mail-slow";
/** With the queue's back-off: about half an hour. After that a person has to look. Fewer where the queue tries less often. */
const mailTriesMax = 8;
/** What the sealed text of a mail is bound to. */
export const mailContext = (providerId: string, mailId: string): string => `mail/${providerId}/${mailId}`;
const attachmentContext = (providerId: string, mailId: string): string => `${mailContext(providerId, mailId)}/file`;
const jobSchema = z.object({ providerId: z.string(), mailId: z.string() });

export function createMailer(
  parts: { readonly world: World; readonly database: Database; readonly envelope: Envelope; readonly jobs: JobQueue },
  send: SendMail | null,
  openOwn: OpenOwnServer | null = null,
): Mailer {
  const { world, database, envelope, jobs } = parts;
  const listeners: MailDone[] = [];
  const triesMax = Math.min(mailTriesMax, limitsOf(jobs.queues, mailJob).tries);

  /** Null: the provider has none of its own. */
  async function ownOf(tx: Tx, providerId: string): Promise<SendMail | null> {
    const own = openOwn === null ? null : await readOwnServer(tx, envelope, providerId);
    return own === null || openOwn === null ? null : openOwn(own);
  }

  /** By whom a letter goes as things stand. */
  async function jobOf(
    tx: Tx,
    providerId: string,
    isFromProvider: boolean,
  ): Promise<typeof mailJob | typeof ownMailJob> {
    if (openOwn === null || !isFromProvider) return mailJob;
    const own = await tx
      .selectFrom("mail_servers")
      .select("port")
      .where("providerId", "=", providerId)
      .executeTakeFirst();
    return own === undefined ? mailJob : ownMailJob;
  }

  /** Letters that leave at this moment. */
  const leaving = new Map<string, Promise<void>>();

  /** One after the other: while a letter leaves, a person may have it sent again, and a hub that starts sends all that wait. */
  function deliver(providerId: string, mailId: string): Promise<void> {
    const before = leaving.get(mailId) ?? Promise.resolve();
    const mine = before
      .catch(() => {})
      .then(() => deliverNow(providerId, mailId))
      .finally(() => leaving.get(mailId) === mine && leaving.delete(mailId));
    leaving.set(mailId, mine);
    return mine;
  }

  async function deliverNow(providerId: string, mailId: string): Promise<void> {
    const row = await database.asProvider(providerId, (tx) =>
      tx.selectFrom("mail_outbox").selectAll().where("mailId", "=", mailId).executeTakeFirst(),
    );
    if (row?.state !== "waiting") return;
    const own = row.fromProvider ? await database.asProvider(providerId, (tx) => ownOf(tx, providerId)) : null;
    const by = own ?? send;
    if (by === null) return; // it waits for a mail server
    const text = envelope.open(row.bodySealed, mailContext(providerId, mailId)).toString();
    const unsubscribeUrl =
      row.unsubscribeSealed === null
        ? undefined
        : envelope.open(row.unsubscribeSealed, `${mailContext(providerId, mailId)}/unsubscribe`).toString();
    const sealed = row.attachmentSealed;
    const file =
      sealed === null
        ? {}
        : {
            attachment: {
              name: row.attachmentName ?? "file",
              mediaType: row.attachmentType ?? "application/octet-stream",
              bytes: envelope.open(sealed, attachmentContext(providerId, mailId)),
            },
          };
    const outcome = await by({
      to: row.toAddress,
      subject: row.subject,
      text,
      fromName: row.fromName,
      ...(unsubscribeUrl === undefined ? {} : { unsubscribeUrl }),
      ...file,
    }).then(
      () => null,
      (error: Error) => error,
    );
    const tries = row.tries + 1;
    const nowMs = world.clock.wall().atMs;
    const change =
      outcome === null
        ? { state: "sent" as const, sentAtMs: nowMs, lastError: null }
        : { state: tries >= triesMax ? ("failed" as const) : row.state, lastError: cutText(outcome.message, 500) };
    await database.asProvider(providerId, async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable("mail_outbox")
        .set({ ...change, tries })
        .where("mailId", "=", mailId)
        // Else a person had it sent again meanwhile, with all its tries: this one's failure is none of them.
        .$if(outcome !== null, (is) => is.where("tries", "=", row.tries))
        .executeTakeFirst();
      if (change.state === "waiting" || numUpdatedRows === 0n) return;
      for (const each of listeners) await each(tx, { providerId, mailId, problem: change.lastError });
    });
    if (outcome !== null && tries < triesMax) throw outcome; // the queue tries again later
    if (outcome !== null) world.log.warn("mail-failed", { mailId, tries, message: outcome.message });
  }

  const turns = createTurns(world.clock.monotonicMs);

  async function deliverInTurn(providerId: string, mailId: string, lane: Lane): Promise<void> {
    const turn = turns.take(providerId, lane);
    if (turn.kind !== "go") {
      const { lane: next, startAfterMs } = sentBack(turn, lane);
      const job = next === "slow" ? slowOwnMailJob : ownMailJob;
      const when = { startAfterMs, singletonKey: mailId };
      return database.asProvider(providerId, (tx) => jobs.send(tx, job, { providerId, mailId }, when));
    }
    try {
      await deliver(providerId, mailId);
    } finally {
      turns.done(providerId);
    }
  }

  const attached = (providerId: string, mailId: string, file: Attachment | undefined) =>
    file === undefined
      ? {}
      : {
          attachmentSealed: envelope.seal(file.bytes, attachmentContext(providerId, mailId)),
          attachmentName: file.name,
          attachmentType: file.mediaType,
        };

  return {
    async write(tx, providerId, mail, cause = "hub") {
      const nowMs = world.clock.wall().atMs;
      if (isBounded(cause) && !(await mayWriteTo(tx, { providerId, to: mail.to, cause, nowMs }))) {
        if (cause === "person") throw tooManyTo(nowMs);
        world.log.warn("letter-not-written", { reason: "the address had its letters of the day" });
        return null;
      }
      const ofToday = { providerId, kind: "mails", more: 1, nowMs } as const;
      if (cause === "person") await refuseBeyondDay(tx, ofToday);
      else if (cause !== "customer") await countOfDay(tx, ofToday);
      else if (!(await takeOfDay(tx, ofToday))) {
        await noteReached(tx, ofToday);
        return null;
      }
      const mailId = newId(world);
      await tx
        .insertInto("mail_outbox")
        .values({
          providerId,
          mailId,
          toAddress: mail.to,
          subject: mail.subject,
          bodySealed: envelope.seal(Buffer.from(mail.text), mailContext(providerId, mailId)),
          unsubscribeSealed:
            mail.unsubscribeUrl === undefined
              ? null
              : envelope.seal(Buffer.from(mail.unsubscribeUrl), `${mailContext(providerId, mailId)}/unsubscribe`),
          ...attached(providerId, mailId, mail.attachment),
          state: "waiting",
          tries: 0,
          lastError: null,
          sentAtMs: null,
          createdAtMs: nowMs,
          fromProvider: mail.fromProvider === true,
          fromName: mail.fromName ?? null,
        })
        .execute();
      const job = await jobOf(tx, providerId, mail.fromProvider === true);
      if (send !== null || (openOwn !== null && mail.fromProvider === true))
        await jobs.send(tx, job, { providerId, mailId }, { singletonKey: mailId });
      return mailId;
    },
    async tryOut(tx, providerId, mail) {
      const nowMs = world.clock.wall().atMs;
      if (!(await mayWriteTo(tx, { providerId, to: mail.to, cause: "person", nowMs }))) throw tooManyTo(nowMs);
      await refuseBeyondDay(tx, { providerId, kind: "mails", more: 1, nowMs });
      const own = await ownOf(tx, providerId);
      const to = own ?? send;
      const by = own === null ? ("hub" as const) : ("own" as const);
      return async () => {
        if (to === null) return { by, outcome: "no-mail-server" };
        try {
          await to(mail);
          return { by, outcome: "sent" };
        } catch (error) {
          return { by, outcome: troubleOf(error) };
        }
      };
    },
    onDone: (listener) => void listeners.push(listener),
    async resend(tx, providerId, mailId) {
      if (send === null && (await ownOf(tx, providerId)) === null) throw refusal("no-mail-server");
      const row = await tx
        .selectFrom("mail_outbox")
        .select(["state", "fromProvider"])
        .where("providerId", "=", providerId)
        .where("mailId", "=", mailId)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) throw notFound("mail");
      if (row.state === "sent") throw refusal("mail-sent");
      await tx
        .updateTable("mail_outbox")
        .set({ state: "waiting", tries: 0, lastError: null })
        .where("providerId", "=", providerId)
        .where("mailId", "=", mailId)
        .execute();
      const job = await jobOf(tx, providerId, row.fromProvider);
      await jobs.send(tx, job, { providerId, mailId }, { singletonKey: mailId });
    },
    async registerJobs() {
      if (send === null && openOwn === null) return; // another process may have a mail server and send it
      const run = (way: (providerId: string, mailId: string) => Promise<void>) => async (data: object) => {
        const { providerId, mailId } = jobSchema.parse(data);
        await way(providerId, mailId);
      };
      await jobs.work(mailJob, run(deliver));
      if (openOwn === null) return;
      await jobs.work(
        ownMailJob,
        run((providerId, mailId) => deliverInTurn(providerId, mailId, "usual")),
      );
      await jobs.work(
        slowOwnMailJob,
        run((providerId, mailId) => deliverInTurn(providerId, mailId, "slow")),
      );
    },
    async start() {
      if (send === null) return;
      await database.asPlatform("waiting-mail", async (tx) => {
        const waiting = await tx
          .selectFrom("mail_outbox")
          .select(["providerId", "mailId", "fromProvider"])
          .where("state", "=", "waiting")
          .orderBy("createdAtMs")
          .limit(10_000)
          .execute();
        for (const { providerId, mailId, fromProvider: isFromProvider } of waiting) {
          // The same job as before the restart: as another one the letter would leave twice.
          const job = await jobOf(tx, providerId, isFromProvider);
          await jobs.send(tx, job, { providerId, mailId }, { singletonKey: mailId });
        }
      });
    },
  };
}

async function mayWriteTo(
  tx: Tx,
  letter: { readonly providerId: string; readonly to: string; readonly cause: Bounded; readonly nowMs: number },
): Promise<boolean> {
  const { providerId, to, cause, nowMs } = letter;
  const take = async (whose: string, lettersMax: number): Promise<boolean> => {
    const { rows } = await sql<{ taken: boolean }>`
      select karibu_take_letter(${sha256Hex(Buffer.from(whose))}, ${cause}, ${dayOf(nowMs)}::bigint, ${lettersMax}) as taken
    `.execute(tx);
    return rows[0]?.taken ?? false;
  };
  if (cause === "person" && !(await take(`${providerId} ${to}`, lettersOfProvider))) return false;
  return take(to, lettersPerAddress[cause]);
}

/** It does not say who wrote to this address before. */
function tooManyTo(nowMs: number): Problem {
  const retryAfterSeconds = Math.ceil((nextDayOf(nowMs) - nowMs) / 1000);
  return refusal("address-quota-reached", { field: "email", retryAfterSeconds });
}
