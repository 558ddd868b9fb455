/** The customers' own page: who is logged in there, what they see and what they may do. */
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import type { AuthenticateCustomer } from "../ground/http/admit-customer.ts";
import type { Messaging } from "../messaging/create-messaging.ts";
import type { Money } from "../money/create-money.ts";
import { defaultAskSettings } from "../money/questions/ask-policy.ts";
import { consentRoutes } from "./asking/consent-routes.ts";
import { createCodes } from "./log-in/codes.ts";
import { logInRoutes } from "./log-in/log-in-routes.ts";
import { createProvePassword } from "./log-in/prove-password.ts";
import { createAuthenticateCustomer } from "./log-in/sessions.ts";

import { linkRoutes } from "./paying/link-routes.ts";
import type { PayParts } from "./paying/pay-parts.ts";
import { promptRoutes } from "./paying/prompt-routes.ts";
import { registerRenewals } from "./paying/renew-when-paid.ts";
import { documentRoutes } from "./services/document-routes.ts";
import { historyRoutes } from "./services/history-routes.ts";
import { overviewRoute } from "./services/overview-route.ts";
import { serviceRoutes } from "./services/service-routes.ts";
import { settingsRoutes } from "./settings/settings-routes.ts";
import { judgeTrialCodes, trialHandlers } from "./trials/trial-codes.ts";
import { trialRoutes } from "./trials/trial-routes.ts";

export interface CustomerPage extends District {
  readonly authenticate: AuthenticateCustomer;
}

const dayMs = 86_400_000;
/** Between two questions to one app, where its channel says nothing else. */
const questionSpacingMs = defaultAskSettings.spacingMs;

export function createCustomerPage(
  ground: Ground,
  {
    messaging,
    money,
  }: {
    readonly messaging: Messaging;
    readonly money: Pick<Money, "ledger" | "channels">;
  },
): CustomerPage {
  const pay: PayParts = { ...ground, ...money, kinds: money.channels.kinds };
  const codes = createCodes({ ...ground, messaging });
  return {
    authenticate: createAuthenticateCustomer(ground.world, ground.database),
    routes: [
      ...logInRoutes({ ...ground, messaging, codes, provePassword: createProvePassword(ground) }),
      overviewRoute({ ...pay, modules: ground.modules }),
      ...serviceRoutes(pay),
      ...historyRoutes(pay),
      ...documentRoutes(),
      ...promptRoutes(pay),
      ...linkRoutes({ ...pay, publicUrl: ground.publicUrl }),
      ...consentRoutes(ground.world),
      ...settingsRoutes(ground.publicUrl),
      ...trialRoutes(),
    ],
    rpcHandlers: trialHandlers({ ...ground, messaging }),
    retention: [{ table: "trial_codes", column: "made_at_ms", keptMs: dayMs }],
    async registerJobs() {
      judgeTrialCodes({ ...ground, messaging });
      await codes.registerJobs();
      await registerRenewals({ ...pay, questionSpacingMs });
    },
  };
}
