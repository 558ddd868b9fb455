/** A provider's rules about money. */
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { type Route, route } from "../../ground/http/route.ts";
import type { MoneySettingsTables } from "./tables.ts";

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
  /**
   * Most that the purchases of one hour may amount to while only callbacks have told of their money, minor units (cents of KES). What
   * comes above it stands in suspense until the channel has been asked. 0: everything is asked about first.
   */
  unverifiedCentsMax: z.int().min(0),
});

type SettingsRow = Selectable<MoneySettingsTables["money_settings"]>;

const viewOf = (row: SettingsRow | undefined, unverifiedCentsMax: number): z.input<typeof settingsView> => ({
  twoPersonRefunds: row?.two_person_refunds ?? false,
  strictAccounts: row?.strict_accounts ?? false,
  smsAfterPayment: row?.sms_after_payment ?? true,
  commissionPermille: row?.commission_permille ?? 0,
  refundUsed: row?.refund_used ?? "unused-part",
  unverifiedCentsMax: row?.unverified_cents_max ?? unverifiedCentsMax,
});

/** @param defaults of providers that have not said otherwise */
export function moneySettingsRoutes(defaults: { readonly unverifiedCentsMax: number }): Route[] {
  const view = (row: SettingsRow | undefined) => viewOf(row, defaults.unverifiedCentsMax);
  const readRow = (tx: Tx, providerId: string) =>
    tx.selectFrom("money_settings").selectAll().where("provider_id", "=", providerId).executeTakeFirst();
  return [
    route({
      method: "GET",
      path: "/api/v1/money-settings",
      summary: "The provider's rules about money",
      permission: "channels.read",
      response: settingsView,
      handle: ({ providerId, transact }) => transact(async (tx) => view(await readRow(tx, providerId))),
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
          const before = await readRow(tx, providerId);
          const after = { ...view(before), ...body };
          const row = {
            two_person_refunds: after.twoPersonRefunds,
            strict_accounts: after.strictAccounts,
            sms_after_payment: after.smsAfterPayment,
            commission_permille: after.commissionPermille,
            refund_used: after.refundUsed,
            // Who never said anything goes with the default, also when that changes.
            unverified_cents_max: body.unverifiedCentsMax ?? before?.unverified_cents_max ?? null,
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
