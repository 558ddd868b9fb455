/** Which section tells of a page: where its “?” leads. Pure. */
import type { GuideSection, PageRow, RoomName } from "../page-row.ts";
import { sectionHref } from "./find-in-guides.ts";

/** The hub's own pages that have a section of their own; those of modules name theirs. */
export const sectionOfPage: Readonly<Record<string, GuideSection>> = {
  "": ["owner", "first-day"],
  start: ["owner", "first-day"],
  sell: ["cashier", "sell"],
  "own-revenue": ["cashier", "hand-in"],
  payments: ["support", "paid-not-online"],
  "money-received": ["owner", "money"],
  sold: ["owner", "money"],
  "cash-sales": ["cashier", "offline"],
  sellers: ["owner", "people"],
  sessions: ["support", "find"],
  review: ["owner", "money"],
  refunds: ["cashier", "refund"],
  "unmatched-callbacks": ["troubleshooting", "no-payments"],
  customers: ["support", "lines"],
  "refused-log-ins": ["troubleshooting", "refused"],
  channels: ["owner", "channels"],
  reconciliation: ["owner", "money"],
  reports: ["owner", "reports"],
  people: ["owner", "people"],
  settings: ["owner", "leave"],
  account: ["troubleshooting", "log-in"],
  alarms: ["troubleshooting", "site-away"],
  "alarm-rules": ["owner", "alarms"],
  messages: ["troubleshooting", "sms"],
  "message-texts": ["troubleshooting", "sms"],
  routers: ["installer", "more"],
  "set-up": ["installer", "line"],
};

/** For the other pages of a room. */
export const sectionOfRoom: Readonly<Record<RoomName, GuideSection>> = {
  home: ["owner", "first-day"],
  sales: ["support", "paid-not-online"],
  customers: ["support", "lines"],
  support: ["support", "tickets"],
  plansAndVouchers: ["owner", "plans"],
  sites: ["installer", "line"],
  money: ["owner", "money"],
  providers: ["platform", "providers"],
  revenue: ["platform", "money"],
  health: ["platform", "health"],
  releases: ["platform", "releases"],
  settings: ["owner", "people"],
};

/** For who runs the hub: the other guides name pages that they can't open. What is not here has the section of its room, or the first one. */
export const sectionOfPlatform: Readonly<Record<string, string>> = {
  backups: "back-ups",
  hosts: "hosts",
  "unmatched-callback-paths": "callbacks",
  people: "people",
  audit: "people",
};

/** Of a log-in, which is anybody's. */
const ofEverybody: readonly string[] = ["account"];

/** @param isPlatform whether who asks runs the hub */
export function guideHref(page: Pick<PageRow, "path" | "room" | "guide">, isPlatform: boolean): string {
  const [guide, section] = page.guide ?? sectionOfPage[page.path] ?? sectionOfRoom[page.room];
  if (!isPlatform || ofEverybody.includes(page.path)) return sectionHref(guide, section);
  const ofRoom = guide === "platform" ? section : "morning";
  return sectionHref("platform", sectionOfPlatform[page.path] ?? ofRoom);
}
