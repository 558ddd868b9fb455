/** The API of what a provider decides about the customers' own page. */
import { z } from "zod";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { route } from "../../ground/http/route.ts";
import { readPageSettings, writePageSettings } from "./page-settings.ts";

const fields = {
  /** False: nobody logs in, and open sessions are refused. */
  isOpen: z.boolean(),
  /** Codes sent by SMS in a day, at most; 0: log-ins by an account's password alone. */
  codesADay: z.int().min(0).max(100_000),
  /** Plans to which customers may change by themselves, at the price of the day. */
  planIds: z.array(z.string().min(1).max(128)).max(100),
};
const view = z.object({
  ...fields,
  /** Where customers find it. */
  url: z.string(),
});

export function settingsRoutes(publicUrl: string) {
  const addressOf = (providerId: string) => `${publicUrl}/my/${providerId}/`;
  return [
    route({
      method: "GET",
      path: "/api/v1/customer-page",
      summary: "What is decided about the customers' own page, and where it is",
      permission: "customers.read",
      response: view,
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          const settings = await readPageSettings(tx, providerId);
          return { ...settings, planIds: [...settings.planIds], url: addressOf(providerId) };
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/customer-page",
      summary: "Open or shut the customers' own page, how many codes a day may cost, which plans customers may take",
      permission: "settings.manage",
      body: z.strictObject(fields),
      response: view,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          for (const planId of body.planIds) await readPlan(tx, planId, "planIds");
          await writePageSettings(tx, providerId, body);
          const settings = await readPageSettings(tx, providerId);
          return { ...settings, planIds: [...settings.planIds], url: addressOf(providerId) };
        }),
    }),
  ];
}
