/** Routes that say where money goes, or who gets in: each wants a fresh code and keeps support access out, or says here why it does not. */
import { expect, test } from "vitest";
import { samplesOfModules } from "../../modules/test-all-modules.ts";
import { hubSuite } from "../../test-hub.ts";
import type { Permission } from "./permissions.ts";
import type { Route } from "./route.ts";

/** All that changes something by one of these is asked for, and so is what has such a path. */
const asked: readonly string[] = [
  "channels.manage",
  "settings.manage",
  "alerts.manage",
  "users.manage",
  "roles.manage",
  "tokens.manage",
] satisfies Permission[];
const askedPath =
  /refund|pay-out|\/settle$|\/sellers|portal-address|tokens|corrections|credit-note|renew|change-plan|\/pay$|portal-notices|message-templates|group-messages|v1\/messages$|v1\/outages$|tickets\/.*\/answers$|subscriptions\/.*\/items\/|invoices\/.*\/void$/;

/** Want a fresh code, and are shut to support access. */
const doors = [
  "POST /api/v1/channels",
  "PATCH /api/v1/channels/{id}",
  "POST /api/v1/channels/{id}/keys",
  "POST /api/v1/channels/{id}/rotate-secret",
  "PUT /api/v1/channels/{id}/initiator",
  "DELETE /api/v1/channels/{id}/initiator",
  "POST /api/v1/channels/{id}/message-address",
  "DELETE /api/v1/channels/{id}/message-address",
  "PUT /api/v1/sites/{id}/channel",
  "PUT /api/v1/sites/{id}/sim-inbox",
  "DELETE /api/v1/sites/{id}/sim-inbox",
  "PUT /api/v1/sites/{siteId}/portal-address",
  "POST /api/v1/refunds",
  "POST /api/v1/refunds/{id}/approve",
  "POST /api/v1/refunds/{id}/retry",
  "POST /api/v1/corrections",
  "POST /api/v1/corrections/{id}/approve",
  "POST /api/v1/documents/{documentId}/credit-notes",
  "POST /api/v1/invoices/{id}/credit-note",
  "POST /api/v1/subscriptions/{subscriptionId}/renew",
  "POST /api/v1/subscriptions/{subscriptionId}/change-plan",
  "POST /api/v1/sellers",
  "POST /api/v1/sellers/{sellerId}/pin",
  "POST /api/v1/message-senders",
  "PATCH /api/v1/message-senders/{id}",
  "PUT /api/v1/settings/mail-server",
  "POST /api/v1/tokens",
  "POST /api/v1/users",
  "PATCH /api/v1/users/{userId}",
  "POST /api/v1/users/{userId}/reset-second-factor",
  "POST /api/v1/users/{userId}/unlock",
  "POST /api/v1/invitations",
  "POST /api/v1/mails/{id}/open",
  "POST /api/v1/roles",
  "PATCH /api/v1/roles/{role}",
  "PUT /api/v1/roles/{role}/second-factor",
  "POST /api/v1/subscriptions/{subscriptionId}/items/{itemId}/waive",
  "POST /api/v1/subscriptions/{subscriptionId}/items/{itemId}/return",
  ...samplesOfModules.flatMap((module) => module.doors ?? []),
];

/** Money by hand, and words to customers, many times a day: shut to support access, and people of the business give no code for each. */
const shut = [
  ...samplesOfModules.flatMap((module) => module.shut ?? []),
  "POST /api/v1/payments/purchase",
  "POST /api/v1/payments/entered",
  "POST /api/v1/credits",
  "POST /api/v1/receipts/{receipt}/assign",
  "POST /api/v1/claims/{id}/link",
  "POST /api/v1/pay-accounts",
  "DELETE /api/v1/pay-accounts/{accountNumber}",
  "POST /api/v1/floats/{userId}/top-up",
  "POST /api/v1/floats/{userId}/settle",
  "POST /api/v1/corrections/{id}/refuse",
  "POST /api/v1/invoices/{id}/pay",
  "POST /api/v1/portal-notices",
  "PUT /api/v1/portal-notices/{noticeId}",
  "POST /api/v1/message-templates",
  "POST /api/v1/messages",
  "POST /api/v1/invoices/{id}/void",
];

/** Of what is asked for, what needs not both, each with the reason. */
const others: Readonly<Record<string, string>> = {
  "POST /api/v1/channels/{id}/check": "asks about the keys that are there",
  "POST /api/v1/channels/{id}/try": "what is paid is credit of the phone that paid",
  "POST /api/v1/channels/{id}/register": "tells M-Pesa this hub's own addresses",
  "POST /api/v1/channels/{id}/initiator/retry": "the initiator that is there",
  "POST /api/v1/refunds/{id}/refuse": "no money goes",
  "POST /api/v1/refunds/{id}/resolve": "says what became of money that went",
  "POST /api/v1/own-sales/{id}/refund": "waits for somebody who may approve it",
  "POST /api/v1/own-refunds/{id}/withdraw": "no money goes",
  "POST /api/v1/sellers/{sellerId}/pay-out": "wants a fresh code; a person pays by hand, and it is booked",
  "POST /api/v1/floats/{userId}/settle": "the same; and shut to support access",
  "POST /api/v1/my/{provider}/subscriptions/{subscriptionId}/renew": "a customer's own credit",
  "POST /api/v1/my/{provider}/subscriptions/{subscriptionId}/change-plan": "the same",
  "POST /api/v1/sellers/{sellerId}/hand-in": "money comes in",
  "PATCH /api/v1/sellers/{sellerId}": "name, sites and limits; the PIN has a door of its own",
  "POST /api/v1/sellers/{sellerId}/activate": "with the PIN that the seller has",
  "POST /api/v1/sellers/{sellerId}/disable": "takes away",
  "PATCH /api/v1/money-settings": "wants a fresh code; rules, and no address",
  "DELETE /api/v1/settings/mail-server": "wants a fresh code; letters go by this hub's own server again",
  "POST /api/v1/alarm-rules": "shut to support access; hears alarms, and no secret",
  "PATCH /api/v1/alarm-rules/{ruleId}": "the same",
  "DELETE /api/v1/alarm-rules/{ruleId}": "takes away",
  "POST /api/v1/alarm-rules/{ruleId}/test": "to those who hear of alarms already",
  "PUT /api/v1/alarm-quiet-hours": "when nobody is woken",
  "POST /api/v1/maintenance-windows": "when nobody is woken",
  "DELETE /api/v1/maintenance-windows/{windowId}": "the same",
  "POST /api/v1/message-templates": "shut to support access; words alone",
  "POST /api/v1/message-templates/preview": "looks",
  "POST /api/v1/portal-notices": "shut to support access; words alone",
  "PUT /api/v1/portal-notices/{noticeId}": "the same",
  "DELETE /api/v1/portal-notices/{noticeId}": "takes away",
  "POST /api/v1/corrections/{id}/refuse": "shut to support access; no money goes",
  "POST /api/v1/invoices/{id}/pay": "shut to support access; money comes in",
  "POST /api/v1/messages": "shut to support access; words alone",
  "POST /api/v1/invoices/{id}/void": "shut to support access; no money goes",
  "PUT /api/v1/message-rules": "when messages go out, and to whom never",
  "PUT /api/v1/customer-page": "what customers may do by themselves",
  "POST /api/v1/reports/rebuild": "counts anew",
  "POST /api/v1/sample-data": "never money",
  "DELETE /api/v1/sample-data": "takes away",
  "POST /api/v1/test-sales": "a code for a few minutes, and no money",
  "POST /api/v1/settings/checks/mail": "to one's own address",
  "POST /api/v1/settings/checks/sms": "looks, by the sender that is there",
  "POST /api/v1/settings/checks/outage-credit": "looks",
  "POST /api/v1/settings/checks/subdomain": "looks",
  "POST /api/v1/settings/checks/tunnel": "looks",
  "POST /api/v1/tokens/{tokenId}/refresh": "wants a fresh code; a token for itself, or a person with their password",
  "POST /api/v1/tokens/{tokenId}/revoke": "takes away",
  "DELETE /api/v1/roles/{role}": "a role that nobody has",
  "DELETE /api/v1/invitations/{invitationId}": "takes away",
  "POST /api/v1/mails/{id}/resend": "to the address that it was written to",
  ...Object.assign({}, ...samplesOfModules.map((module) => module.otherDoors ?? {})),
};

hubSuite("the doors to money and to ways in", (hub) => {
  const nameOf = ({ method, path }: Route) => `${method} ${path}`;

  test("[TEN-03] [TEN-09] each is in the table: shut to support access and to an old code, or why not", () => {
    const names = hub
      .hub()
      .routes.filter(({ method }) => method !== "GET")
      .filter(({ path, permission }) => asked.includes(permission) || askedPath.test(path))
      .map(nameOf);
    expect(names.toSorted()).toEqual([...doors, ...Object.keys(others)].toSorted());
  });

  test("[TEN-03] [TEN-09] each door wants a fresh code, and keeps support access out", async () => {
    const { providerId } = await hub.makeProvider("Milango");
    const visit = await hub.call("POST", `/api/v1/providers/${providerId}/impersonate`, {
      token: await hub.adminToken(),
      body: { reason: "they asked for help", readOnly: false },
    });
    const { token } = visit.body;
    const { permissions } = (await hub.call("GET", "/api/v1/user", { token })).body as { permissions: string[] };
    for (const route of hub.hub().routes.filter((one) => doors.includes(nameOf(one)))) {
      expect([nameOf(route), route.freshFactor]).toEqual([nameOf(route), true]);
      const path = route.path.replaceAll(/\{\w+\}/g, "any");
      const { status, body } = await hub.call(route.method, path, { token });
      const code = permissions.includes(route.permission) ? "not-for-support" : "support-factor-missing";
      expect([nameOf(route), status, body.code]).toEqual([nameOf(route), 403, code]);
    }
  });

  test("[TEN-09] money that people move by hand, and words to customers, are not moved by support access", async () => {
    const { providerId } = await hub.makeProvider("Mikono");
    const visit = await hub.call("POST", `/api/v1/providers/${providerId}/impersonate`, {
      token: await hub.adminToken(),
      body: { reason: "they asked for help", readOnly: false },
    });
    const { token } = visit.body;
    const found = hub.hub().routes.filter((one) => shut.includes(nameOf(one)));
    expect(found.map(nameOf).toSorted()).toEqual(shut.toSorted());
    for (const route of found) {
      const path = route.path.replaceAll(/\{\w+\}/g, "any");
      const { status, body } = await hub.call(route.method, path, { token });
      expect([nameOf(route), status, body.code]).toEqual([nameOf(route), 403, "not-for-support"]);
    }
  });
});
