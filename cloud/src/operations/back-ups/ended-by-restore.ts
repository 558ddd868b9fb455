/** What must not go on after a restore as if nothing had been decided since the back-up: by `karibu restore` and by the server's own tools. */
import { customerLogInsEnded } from "../../customer-page/log-in/sessions.ts";
import { enrolmentsEnded } from "../../fleet/enrolment/enrolment.ts";
import { hostEnrolmentsEnded } from "../../fleet/hosted-sites/hosts.ts";
import { linkReset } from "../../fleet/link/presence.ts";
import { backUpsUndecided } from "../../fleet/router-back-ups/back-ups-undecided.ts";
import { ordersUndecided } from "../../fleet/router-orders/orders-undecided.ts";
import { furtherSecretsForgotten } from "../../fleet/router-services/further-secret-rows.ts";
import { upgradesUndecided } from "../../fleet/router-upgrades/upgrades-undecided.ts";
import { rotationsForgotten } from "../../fleet/secret-rotation/rotation-rows.ts";
import { setUpsEnded } from "../../fleet/set-up/set-up-rows.ts";
import { lettersUndecided } from "../../ground/mail/letters-undecided.ts";
import { formerTokensEnded } from "../../identity/api-tokens/revoke-tokens.ts";
import { logInsEnded } from "../../identity/credentials/logins.ts";
import { supportEnded } from "../../identity/support-access/support-access.ts";
import { messagesUndecided } from "../../messaging/messages-undecided.ts";
import { everyModule } from "../../modules/all-modules.ts";
import { submissionsUndecided } from "../../money/fiscal/submissions-undecided.ts";
import { refundsUndecided } from "../../money/refunds/refunds-undecided.ts";

/**
 * Links, tokens that nobody has enrolled with, set-ups of routers, log-ins of people and customers, former secrets of API tokens, open invitations, support access, refunds, documents for tax authorities, messages and
 * routers' orders under way, and what modules name: as statements in one raw transaction; twice is as once.
 */
export function endedByRestore(nowMs: number): readonly string[] {
  return [
    ...linkReset,
    ...enrolmentsEnded,
    ...hostEnrolmentsEnded,
    ...setUpsEnded(nowMs),
    ...rotationsForgotten,
    ...furtherSecretsForgotten,
    ...logInsEnded,
    ...formerTokensEnded,
    ...customerLogInsEnded,
    ...supportEnded(nowMs),
    ...refundsUndecided(nowMs),
    ...submissionsUndecided(nowMs),
    ...messagesUndecided(nowMs),
    ...lettersUndecided,
    ...ordersUndecided(nowMs),
    ...backUpsUndecided(nowMs),
    ...upgradesUndecided,
    ...everyModule.flatMap((module) => module.endedByRestore?.(nowMs) ?? []),
  ];
}
