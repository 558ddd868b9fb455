/** What staff answer goes out: on the customer's own page always, beside it by text message or e-mail. */

import { phoneOf, readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type Problem, refusal } from "../../ground/http/problem.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { writeText } from "../../messaging/template-rows.ts";
import { readBrandNames, readProviderRow } from "../../tenancy/providers/providers.ts";
import type { AnswerWay, TicketRow } from "./ticket.ts";
import { insertEntry, noteAnswered, setState, type TicketParts, told, touch, type Who } from "./tickets.ts";

export interface AnswerParts extends TicketParts {
  readonly envelope: Envelope;
  readonly messaging: Pick<Messaging, "send" | "refuseWhenSpent">;
  readonly mailer: Pick<Mailer, "write">;
}

/** Throws Problems 409 "ticket-way" (the customer has no phone, or no e-mail) and 429 "quota-reached". */
export async function answerTicket(
  parts: AnswerParts,
  tx: Tx,
  before: TicketRow,
  answer: {
    readonly text: string;
    readonly ways: readonly AnswerWay[];
    /** What it is then; null: as it was. */
    readonly state: "waiting" | "solved" | null;
  },
  who: Who,
): Promise<TicketRow> {
  const ways = [...new Set(answer.ways)];
  const entryId = await insertEntry(parts, tx, before, { kind: "answer", text: answer.text, ways }, who);
  for (const way of ways) await send(parts, tx, before, way, answer.text, entryId);
  let row = await noteAnswered(parts, tx, await touch(parts, tx, before));
  // An answer to a ticket that is over does not open it.
  const over = row.state === "solved" || row.state === "closed";
  if (answer.state !== null && !over) row = await setState(parts, tx, row, answer.state, who);
  await told(parts, tx, row, "answered");
  return row;
}

async function send(
  parts: AnswerParts,
  tx: Tx,
  ticket: TicketRow,
  way: AnswerWay,
  text: string,
  entryId: string,
): Promise<void> {
  const { providerId, ticketId, number } = ticket;
  const customer = ticket.customerId === null ? null : await readCustomer(tx, ticket.customerId);
  if (way === "sms") {
    const phone = customer === null ? null : phoneOf(parts.envelope, customer);
    if (phone === null) throw noWay();
    await parts.messaging.refuseWhenSpent(tx, providerId);
    const template = "ticket-answer";
    const written = await writeText(tx, providerId, template, () => [{ number: `${number}`, answer: text }]);
    const event = `ticket/${ticketId}/${entryId}`;
    const customerId = ticket.customerId;
    await parts.messaging.send(tx, { providerId, event, template, phone, ...written, customerId });
    return;
  }
  if (customer?.email == null) throw noWay();
  const { name, locale } = await readProviderRow(tx, providerId);
  const subject = `${name}: ${ticket.subject} (${locale === "sw" ? "tiketi" : "ticket"} ${number})`;
  const { mailName: fromName } = await readBrandNames(tx, providerId);
  const mail = { to: customer.email, subject, text, fromProvider: true, fromName } as const;
  await parts.mailer.write(tx, providerId, mail, "person");
}

const noWay = (): Problem =>
  refusal("ticket-way", {
    field: "ways",
  });
