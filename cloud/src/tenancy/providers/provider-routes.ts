import { newId } from "@karibu/protocol/identifiers";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { currencyCodes } from "../../ground/amounts/currencies.ts";
import type { Database } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { platformProviderId, viaOf } from "../../ground/http/actor.ts";
import { type Route, rawRoute, route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { writerTo } from "../../ground/lists/stream.ts";
import type { Post } from "../../ground/mail/mailer.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import { hashPassword, passwordSchema } from "../../identity/credentials/password.ts";
import { emailSchema } from "../../identity/users/users.ts";
import { exportProvider } from "../../operations/provider-life/export.ts";
import { type LifecycleStep, stepProvider } from "../../operations/provider-life/lifecycle.ts";
import { tellOwners } from "../../operations/provider-life/notify-owners.ts";
import { providerReportRoutes } from "../../reports/provider-report-routes.ts";
import { providerView, readProvider, viewOf } from "./provider-view.ts";
import { insertProvider, updateProvider } from "./providers.ts";

export interface ProviderParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly publish: Publish;
  readonly post: Post;
  readonly publicUrl: string;
}

const fields = {
  name: z.string().trim().min(1).max(100),
  locale: z.enum(["en", "sw"]),
  /** Minutes east of UTC; Kenya is 180. */
  utcOffsetMinutes: z.number().int().min(-720).max(840),
  supportPhone: z.string().trim().min(3).max(30).nullable(),
  /** `<subdomain>.<the hub's host>` lets in our people alone; null: we have none. */
  subdomain: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/, "3 to 63 letters, digits and hyphens")
    .refine((word) => !["www", "api", "hub", "admin", "mail", "platform", "agent", "enrol"].includes(word), {
      message: "This one is kept for the platform.",
    })
    .nullable(),
  /** What a site gives when it can't ask who holds a voucher's lease. */
  bridge: z.strictObject({
    seconds: z.number().int().min(0).max(86_400),
    dataBytes: z.number().int().min(0).max(100_000_000_000),
  }),
  /** Outages of the internet at a site from `minSeconds` on are given back to whoever had time running, at most `maxSeconds` each. */
  outageCredit: z
    .strictObject({
      minSeconds: z.number().int().min(60).max(86_400),
      maxSeconds: z
        .number()
        .int()
        .min(60)
        .max(30 * 86_400),
    })
    .refine(({ minSeconds, maxSeconds }) => minSeconds <= maxSeconds, {
      path: ["maxSeconds"],
      message: "At least as long as minSeconds.",
    })
    .nullable(),
};
const { name, locale, utcOffsetMinutes, supportPhone } = fields;
const changes = z.strictObject(fields).partial();

const params = z.object({ providerId: keySchema });

/** Days of grace: in the query of a DELETE, which has no body, else in the body. */
function graceOf(isDelete: boolean, days: number) {
  const bounded = (number: z.ZodNumber) => number.int().min(0).max(365).default(days);
  if (isDelete) return { query: z.object({ graceDays: bounded(z.coerce.number()) }) };
  return { body: z.strictObject({ graceDays: bounded(z.number()) }) };
}

const list = listOf({
  sort: {
    made: { by: sql.ref("provider_id"), kind: "string" },
    name: { by: sql`lower(name)`, kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("provider_id")],
  search: [sql.ref("name"), sql.ref("support_phone")],
});

export function providerRoutes(parts: ProviderParts): Route[] {
  const { world, publish } = parts;
  const step = (name: LifecycleStep, summary: string, graceDaysDefault?: number) => {
    const isDelete = name === "delete";
    return route({
      method: isDelete ? "DELETE" : "POST",
      path: isDelete ? "/api/v1/providers/{providerId}" : `/api/v1/providers/{providerId}/${name}`,
      summary,
      permission: "providers.manage",
      as: "platform",
      params,
      ...(graceDaysDefault === undefined ? {} : graceOf(isDelete, graceDaysDefault)),
      response: providerView,
      handle: async ({ params: { providerId }, query, body, transact }) => {
        const asked = { step: name, ...((body ?? query) as { graceDays?: number } | undefined) };
        return transact(async (tx) => {
          const row = await stepProvider(world, publish, tx, providerId, asked);
          await tellOwners(parts.post, tx, row, { step: name, link: parts.publicUrl });
          return viewOf(row);
        });
      },
    });
  };
  const download = (
    made: { path: `/${string}`; summary: string; permission: "provider.export" | "providers.manage" },
    whose: (call: { providerId: string; params: unknown }) => string,
  ) =>
    rawRoute({
      method: "GET",
      path: made.path,
      summary: made.summary,
      permission: made.permission,
      ...(made.permission === "providers.manage" ? { as: "platform" as const, params } : {}),
      produces: "application/x-ndjson",
      respond: async (call, _request, response) => {
        const providerId = whose(call);
        const { actor, requestId } = call;
        await call.transact(async (tx) => {
          await readProvider(tx, providerId);
          const entry = { providerId: actor.providerId, userId: actor.userId, target: providerId, requestId };
          await writeAudit(world, tx, { ...entry, via: viaOf(actor), action: "provider-exported", detail: {} });
        });
        response.setHeader("Content-Type", "application/x-ndjson");
        response.setHeader("Content-Disposition", `attachment; filename="provider-${newId(world)}.ndjson"`);
        await exportProvider(parts, providerId, writerTo(response));
        response.end();
      },
    });
  return [
    route({
      method: "GET",
      path: "/api/v1/providers",
      summary: "All providers (platform admin)",
      permission: "providers.read",
      as: "platform",
      query: list.query.extend({ state: providerView.shape.state.optional() }),
      response: pageOf(providerView),
      handle: async ({ query, transact }) =>
        transact((tx) => {
          const rows = tx
            .selectFrom("providers")
            .selectAll()
            .where("provider_id", "!=", platformProviderId)
            .$if(query.state !== undefined, (is) => is.where("state", "=", query.state ?? "active"));
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/providers",
      summary: "Make a provider with its first owner and the six standard plans",
      permission: "providers.manage",
      as: "platform",
      body: z.strictObject({
        name,
        currency: z.enum(currencyCodes).default("KES"),
        locale: locale.default("en"),
        utcOffsetMinutes: utcOffsetMinutes.default(180),
        supportPhone: supportPhone.default(null),
        ownerEmail: emailSchema,
        ownerName: name.default("Owner"),
        ownerPassword: passwordSchema,
      }),
      status: 201,
      response: providerView,
      handle: async ({ body, transact, auditTarget }) => {
        const { ownerEmail: email, ownerName, ownerPassword, ...provider } = body;
        const passwordHash = await hashPassword(world.random, ownerPassword);
        return transact(async (tx) => {
          const row = await insertProvider(world, publish, tx, provider, { email, name: ownerName, passwordHash });
          auditTarget(row.provider_id);
          return viewOf(row);
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/providers/{providerId}",
      summary: "One provider (platform admin)",
      permission: "providers.read",
      as: "platform",
      params,
      response: providerView,
      handle: async ({ params: { providerId }, transact }) => transact((tx) => readProvider(tx, providerId)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/providers/{providerId}",
      summary: "Change a provider's settings (platform admin)",
      permission: "providers.manage",
      as: "platform",
      params,
      body: changes,
      response: providerView,
      handle: async ({ params: { providerId }, body, transact }) =>
        transact(async (tx) => viewOf(await updateProvider(world, publish, tx, providerId, body))),
    }),
    step("suspend", "Suspend a provider: its people may only read; its sites go on selling for the grace", 14),
    step("reactivate", "Lift a suspension"),
    step(
      "delete",
      "Delete a provider: shut at once, to be brought back within the grace, then gone with every row",
      30,
    ),
    step("restore", "Bring a deleted provider back, within its grace"),
    download(
      {
        path: "/api/v1/providers/{providerId}/export",
        summary: "Everything of a provider, one JSON object a line (platform admin)",
        permission: "providers.manage",
      },
      ({ params: given }) => (given as { providerId: string }).providerId,
    ),
    download(
      {
        path: "/api/v1/settings/export",
        summary: "Everything of ours, one JSON object a line: to keep, or to take elsewhere",
        permission: "provider.export",
      },
      ({ providerId }) => providerId,
    ),
    ...providerReportRoutes(world),
    route({
      method: "GET",
      path: "/api/v1/settings",
      summary: "The provider's own settings",
      permission: "provider.read",
      response: providerView,
      handle: async ({ providerId, transact }) => transact((tx) => readProvider(tx, providerId)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/settings",
      summary: "Change the provider's own settings",
      permission: "provider.manage",
      body: changes,
      response: providerView,
      handle: async ({ body, providerId, transact, auditTarget }) => {
        auditTarget(providerId);
        return transact(async (tx) => viewOf(await updateProvider(world, publish, tx, providerId, body)));
      },
    }),
  ];
}
