/**
 * Messages to customers, by text message and by letter. A message is written in the transaction of its cause, once for each event, template and
 * receiver. A job sends it (`deliver-message.ts`). Number and text are stored sealed: a text may carry a voucher's code.
 */

import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import { sql } from "kysely";
import { z } from "zod";
import type { Party, PhoneSha256 } from "../ground/amounts/parties.ts";
import { maskPhone } from "../ground/amounts/phone.ts";
import type { Tx } from "../ground/db/database.ts";
import { bytesInJson, rowsInJson } from "../ground/db/json.ts";
import { giveBackOfDay, refuseWhenSpent } from "../ground/quotas/quotas.ts";
import { offsetOfProvider } from "../tenancy/providers/provider-offset.ts";
import { readBrandNames } from "../tenancy/providers/providers.ts";
import { readAllowed } from "./consents.ts";
import { createDelivery, sendingMsMax } from "./deliver-message.ts";
import {
  change,
  contextOf,
  eventKeyOf,
  type Judge,
  type MessageId,
  type MessageParts,
  type MessageRow,
  messageJob,
  slowMessageJob,
  soonMessageJob,
  tellOf,
} from "./message-rows.ts";
import { correctMonth } from "./month-cost.ts";
import { newOptOutLink } from "./opt-out-links.ts";
import type { DeliveryReport } from "./sender-contract.ts";
import type { SenderRow } from "./senders.ts";
import { monthOf } from "./sending-policy.ts";
import type { Values } from "./texts/fill-template.ts";
import { smsLength } from "./texts/sms-parts.ts";
import { isTemplate, type MessageClass, templates } from "./texts/template-list.ts";
import { windowClosed } from "./whatsapp.ts";
import { closeWindow } from "./whatsapp-windows.ts";

interface Written {
  readonly providerId: string;
  /** The cause, for example `payment/<id>`. */
  readonly event: string;
  readonly template: string;
  readonly text: string;
  /** Left out: that of its template, or a receipt. */
  readonly class?: MessageClass;
  /** Left out: nobody who is known by name. */
  readonly customerId?: string | null;
}

export type NewMessage = Written & {
  /** Of its template, where a gateway that fills templates itself may send it. */
  readonly values?: Values;
} & (
    | { /** An MSISDN. */ readonly phone: string; readonly sha256?: undefined }
    /** Of a number that nobody told us. */
    | { readonly sha256: PhoneSha256; readonly phone?: undefined }
  );

export type NewLetter = Written & { readonly email: string; readonly subject: string };

export interface Messages {
  /** In the caller's transaction. The same event, template and phone a second time adds no message. @returns false: it was written before */
  send(tx: Tx, message: NewMessage): Promise<boolean>;
  /** The same of several, of any providers, in two statements and without NOTIFY: wake the jobs after the commit. @returns how many are new */
  sendAll(tx: Tx, messages: readonly NewMessage[]): Promise<number>;
  /** The same by e-mail. Marketing carries the way out of it. @returns false: it was written before, is not wanted, or the day's quota is used up */
  sendLetter(tx: Tx, letter: NewLetter): Promise<boolean>;
  /** Messages of this template ask it when their turn comes, each with its cause; one of another cause it lets go. Before the queue starts. */
  judge(template: string, judge: Judge): void;
  /** Before each message is sent this is waited for: what is more urgent goes first. Before the queue starts. */
  letPass(wait: () => Promise<void>): void;
  /** Throws a Problem where a letter is not there, or was sent. */
  resend(tx: Tx, row: MessageRow): Promise<void>;
  /** Before a person sends one: throws Problem 429 "quota-reached" where nothing is left of today. */
  refuseWhenSpent(tx: Tx, providerId: string): Promise<void>;
  textOf(row: MessageRow): string;
  /** A gateway's final report about a message. @returns false: of none that is known, and one is being sent whose number is not written yet */
  noteReport(
    tx: Tx,
    sender: SenderRow,
    report: DeliveryReport & { readonly state: "delivered" | "failed" },
  ): Promise<boolean>;
  registerJobs(): Promise<void>;
}

const jobSchema = z.object({ providerId: z.string(), messageId: z.string() });
/** Messages of one worker that are under way side by side: they share their transactions. */
const sideBySide = 8;

/** One that was not written before, and the job that sends it. */
interface Stored {
  readonly id: MessageId;
  readonly job: string;
}

export function createMessages(parts: MessageParts): Messages {
  const { world, database, envelope, parties, jobs, mailer } = parts;
  const judges = new Map<string, Judge[]>();
  const waits: (() => Promise<void>)[] = [];
  const letPass = async () => {
    for (const wait of waits) await wait();
  };
  const delivery = createDelivery(parts, judges, letPass);

  /** What one becomes in the database. */
  function rowOf(
    written: Written,
    to: Pick<MessageRow, "toHash" | "toMasked"> & { readonly address: string },
    more: Partial<Pick<MessageRow, "channel" | "parts" | "isHash">>,
    values?: Values,
  ) {
    const messageId = newId(world);
    const context = contextOf({ providerId: written.providerId, messageId });
    const seal = (text: string, field: string) => bytesInJson(envelope.seal(Buffer.from(text), `${context}/${field}`));
    const nowMs = world.clock.wall().atMs;
    return {
      providerId: written.providerId,
      messageId,
      eventKey: eventKeyOf(written, to.toHash),
      template: written.template,
      class: classOf(written),
      channel: more.channel ?? "sms",
      customerId: written.customerId ?? null,
      toSealed: seal(to.address, "to"),
      toHash: to.toHash,
      toMasked: to.toMasked,
      isHash: more.isHash ?? false,
      textSealed: seal(written.text, "text"),
      valuesSealed: values === undefined ? null : seal(JSON.stringify(values), "values"),
      parts: more.parts ?? null,
      state: "waiting",
      createdAtMs: nowMs,
      changedAtMs: nowMs,
    };
  }

  function textRowOf(message: NewMessage) {
    const { providerId, phone, sha256, text, values } = message;
    const to =
      phone === undefined
        ? { toHash: parties.ofSha256(providerId, sha256), toMasked: hiddenNumber, address: sha256 }
        : { toHash: parties.ofPhone(providerId, phone), toMasked: maskPhone(phone), address: phone };
    return rowOf(message, to, { parts: smsLength(text).parts, isHash: phone === undefined }, values);
  }

  /** @returns those that were not written before */
  async function store(tx: Tx, rows: readonly ReturnType<typeof rowOf>[]): Promise<Stored[]> {
    if (rows.length === 0) return [];
    const columns = sql.join(Object.keys(rows[0] as object).map((column) => sql.ref(column)));
    const { rows: stored } = await sql<MessageId>`
      with given as (
        select ${columns} from jsonb_populate_recordset(null::messages, ${rowsInJson(rows)}::jsonb)
      ), fresh as (
        insert into message_events (provider_id, event_key, message_id, customer_id, at_ms)
        select provider_id, event_key, message_id, customer_id, created_at_ms from given
        on conflict do nothing returning message_id
      )
      insert into messages (${columns})
      select ${columns} from given where message_id in (select message_id from fresh) order by message_id
      returning provider_id, message_id`.execute(tx);
    const awaited = new Set(rows.flatMap((row) => (row.class === "receipt" ? [row.messageId] : [])));
    return stored.map((id) => ({ id, job: awaited.has(id.messageId) ? soonMessageJob : messageJob }));
  }

  return {
    async send(tx, message) {
      const [stored] = await store(tx, [textRowOf(message)]);
      if (stored !== undefined) await jobs.send(tx, stored.job, stored.id);
      return stored !== undefined;
    },
    async sendAll(tx, all) {
      const stored = await store(tx, all.map(textRowOf));
      for (const [job, some] of Map.groupBy(stored, (one) => one.job))
        await jobs.sendAll(
          tx,
          job,
          some.map(({ id }) => id),
        );
      return stored.length;
    },
    async sendLetter(tx, letter) {
      const { providerId, email, subject, text, customerId = null } = letter;
      const kind = classOf(letter);
      const to = partyOfAddress(parts, providerId, email);
      const masked = maskEmail(email);
      if (kind !== "receipt") {
        const allowed = await readAllowed(tx, { providerId, to, channel: "email", class: kind });
        if (allowed === false || (kind === "marketing" && allowed === null)) return false;
      }
      const row = { toHash: to, toMasked: masked, address: email };
      const written = rowOf(letter, row, { channel: "email" });
      if ((await store(tx, [written])).length === 0) return false;
      // Reminders carry it too: who wants none says so there.
      const unsubscribeUrl =
        kind === "receipt" ? undefined : await newOptOutLink(parts, tx, { providerId, to, masked, customerId });
      const body = unsubscribeUrl === undefined ? text : `${text}\n\n--\n${unsubscribeUrl}`;
      const { mailName: fromName } = await readBrandNames(tx, providerId);
      const mail = { to: email, subject, text: body, unsubscribeUrl, fromProvider: true as const, fromName };
      const mailId = await mailer.write(tx, providerId, mail, "customer");
      const problem = "quota-reached: the day's quota of letters is used up";
      const became = mailId === null ? { state: "failed" as const, problem } : { remoteId: mailId };
      await change(parts, tx, written, became);
      return mailId !== null;
    },
    letPass: (wait) => void waits.push(wait),
    judge: (template, judge) => void judges.set(template, [...(judges.get(template) ?? []), judge]),
    refuseWhenSpent: (tx, providerId) =>
      refuseWhenSpent(tx, { providerId, kind: "messages", nowMs: world.clock.wall().atMs }),
    async resend(tx, row) {
      if (row.channel === "email") {
        // A letter is not judged again when its turn comes, as a text message is.
        const asked = { providerId: row.providerId, to: row.toHash, channel: row.channel } as const;
        if (row.class !== "receipt" && (await readAllowed(tx, { ...asked, class: row.class })) === false)
          return change(parts, tx, row, { state: "skipped", problem: "opted-out" });
        // One that the day's quota kept back was never written. Else it would wait for ever, and nobody send it.
        await mailer.resend(tx, row.providerId, row.remoteId ?? "");
        return change(parts, tx, row, { state: "waiting", problem: null });
      }
      const anew = { state: "waiting", problem: null, doubts: 0 } as const;
      await change(parts, tx, row, { ...anew, createdAtMs: world.clock.wall().atMs });
      await jobs.send(tx, messageJob, { providerId: row.providerId, messageId: row.messageId });
    },
    textOf: (row) => envelope.open(row.textSealed, `${contextOf(row)}/text`).toString("utf8"),
    async noteReport(tx, sender, { remoteId, state, why }) {
      if (await mayBeEarly(tx, sender, { remoteId, sinceMs: world.clock.wall().atMs - sendingMsMax })) return false;
      if (sender.kind === "whatsapp" && state === "failed") {
        await sendBySms(parts, tx, sender, { remoteId, why });
        return true;
      }
      const reported = await tx
        .updateTable("messages")
        .set({ state, problem: why, changedAtMs: world.clock.wall().atMs })
        .where("providerId", "=", sender.providerId)
        .where("senderId", "=", sender.senderId)
        .where("remoteId", "=", remoteId)
        .where("state", "=", "accepted")
        .returning(["providerId", "messageId", "template"])
        .execute();
      for (const row of reported) await tellOf(parts, tx, row, state);
      return true;
    },
    async registerJobs() {
      mailer.onDone(async (tx, { providerId, mailId, problem }) => {
        const state = problem === null ? "accepted" : "failed";
        const done = await tx
          .updateTable("messages")
          .set({ state, problem, changedAtMs: world.clock.wall().atMs })
          .where("providerId", "=", providerId)
          .where("senderId", "is", null)
          .where("remoteId", "=", mailId)
          .returning(["providerId", "messageId", "template"])
          .execute();
        for (const row of done) await tellOf(parts, tx, row, state);
      });
      await jobs.work(
        soonMessageJob,
        async (data) => {
          const id = jobSchema.parse(data);
          if (await delivery.deliverSoon(id)) return;
          await database.asProvider(id.providerId, (tx) => jobs.send(tx, messageJob, id));
        },
        { sideBySide },
      );
      const lanes = [
        [messageJob, "usual"],
        [slowMessageJob, "slow"],
      ] as const;
      for (const [job, lane] of lanes) await jobs.work(job, (data) => delivery.deliver(jobSchema.parse(data), lane));
    },
  };
}

/** A gateway may report before we have written what it answered. */
async function mayBeEarly(
  tx: Tx,
  { providerId, senderId }: SenderRow,
  { remoteId, sinceMs }: { readonly remoteId: string; readonly sinceMs: number },
): Promise<boolean> {
  const ofSender = tx
    .selectFrom("messages")
    .select("messageId")
    .where("providerId", "=", providerId)
    .where("senderId", "=", senderId)
    .limit(1);
  if ((await ofSender.where("remoteId", "=", remoteId).executeTakeFirst()) !== undefined) return false;
  const sending = ofSender.where("state", "=", "sending").where("changedAtMs", ">", sinceMs);
  return (await sending.executeTakeFirst()) !== undefined;
}

/** Meta took it, and says now that it does not reach its person: the same message goes out by SMS, and what it would have cost is free again. */
async function sendBySms(
  parts: Pick<MessageParts, "world" | "emit" | "jobs">,
  tx: Tx,
  sender: SenderRow,
  { remoteId, why }: { readonly remoteId: string; readonly why: string | null },
): Promise<void> {
  const { providerId } = sender;
  const rows = await tx
    .selectFrom("messages")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("senderId", "=", sender.senderId)
    .where("remoteId", "=", remoteId)
    .where("state", "=", "accepted")
    .forUpdate()
    .execute();
  const offset = await offsetOfProvider(tx, providerId);
  for (const row of rows) {
    const { messageId, toHash: to, costMillicents: cost } = row;
    if (Number.parseInt(why ?? "", 10) === windowClosed) await closeWindow(tx, { providerId, to });
    await giveBackOfDay(tx, { providerId, kind: "messages", nowMs: row.changedAtMs });
    await correctMonth(tx, { providerId, month: monthOf(row.changedAtMs, offset), millicents: -(cost ?? 0) });
    const bySms = { channel: "sms", valuesSealed: null, remoteId: null, costMillicents: null } as const;
    await change(parts, tx, row, { state: "waiting", problem: why, ...bySms });
    await parts.jobs.send(tx, messageJob, { providerId, messageId });
  }
}

/** What lists show of a number that nobody told us, of whatever country. */
const hiddenNumber = "***";

const classOf = ({ class: given, template }: Written): MessageClass =>
  given ?? (isTemplate(template) ? templates[template].class : "receipt");

/** How the books name an address: as they name a number. */
export const partyOfAddress = ({ parties }: Pick<MessageParts, "parties">, providerId: string, email: string): Party =>
  parties.ofSha256(providerId, sha256Hex(email.trim().toLowerCase()) as PhoneSha256);

/** `a***@example.com` */
export const maskEmail = (email: string): string => email.replace(/^(.).*@/, "$1***@");
