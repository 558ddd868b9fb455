/**
 * The API of mail that waits: where no mail server takes it, an owner can read it out or send it again. A mail may carry a link that
 * gives access, so only who may do everything that an owner may, and shows that they are themselves, opens one; that is a POST: it stands in the
 * audit. A mail that was sent is not shown, and does not wait again.
 */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../db/database.ts";
import type { Actor } from "../http/actor.ts";
import { providerPermissions } from "../http/permissions.ts";
import { notFound, refusal } from "../http/problem.ts";
import { route } from "../http/route.ts";
import { listOf } from "../lists/list.ts";
import { pageOf } from "../lists/page.ts";
import type { Envelope } from "../secrets/envelope.ts";
import { type Mailer, mailContext } from "./mailer.ts";

const mailView = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  state: z.enum(["waiting", "sent", "failed"]),
  tries: z.int(),
  problem: z.string().nullable(),
  createdAtMs: z.int(),
  sentAtMs: z.int().nullable(),
});

const list = listOf({
  sort: { made: { by: sql.ref("mailId"), kind: "string" } },
  default: "-made",
  tie: [sql.ref("mailId")],
  search: [sql.ref("toAddress"), sql.ref("subject")],
});
const params = z.object({ id: z.string().min(1).max(128) });

interface MailRoutesParts {
  readonly mailer: Mailer;
  readonly envelope: Envelope;
  /** Throws a Problem 403 where it is a program, or nobody who shows that they are themselves. */
  readonly proveSelf: (actor: Actor, yourPassword: string | undefined) => Promise<void>;
  /** Refuses whose password was changed since it was compared. */
  readonly demandStanding: (tx: Tx, actor: Actor, field: "yourPassword") => Promise<void>;
}

export function mailRoutes({ mailer, envelope, proveSelf, demandStanding }: MailRoutesParts) {
  return [
    route({
      method: "GET",
      path: "/api/v1/mails",
      summary: "Mail to the provider's people, newest first, without its text",
      permission: "users.manage",
      query: list.query.extend({ state: mailView.shape.state.optional() }),
      response: pageOf(mailView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const rows = tx
            .selectFrom("mail_outbox")
            .selectAll()
            .where("providerId", "=", providerId)
            .$if(query.state !== undefined, (is) => is.where("state", "=", query.state ?? "waiting"));
          return list.page(rows, query, (row) => ({
            id: row.mailId,
            to: row.toAddress,
            subject: row.subject,
            state: row.state,
            tries: row.tries,
            problem: row.lastError,
            createdAtMs: row.createdAtMs,
            sentAtMs: row.sentAtMs,
          }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/mails/{id}/open",
      summary: "Read the text of a mail that was not sent; it may carry a link that gives access, so this is audited",
      permission: "users.manage",
      freshFactor: true,
      params,
      body: z.strictObject({ yourPassword: z.string().max(200).optional() }),
      response: z.object({ subject: z.string(), text: z.string() }),
      handle: async ({ params: { id }, body: { yourPassword }, actor, providerId, transact, auditTarget }) => {
        // The link may be the owner's own: who could follow it would become the owner.
        if (!providerPermissions.every((permission) => actor.may(permission))) throw refusal("forbidden");
        await proveSelf(actor, yourPassword);
        return transact(async (tx) => {
          await demandStanding(tx, actor, "yourPassword");
          const row = await tx
            .selectFrom("mail_outbox")
            .selectAll()
            .where("providerId", "=", providerId)
            .where("mailId", "=", id)
            .executeTakeFirst();
          if (row === undefined) throw notFound("mail");
          if (row.state === "sent") throw refusal("mail-sent");
          auditTarget(id);
          return { subject: row.subject, text: envelope.open(row.bodySealed, mailContext(providerId, id)).toString() };
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/mails/{id}/resend",
      summary: "Send a mail that was not sent again; one that waits is tried at once",
      permission: "users.manage",
      params,
      body: null,
      status: 202,
      response: z.object({ queued: z.boolean() }),
      handle: ({ params: { id }, providerId, transact }) =>
        transact(async (tx) => {
          await mailer.resend(tx, providerId, id);
          return { queued: true };
        }),
    }),
  ];
}
