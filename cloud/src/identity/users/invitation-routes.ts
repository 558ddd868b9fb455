/** Invitations: a person chooses a password from a link. The inviting person sees the link too, because mail may be slow. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { exceeds, type Permission } from "../../ground/http/permissions.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { invitationLetter } from "../../ground/mail/letters.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { writeAudit } from "../audit/audit.ts";
import { demandStanding } from "../credentials/logins.ts";
import {
  dropMailedToken,
  findOpenLink,
  invitationState,
  invitationStates,
  linkRefused,
  type MailedRow,
  makeMailedToken,
  selectMailed,
  takeLinkTry,
  validHours,
  withMailedToken,
} from "../credentials/mailed-tokens.ts";
import { hashPassword, passwordSchema } from "../credentials/password.ts";
import { type ProveSelf, yourPassword } from "../credentials/prove-password.ts";
import { permissionsOfRole, refuseMore } from "../roles/role-routes.ts";
import { addPerson } from "./add-person.ts";
import { emailSchema } from "./users.ts";

export const invitationView = z.object({
  invitationId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  state: z.enum(invitationStates),
  createdAtMs: z.number().int(),
  expiresAtMs: z.number().int(),
});

const detailSchema = z.object({ name: z.string(), role: z.string() });
const nameSchema = z.string().trim().min(1).max(100);

const list = listOf({
  sort: { made: { by: sql.ref("tokenId"), kind: "string" }, email: { by: sql.ref("email"), kind: "string" } },
  default: "-made",
  tie: [sql.ref("tokenId")],
  search: [sql.ref("email")],
});

export function invitationRoutes(parts: {
  readonly world: World;
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  readonly proveSelf: ProveSelf;
}) {
  const { world, database } = parts;
  const perAddress = createRateLimit(world.clock, { tries: 20, perSeconds: 3600 });
  const looksPerAddress = createRateLimit(world.clock, { tries: 60, perSeconds: 3600 });
  const nowMs = () => world.clock.wall().atMs;
  return [
    route({
      method: "GET",
      path: "/api/v1/invitations",
      summary: "Who was invited",
      permission: "users.read",
      query: list.query,
      response: pageOf(invitationView),
      handle: async ({ query, transact }) =>
        transact((tx) => list.page(selectMailed(tx, "invitation"), query, (row) => viewOf(row, nowMs()))),
    }),
    route({
      method: "POST",
      path: "/api/v1/invitations",
      summary: "Invite a person by mail; the link is also in this answer, once",
      permission: "users.manage",
      freshFactor: true,
      body: z.strictObject({ email: emailSchema, name: nameSchema, role: z.string().min(1).max(64), yourPassword }),
      status: 201,
      response: z.object({ invitation: invitationView, link: z.string() }),
      handle: async ({ actor, body, providerId, transact, auditTarget }) => {
        await database.asProvider(providerId, async (tx) =>
          refuseMore(actor, await permissionsOfRole(tx, body.role, providerId), "role"),
        );
        // The link is in the answer: whoever has it chooses a password.
        await parts.proveSelf(actor, body.yourPassword);
        return transact(async (tx) => {
          await demandStanding(tx, actor, "yourPassword");
          refuseMore(actor, await permissionsOfRole(tx, body.role, providerId), "role");
          const { email, name, role } = body;
          const known = await tx.selectFrom("users").select("userId").where("email", "=", email).executeTakeFirst();
          if (known !== undefined) throw refusal("email-taken", { field: "email" });
          const invitation = {
            providerId,
            kind: "invitation" as const,
            email,
            createdBy: actor.userId,
            detail: { name, role },
          };
          const { token, row } = await makeMailedToken(world, tx, invitation);
          auditTarget(row.tokenId);
          const provider = await tx.selectFrom("providers").select(["name", "locale"]).executeTakeFirstOrThrow();
          const link = `${parts.publicUrl}/#/invitation/${token}`;
          const letter = { to: email, locale: provider.locale, link, validHours: validHours.invitation };
          await parts.mailer.write(
            tx,
            providerId,
            invitationLetter({ ...letter, providerName: provider.name, inviter: actor.name }),
            "person",
          );
          return { invitation: viewOf(row, nowMs()), link };
        });
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/invitations/{invitationId}",
      summary: "Cancel an invitation",
      permission: "users.manage",
      params: z.object({ invitationId: z.string().max(64) }),
      status: 204,
      response: z.null(),
      handle: async ({ params, transact }) =>
        transact(async (tx) => {
          const isOpen = await dropMailedToken(tx, "invitation", params.invitationId);
          if (!isOpen) throw notFound("open invitation");
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/invitations/look",
      summary:
        "What an invitation is for, by its link's token: who invites which address as what. The link stays as it is",
      permission: "public",
      unaudited: true,
      body: z.strictObject({ token: z.string().max(200) }),
      response: z.object({
        /** Null: the link is wrong, used or too old. */
        invitation: z
          .object({
            providerName: z.string(),
            email: z.string(),
            name: z.string(),
            role: z.string(),
            /** Of a role that the provider made; null: a built-in one. */
            roleName: z.string().nullable(),
          })
          .nullable(),
      }),
      handle: async ({ body, remoteAddress }) => {
        looksPerAddress.take(networkOf(remoteAddress));
        const row = await findOpenLink(world, database, { token: body.token, kind: "invitation" });
        if (row === null) return { invitation: null };
        const { name, role } = detailSchema.parse(row.detail);
        return database.asProvider(row.providerId, async (tx) => {
          const provider = await tx.selectFrom("providers").select("name").executeTakeFirstOrThrow();
          const own = await tx.selectFrom("roles").select("name").where("roleId", "=", role).executeTakeFirst();
          const { email } = row;
          return { invitation: { providerName: provider.name, email, name, role, roleName: own?.name ?? null } };
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/invitations/accept",
      summary: "Accept an invitation with its link's token and choose a password; then log in",
      permission: "public",
      body: z.strictObject({ token: z.string().max(200), password: passwordSchema, name: nameSchema.optional() }),
      status: 201,
      response: z.object({ email: z.string() }),
      handle: async ({ body, remoteAddress, requestId }) => {
        await takeLinkTry(world, database, perAddress, { token: body.token, kind: "invitation", remoteAddress });
        const passwordHash = await hashPassword(world.random, body.password);
        return withMailedToken(world, database, { token: body.token, kind: "invitation" }, async (tx, row) => {
          const detail = detailSchema.parse(row.detail);
          const { providerId, email } = row;
          const wanted = await permissionsOfRole(tx, detail.role, providerId); // the role may be deleted by now
          if (exceeds(wanted, await rightsNowOf(tx, row)) !== null) throw linkRefused();
          const name = body.name ?? detail.name;
          const person = { providerId, email, name, role: detail.role, passwordHash };
          const userId = await addPerson(parts, tx, person, "token");
          const entry = { providerId, userId, target: row.tokenId, requestId };
          await writeAudit(world, tx, { ...entry, action: "invitation-accepted", detail: { role: detail.role } });
          return { email };
        });
      },
    }),
  ];
}

/** What the inviting person may do today: an invitation gives no more than that. */
async function rightsNowOf(tx: Tx, { providerId, createdBy: userId }: MailedRow): Promise<Permission[]> {
  const inviter = await tx
    .selectFrom("users")
    .select("role")
    .where("providerId", "=", providerId)
    .where("userId", "=", userId)
    .where("active", "=", true)
    .executeTakeFirst();
  if (inviter === undefined) throw linkRefused();
  return permissionsOfRole(tx, inviter.role, providerId);
}

function viewOf(row: MailedRow, nowMs: number): z.input<typeof invitationView> {
  const { name, role } = detailSchema.parse(row.detail);
  return {
    invitationId: row.tokenId,
    email: row.email,
    name,
    role,
    state: invitationState(row, nowMs),
    createdAtMs: row.createdAtMs,
    expiresAtMs: row.expiresAtMs,
  };
}
