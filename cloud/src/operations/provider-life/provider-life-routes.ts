/** Platform admins create, suspend, delete and restore providers. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { currencies, currencyCodes } from "../../ground/amounts/currencies.ts";
import { route } from "../../ground/http/route.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { hashPassword, passwordSchema } from "../../identity/credentials/password.ts";
import { emailSchema } from "../../identity/users/users.ts";
import { providerFields } from "../../tenancy/providers/provider-fields.ts";
import type { LifeCycleStep } from "../../tenancy/providers/provider-state.ts";
import { providerView, viewOf } from "../../tenancy/providers/provider-view.ts";
import { type StepParts, stepProvider, tellAdmins } from "./life-cycle.ts";
import { notifyOwners } from "./notify-owners.ts";
import { type SetUpParts, setUpProvider } from "./set-up-provider.ts";

export interface ProviderLifeParts extends StepParts, SetUpParts {
  readonly world: World;
  readonly mailer: Mailer;
  readonly publicUrl: string;
}

const params = z.object({ providerId: keySchema });
const { name, locale, utcOffsetMinutes, supportPhone } = providerFields;

/** Days of grace: in the query of a DELETE, which has no body, else in the body. */
function graceOf(isDelete: boolean, days: number) {
  const bounded = (number: z.ZodNumber) => number.int().min(0).max(365).default(days);
  if (isDelete) return { query: z.object({ graceDays: bounded(z.coerce.number()) }) };
  return { body: z.strictObject({ graceDays: bounded(z.number()) }) };
}

export function providerLifeRoutes(parts: ProviderLifeParts) {
  const { world } = parts;
  const step = (name: LifeCycleStep, summary: string, graceDaysDefault?: number) => {
    const isDelete = name === "delete";
    return route({
      method: isDelete ? "DELETE" : "POST",
      path: isDelete ? "/api/v1/providers/{providerId}" : `/api/v1/providers/{providerId}/${name}`,
      summary,
      permission: "providers.manage",
      freshFactor: true,
      as: "platform",
      params,
      ...(graceDaysDefault === undefined ? {} : graceOf(isDelete, graceDaysDefault)),
      response: providerView,
      handle: async ({ params: { providerId }, query, body, transact }) => {
        const asked = { step: name, ...((body ?? query) as { graceDays?: number } | undefined) };
        return transact(async (tx) => {
          const row = await stepProvider(parts, tx, providerId, asked);
          await notifyOwners(parts.mailer, tx, row, { step: name, link: parts.publicUrl });
          return viewOf(row);
        });
      },
    });
  };
  return [
    route({
      method: "POST",
      path: "/api/v1/providers",
      summary: "Create a provider with its first owner and the six standard plans",
      permission: "providers.manage",
      as: "platform",
      body: z.strictObject({
        name,
        currency: z.enum(currencyCodes).default("KES"),
        locale: locale.default("en"),
        /** Left out: that of the currency's country. */
        utcOffsetMinutes: utcOffsetMinutes.optional(),
        supportPhone: supportPhone.default(null),
        ownerEmail: emailSchema,
        ownerName: name.default("Owner"),
        ownerPassword: passwordSchema,
      }),
      status: 201,
      response: providerView,
      handle: async ({ body, transact, auditTarget }) => {
        const { ownerEmail: email, ownerName, ownerPassword, ...wanted } = body;
        const zone = wanted.utcOffsetMinutes ?? currencies[wanted.currency].utcOffsetMinutes;
        const provider = { ...wanted, utcOffsetMinutes: zone };
        const passwordHash = await hashPassword(world.random, ownerPassword);
        return transact(async (tx) => {
          const row = await setUpProvider(parts, tx, provider, { email, name: ownerName, passwordHash });
          auditTarget(row.providerId);
          await tellAdmins(world, tx, row.providerId, "made");
          return viewOf(row);
        });
      },
    }),
    step("suspend", "Suspend a provider: its people may only read; its sites go on selling for the grace", 14),
    step("reactivate", "Lift a suspension"),
    step(
      "delete",
      "Delete a provider: shut at once, to be brought back within the grace, then gone with every row",
      30,
    ),
    step("restore", "Bring a deleted provider back, within its grace"),
  ];
}
