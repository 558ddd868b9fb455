/** A provider's rules about money. */
import type { Selectable } from "kysely";
import { z } from "zod";
import { type Route, route } from "../http/route.ts";
import type { PaymentTables } from "./tables.ts";

export const settingsView = z.object({
  /** Another person must approve each refund. */
  twoPersonRefunds: z.boolean(),
  /** Money for accounts that nobody has is refused before it is taken. */
  strictAccounts: z.boolean(),
  smsAfterPayment: z.boolean(),
  /** Of a cash agent's sales, in thousandths. */
  commissionPermille: z.int().min(0).max(500),
  /** Of a package that was used: nothing back, its unused part at most, or whatever a person says. */
  refundUsed: z.enum(["refuse", "unused-part", "any"]),
});

const view = (row: Selectable<PaymentTables["money_settings"]> | undefined): z.input<typeof settingsView> => ({
  twoPersonRefunds: row?.two_person_refunds ?? false,
  strictAccounts: row?.strict_accounts ?? false,
  smsAfterPayment: row?.sms_after_payment ?? true,
  commissionPermille: row?.commission_permille ?? 0,
  refundUsed: row?.refund_used ?? "unused-part",
});

export function moneySettingsRoutes(): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/money-settings",
      summary: "The provider's rules about money",
      permission: "channels.read",
      response: settingsView,
      handle: ({ providerId, transact }) =>
        transact(async (tx) =>
          view(
            await tx.selectFrom("money_settings").selectAll().where("provider_id", "=", providerId).executeTakeFirst(),
          ),
        ),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/money-settings",
      summary: "Change the provider's rules about money",
      permission: "settings.manage",
      body: settingsView.partial().strict(),
      response: settingsView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          const before = view(
            await tx.selectFrom("money_settings").selectAll().where("provider_id", "=", providerId).executeTakeFirst(),
          );
          const after = { ...before, ...body };
          const row = {
            ...{ two_person_refunds: after.twoPersonRefunds, strict_accounts: after.strictAccounts },
            ...{ sms_after_payment: after.smsAfterPayment, commission_permille: after.commissionPermille },
            refund_used: after.refundUsed,
          };
          await tx
            .insertInto("money_settings")
            .values({ provider_id: providerId, ...row })
            .onConflict((conflict) => conflict.column("provider_id").doUpdateSet(row))
            .execute();
          return view({ provider_id: providerId, ...row });
        }),
    }),
  ];
}
