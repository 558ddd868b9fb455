/** The API of account numbers that people type at a paybill. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import { type Route, route } from "../http/route.ts";
import { readPlan } from "../plans/plans.ts";
import { readSite } from "../sites/sites.ts";
import { accountKey, luhnDigit } from "./account-text.ts";
import { phoneHash } from "./phone.ts";
import { phoneField, readPhone } from "./phone-field.ts";

const id = z.string().min(1).max(128);

export function payAccountRoutes(world: World): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/pay-accounts",
      summary: "A number that a customer, or everybody at a site, types as the account at the paybill",
      permission: "payments.manage",
      body: z.strictObject({
        /** Left out: a new number with a check digit. */
        number: z.string().trim().min(3).max(20).optional(),
        phone: phoneField.optional(),
        siteId: id.optional(),
        planId: id.optional(),
      }),
      status: 201,
      response: z.object({ number: z.string() }),
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const party = body.phone === undefined ? null : phoneHash(readPhone(body.phone));
          if (party === null && body.siteId === undefined) {
            throw new Problem(400, "invalid", "phone: give a phone, a site, or both.", { field: "phone" });
          }
          if (body.siteId !== undefined) await readSite(tx, body.siteId, "siteId");
          if (body.planId !== undefined) await readPlan(tx, body.planId, "planId");
          const number = body.number ?? newAccountNumber(world);
          const key = accountKey(number);
          if (key === "") throw new Problem(400, "invalid", "number: letters or digits, please.", { field: "number" });
          const stored = await tx
            .insertInto("pay_accounts")
            .values({
              provider_id: providerId,
              account_key: key,
              account_number: number,
              kind: party === null ? "site" : "customer",
              party,
              phone_hash: party,
              site_id: body.siteId ?? null,
              plan_id: body.planId ?? null,
              created_at_ms: world.clock.wall().atMs,
            })
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirst();
          if (stored.numInsertedOrUpdatedRows === 0n) {
            throw new Problem(409, "taken", "number: this account number is taken.", { field: "number" });
          }
          auditTarget(key);
          return { number };
        }),
    }),
  ];
}

/** Seven digits and a check digit; no zero in front. */
function newAccountNumber(world: World): string {
  const [first = 0, ...rest] = world.random.bytes(7);
  const digits = `${1 + (first % 9)}${rest.map((byte) => byte % 10).join("")}`;
  return digits + luhnDigit(digits);
}
