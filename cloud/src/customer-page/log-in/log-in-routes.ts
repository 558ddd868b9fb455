/**
 * The doors of the customers' own page: in by a code or by an account's password, out, and the list of one's own sessions. Who attacks them, and what
 * stops each: `codes.ts`, `prove-password.ts`, `sessions.ts`, `ground/http/admit-customer.ts`. A device that is shared: logging out deletes the row, so
 * the cookie is worth nothing, wherever it was copied to. There is no address in any request to which the page would lead somebody.
 */
import { countryOfCurrency } from "@karibu/protocol/phone-number";
import type { Request, Response } from "express";
import { z } from "zod";
import { type CustomerRow, readCustomer } from "../../catalogue/customers/customers.ts";
import type { Database } from "../../ground/db/database.ts";
import { customerCookie, refuseOtherPages } from "../../ground/http/admit-customer.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { customerRefusal, notFound, Problem } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { locales } from "../../messaging/texts/every-language.ts";
import { readPageSettings } from "../settings/page-settings.ts";
import { codeLifeMs } from "./code-policy.ts";
import type { CodeParts, Codes } from "./codes.ts";
import { pageLook, readPageLogo, readPageLook } from "./page-look.ts";
import type { ProvePassword } from "./prove-password.ts";
import { type NamedProvider, providerNamed } from "./provider-named.ts";
import { endSession, openSession, type Proof, sessionLifeMs, sessionsOf } from "./sessions.ts";

export const providerParams = z.object({ provider: z.string().regex(/^[0-9a-z-]{1,64}$/) });

export interface LogInParts extends CodeParts {
  readonly codes: Codes;
  readonly provePassword: ProvePassword;
}

const sessionView = z.object({
  sessionId: z.string(),
  /** How it was opened. */
  way: z.enum(["code", "password"]),
  /** As the browser named itself: it is the visitor's own word. */
  device: z.string(),
  madeAtMs: z.int(),
  lastUsedAtMs: z.int(),
  expiresAtMs: z.int(),
  isThis: z.boolean(),
});

/** One answer for every wrong log-in. */
const refused = () => customerRefusal("log-in-refused");

/** The provider of the path, whose page is open. Throws Problem 404. */
export async function openProvider(database: Database, name: string): Promise<NamedProvider> {
  const provider = await providerNamed(database, name);
  if (provider === null) throw notFound("page");
  const { isOpen } = await database.asProvider(provider.providerId, (tx) => readPageSettings(tx, provider.providerId));
  if (!isOpen) throw notFound("page");
  return provider;
}

export function logInRoutes(parts: LogInParts) {
  const { world, database, codes, provePassword, publicUrl } = parts;
  const perAddress = createRateLimit(world.clock, { tries: 120, perSeconds: 60 });
  const enter = async (
    { request, response, provider }: { request: Request; response: Response; provider: string },
    customer: CustomerRow,
    proof: Proof,
  ) => {
    const device = request.get("User-Agent") ?? "";
    const token = await database.asProvider(customer.providerId, (tx) =>
      openSession(world, tx, customer, { proof, device }),
    );
    response.append("Set-Cookie", customerCookie(provider, token, { publicUrl, lifeMs: sessionLifeMs }));
    world.log.info("customer-logged-in", { customerId: customer.customerId, way: proof.way });
    return { name: customer.name };
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/my/{provider}",
      summary: "Whose page for customers this is",
      permission: "public",
      params: providerParams,
      response: z.object({
        name: z.string(),
        currency: z.string(),
        locale: z.enum(locales),
        supportPhone: z.string().nullable(),
        utcOffsetMinutes: z.int(),
        ...pageLook.shape,
      }),
      handle: async ({ params, remoteAddress }) => {
        perAddress.take(networkOf(remoteAddress));
        const provider = await openProvider(database, params.provider);
        return { ...provider, ...(await readPageLook(database, provider.providerId)) };
      },
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/my/{provider}/logo/{pictureId}",
      summary: "The provider's logo",
      permission: "public",
      params: providerParams.extend({ pictureId: z.string().min(1).max(64) }),
      produces: "image/*",
      respond: async ({ params, remoteAddress }, _request, response) => {
        perAddress.take(networkOf(remoteAddress));
        const { providerId } = await openProvider(database, params.provider);
        const { mediaType, bytes } = await readPageLogo(database, providerId, params.pictureId);
        response.setHeader("Cache-Control", "public, max-age=86400");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.type(mediaType).end(Buffer.from(bytes));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/my/{provider}/codes",
      summary: "Send a code by SMS to a customer's phone; the same answer whether or not somebody has the number",
      permission: "public",
      params: providerParams,
      body: z.strictObject({ phone: phoneField }),
      status: 202,
      response: z.object({ lastsMs: z.int() }),
      handle: async ({ params, body, remoteAddress }, request) => {
        refuseOtherPages(request, publicUrl);
        perAddress.take(networkOf(remoteAddress));
        const { providerId, currency } = await openProvider(database, params.provider);
        const phone = readPhone(body.phone, countryOfCurrency(currency));
        await codes.ask({ providerId, phone, address: remoteAddress });
        return { lastsMs: codeLifeMs };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/my/{provider}/sessions",
      summary: "Log in by a code that was sent, or by an account's name and password",
      permission: "public",
      params: providerParams,
      body: z.union([
        z.strictObject({
          phone: phoneField,
          code: z
            .string()
            .trim()
            .regex(/^\d{6}$/),
        }),
        z.strictObject({ username: z.string().trim().min(1).max(64), password: z.string().min(1).max(128) }),
      ]),
      status: 201,
      response: z.object({ name: z.string() }),
      handle: async ({ params: { provider: named }, body, remoteAddress: address }, request, response) => {
        refuseOtherPages(request, publicUrl);
        perAddress.take(networkOf(address));
        const { providerId, currency } = await openProvider(database, named);
        const at = { request, response, provider: named };
        if ("code" in body) {
          const phone = readPhone(body.phone, countryOfCurrency(currency));
          const customer = await codes.prove({ providerId, phone, code: body.code, address });
          if (customer === null || customer.phoneHash === null) throw refused();
          return enter(at, customer, { way: "code", party: customer.phoneHash });
        }
        const account = await provePassword({ providerId, address, ...body });
        if (account === null) throw refused();
        const customer = await database
          .asProvider(providerId, (tx) => readCustomer(tx, account.customerId))
          .catch((error) => {
            if (error instanceof Problem) throw refused();
            throw error;
          });
        return enter(at, customer, { way: "password", account });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/my/{provider}/sessions",
      summary: "Where this customer is logged in",
      permission: "customer",
      params: providerParams,
      response: z.object({ items: z.array(sessionView) }),
      handle: ({ customer, transact }) =>
        transact(async (tx) => ({
          items: (await sessionsOf(tx, customer, world.clock.wall().atMs)).map((row) => ({
            sessionId: row.sessionId,
            way: row.way,
            device: row.device,
            madeAtMs: row.madeAtMs,
            lastUsedAtMs: row.lastUsedAtMs,
            expiresAtMs: row.expiresAtMs,
            isThis: row.sessionId === customer.sessionId,
          })),
        })),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/my/{provider}/sessions/{sessionId}",
      summary: "End a session of one's own; `this`: log out here",
      permission: "customer",
      params: providerParams.extend({ sessionId: z.string().min(1).max(64) }),
      status: 204,
      response: z.null(),
      handle: async ({ params, customer, transact, auditTarget }, _request, response) => {
        const isThis = params.sessionId === "this" || params.sessionId === customer.sessionId;
        const sessionId = isThis ? customer.sessionId : params.sessionId;
        auditTarget(sessionId);
        await transact(async (tx) => {
          if (!(await endSession(tx, customer, sessionId))) throw notFound("session");
        });
        if (isThis) response.append("Set-Cookie", customerCookie(params.provider, null, { publicUrl, lifeMs: 0 }));
        return null;
      },
    }),
  ];
}
