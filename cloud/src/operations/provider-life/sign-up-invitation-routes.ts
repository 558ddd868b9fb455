/**
 * Sign-up by invitation: a platform admin invites an address, and the link in the letter makes the provider. The link proves the
 * address, so nothing is left to confirm.
 */
import { sql } from "kysely";
import { z } from "zod";
import { platformProviderId } from "../../ground/http/actor.ts";
import { notFound } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { signUpInvitationLetter } from "../../ground/mail/letters.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import {
  dropMailedToken,
  invitationState,
  invitationStates,
  type MailedRow,
  makeMailedToken,
  selectMailed,
  takeLinkTry,
  validHours,
  withMailedToken,
} from "../../identity/credentials/mailed-tokens.ts";
import { hashPassword } from "../../identity/credentials/password.ts";
import { emailSchema } from "../../identity/users/users.ts";
import { setUpProvider } from "./set-up-provider.ts";
import { refuseSignUp } from "./sign-up-policy.ts";
import { type SignUpParts, signUpFields, zoneOf } from "./sign-up-routes.ts";

const kind = "sign-up-invitation" as const;

export const signUpInvitationView = z.object({
  invitationId: z.string(),
  email: z.string(),
  state: z.enum(invitationStates),
  createdAtMs: z.number().int(),
  expiresAtMs: z.number().int(),
});

const list = listOf({
  sort: { made: { by: sql.ref("tokenId"), kind: "string" }, email: { by: sql.ref("email"), kind: "string" } },
  default: "-made",
  tie: [sql.ref("tokenId")],
  search: [sql.ref("email")],
});

export function signUpInvitationRoutes(parts: SignUpParts) {
  const { world, database, policy } = parts;
  const perAddress = createRateLimit(world.clock, { tries: 20, perSeconds: 3600 });
  const nowMs = () => world.clock.wall().atMs;
  return [
    route({
      method: "GET",
      path: "/api/v1/sign-up-invitations",
      summary: "Who was invited to sign up (platform admin)",
      permission: "providers.read",
      as: "platform",
      query: list.query,
      response: pageOf(signUpInvitationView),
      handle: async ({ query, transact }) =>
        transact((tx) => list.page(selectMailed(tx, kind), query, (row) => viewOf(row, nowMs()))),
    }),
    route({
      method: "POST",
      path: "/api/v1/sign-up-invitations",
      summary: "Invite an address to sign up (platform admin); the link is also in this answer, once",
      permission: "providers.manage",
      as: "platform",
      body: z.strictObject({ email: emailSchema, locale: z.enum(["en", "sw"]).default("en") }),
      status: 201,
      response: z.object({ invitation: signUpInvitationView, link: z.string() }),
      handle: async ({ actor, body: { email, locale }, transact, auditTarget }) => {
        refuseSignUp(policy, "invited");
        return transact(async (tx) => {
          const invited = { providerId: platformProviderId, kind, email, createdBy: actor.userId };
          const { token, row } = await makeMailedToken(world, tx, invited);
          auditTarget(row.tokenId);
          const link = `${parts.publicUrl}/#/sign-up-invitation/${token}`;
          const letter = signUpInvitationLetter({ to: email, locale, link, validHours: validHours[kind] });
          await parts.mailer.write(tx, platformProviderId, letter);
          return { invitation: viewOf(row, nowMs()), link };
        });
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/sign-up-invitations/{invitationId}",
      summary: "Cancel an invitation to sign up (platform admin)",
      permission: "providers.manage",
      as: "platform",
      params: z.object({ invitationId: z.string().max(64) }),
      status: 204,
      response: z.null(),
      handle: async ({ params, transact }) =>
        transact(async (tx) => {
          if (!(await dropMailedToken(tx, kind, params.invitationId))) throw notFound("open invitation");
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sign-up/accept",
      summary: "Create the provider to which a platform admin invited, with the link's token; then log in",
      permission: "public",
      body: z.strictObject({ token: z.string().max(200), ...signUpFields }),
      status: 201,
      response: z.object({ providerId: z.string(), email: z.string() }),
      handle: async ({ body, remoteAddress, requestId }) => {
        refuseSignUp(policy, "invited");
        const { token, password, name, providerName, ...provider } = body;
        await takeLinkTry(world, database, perAddress, { token, kind, asPlatform: true, remoteAddress });
        const passwordHash = await hashPassword(world.random, password);
        return withMailedToken(world, database, { token, kind, asPlatform: true }, async (tx, { email }) => {
          const wanted = { ...provider, name: providerName, utcOffsetMinutes: zoneOf(body) };
          const row = await setUpProvider(parts, tx, wanted, { email, name, passwordHash });
          const { providerId } = row;
          const entry = { providerId, userId: null, target: providerId, requestId };
          await writeAudit(world, tx, { ...entry, action: "signed-up", detail: { from: remoteAddress } });
          return { providerId, email };
        });
      },
    }),
  ];
}

const viewOf = (row: MailedRow, nowMs: number): z.input<typeof signUpInvitationView> => ({
  invitationId: row.tokenId,
  email: row.email,
  state: invitationState(row, nowMs),
  createdAtMs: row.createdAtMs,
  expiresAtMs: row.expiresAtMs,
});
