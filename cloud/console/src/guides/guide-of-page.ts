/** Which section tells of a page: where its “?” leads. Pure. */
import type { RoomName } from "../page-row.ts";
import { sectionHref } from "./find-in-guides.ts";

/** Pages that have a section of their own. */
export const sectionOfPage: Readonly<Record<string, readonly [guide: string, section: string]>> = {
  "": ["owner", "first-day"],
  start: ["owner", "first-day"],
  sell: ["cashier", "sell"],
  "own-revenue": ["cashier", "hand-in"],
  payments: ["support", "paid-not-online"],
  "money-received": ["owner", "money"],
  "cash-sales": ["cashier", "offline"],
  sellers: ["owner", "people"],
  sessions: ["support", "find"],
  review: ["owner", "money"],
  refunds: ["cashier", "refund"],
  "unmatched-callbacks": ["troubleshooting", "no-payments"],
  customers: ["support", "lines"],
  "refused-log-ins": ["troubleshooting", "refused"],
  takeover: ["owner", "take-over"],
  channels: ["owner", "channels"],
  reconciliation: ["owner", "money"],
  reports: ["owner", "reports"],
  people: ["owner", "people"],
  settings: ["owner", "leave"],
  "karibu-plan": ["owner", "leave"],
  account: ["troubleshooting", "log-in"],
  alarms: ["troubleshooting", "site-away"],
  "alarm-rules": ["owner", "alarms"],
  webhooks: ["owner", "alarms"],
  messages: ["troubleshooting", "sms"],
  "message-texts": ["troubleshooting", "sms"],
  routers: ["installer", "more"],
  "set-up": ["installer", "line"],
  installations: ["installer", "house"],
  stock: ["installer", "house"],
  outages: ["support", "tickets"],
};

/** For the other pages of a room. */
export const sectionOfRoom: Readonly<Record<RoomName, readonly [guide: string, section: string]>> = {
  home: ["owner", "first-day"],
  sales: ["support", "paid-not-online"],
  customers: ["support", "lines"],
  support: ["support", "tickets"],
  plansAndVouchers: ["owner", "plans"],
  sites: ["installer", "line"],
  money: ["owner", "money"],
  providers: ["troubleshooting", "hub"],
  revenue: ["troubleshooting", "hub"],
  health: ["troubleshooting", "hub"],
  releases: ["troubleshooting", "hub"],
  settings: ["owner", "people"],
};

export function guideHref(page: { readonly path: string; readonly room: RoomName }): string {
  const [guide, section] = sectionOfPage[page.path] ?? sectionOfRoom[page.room];
  return sectionHref(guide, section);
}
