/** The API of a provider's rules about money. */
import type { Updateable } from "kysely";
import { z } from "zod";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { route } from "../../ground/http/route.ts";
import { type MoneySettings, readMoneySettings } from "./money-settings.ts";

export const settingsView = z.object({
  /** Another person must approve each refund. */
  twoPersonRefunds: z.boolean(),
  /** Another person must approve each correction of the books. */
  correctionsNeedSecond: z.boolean(),
  /** Money for unknown account numbers is refused before the channel takes it. */
  strictAccounts: z.boolean(),
  smsAfterPayment: z.boolean(),
  /** A payment on a phone makes a code too, which opens what was bought on any device. */
  codeAfterPayment: z.boolean(),
  /** The commission of staff with a float, in thousandths. */
  commissionPermille: z.int().min(0).max(500),
  /** How much of a used package may be refunded: nothing, its unused part at most, or the amount that a person names. */
  refundUsed: z.enum(["refuse", "unused-part", "any"]),
  /** How often a phone is asked for what credit does not cover of a package that renews itself; 0: never. */
  renewalPromptsMax: z.int().min(0).max(5),
  /**
   * The most that the purchases of one hour may amount to while only callbacks have reported their money, minor units (cents of
   * KES). What exceeds it stands in suspense until the channel has been asked. 0: the channel is asked about everything first.
   */
  unverifiedCentsMax: z.int().min(0).max(amountCentsMax),
});

/** @param defaults for providers that have set nothing */
export function moneySettingsRoutes(defaults: { readonly unverifiedCentsMax: number }) {
  const view = (settings: MoneySettings): z.input<typeof settingsView> => ({
    ...settings,
    unverifiedCentsMax: settings.unverifiedCentsMax ?? defaults.unverifiedCentsMax,
  });
  return [
    route({
      method: "GET",
      path: "/api/v1/money-settings",
      summary: "The provider's rules about money",
      permission: "channels.read",
      response: settingsView,
      handle: ({ providerId, transact }) => transact(async (tx) => view(await readMoneySettings(tx, providerId))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/money-settings",
      summary: "Change the provider's rules about money",
      permission: "settings.manage",
      freshFactor: true,
      body: settingsView.partial().strict(),
      response: settingsView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          const named = namedIn(body);
          // What the request does not name is somebody else's to change, also in this moment.
          if (Object.keys(named).length > 0)
            await tx
              .insertInto("money_settings")
              .values({ providerId, ...named })
              .onConflict((conflict) => conflict.column("providerId").doUpdateSet(named))
              .execute();
          return view(await readMoneySettings(tx, providerId));
        }),
    }),
  ];
}

/** What a request names. A provider that has set no limit follows the default, also when that changes. */
function namedIn(body: Readonly<Partial<z.output<typeof settingsView>>>): Updateable<Schema["money_settings"]> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
