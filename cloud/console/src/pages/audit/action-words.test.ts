import { expect, test } from "vitest";
import { actionWords } from "./action-words.ts";

test.each([
  ["GET /api/v1/customers/{customerId}/vouchers", "Customers, vouchers: viewed"],
  ["POST /api/v1/my/{provider}/tickets", "Tickets: added"],
  ["POST /api/v1/plans/{planId}/copy", "Plans: copied"],
  ["POST /api/v1/plans", "Plans: added"],
  ["PATCH /api/v1/sites/{siteId}", "Sites: changed"],
  ["DELETE /api/v1/tokens/{tokenId}", "API tokens: removed"],
  ["POST /api/v1/vouchers/batches/{batchId}/disable", "Vouchers, batches: switched off"],
  ["POST /api/v1/user/second-factor/begin", "My account, two-step log-in: started"],
  ["POST /api/v1/routers/{siteId}/orders", "Routers, orders: ordered"],
  ["POST /api/v1/routers/{siteId}/orders/{orderId}/cancel", "Routers, orders: cancelled"],
  ["POST /api/v1/router-bulks/{bulkId}/stop", "Changes on many routers: stopped"],
  ["POST /api/v1/customers/{customerId}/erase", "Customers: erased for ever"],
  ["POST /api/v1/customer-takeovers/{customerTakeoverId}/undo", "Customers taken over: undone"],
  ["POST /api/v1/user/password", "My account, password: changed"],
  ["POST /api/v1/settings/checks/mail", "Settings, e-mail: tried"],
  ["POST /api/v1/domains/{domainId}/check", "Own domains: checked"],
  ["POST /api/v1/installations/{installationId}/check", "Installations: list updated"],
  ["GET /api/v1/routers/{siteId}/users", "Routers, hotspot users: viewed"],
  ["POST /api/v1/platform/backups/{backupId}/restore", "Platform, back-ups, restore: ordered"],
  ["POST /api/v1/sellers/{sellerId}/pin", "Sellers at the sites, PIN: changed"],
  ["signed-up", "Signed up"],
  ["log-out", "Logged out"],
])("%s is written as %s", (action, words) => {
  expect(actionWords(action)).toBe(words);
});
