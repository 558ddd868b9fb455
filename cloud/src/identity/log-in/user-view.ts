/** What a log-in asks for, and what it tells about the person. */
import { z } from "zod";
import type { ModulesOn } from "../../ground/create-ground.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { permissions } from "../../ground/http/permissions.ts";
import { factorDemand } from "../../ground/http/second-factor-demand.ts";
import { emailSchema } from "../users/users.ts";

export const credentials = z.strictObject({
  email: emailSchema,
  password: z.string().min(1).max(200),
  code: z.string().max(40).optional(),
});

export const userView = z.object({
  userId: z.string(),
  providerId: z.string(),
  email: z.string(),
  name: z.string(),
  /** A built-in role, or the id of a role that the provider defined. */
  role: z.string(),
  permissions: z.array(z.enum(permissions as [(typeof permissions)[number], ...typeof permissions])),
  /** What this hub is run with: a page of another module is not there. */
  modules: z.array(z.string()),
  /** What this log-in needs before anything else; see `POST /api/v1/user/second-factor/begin` and `/prove`. */
  secondFactor: z.enum(["none", "set-up", "code"]),
  /** The kind of log-in. `impersonation`: a platform admin who acts as the provider, until `impersonation.endsAtMs`. */
  via: z.enum(["login", "token", "impersonation"]),
  impersonation: z.object({ endsAtMs: z.number().int(), reason: z.string() }).nullable(),
});

export function viewOf(actor: Actor, modules: ModulesOn): z.input<typeof userView> {
  const { userId, providerId, email, name, role, credential } = actor;
  const impersonation =
    credential.kind === "impersonation" ? { endsAtMs: credential.endsAtMs, reason: credential.reason } : null;
  const secondFactor = credential.kind === "login" ? factorDemand(credential.factor, false, 0) : "none";
  return {
    userId,
    providerId,
    email,
    name,
    role,
    permissions: actor.permissions.filter((permission) => !modules.withoutPermissions.has(permission)),
    modules: [...modules.names],
    secondFactor,
    via: credential.kind,
    impersonation,
  };
}
