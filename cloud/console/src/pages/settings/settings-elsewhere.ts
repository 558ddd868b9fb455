/** What people look for in the settings and is set on another page. Pure. */
import type { PageRow } from "../../page-row.ts";
import type { Strings } from "../../strings/en.ts";

type Place = Pick<PageRow, "path" | "title" | "permission" | "setHere">;

/** With what is set there, in the words that people look for it by. As `pages.ts` has them, which imports this page. */
export const setElsewhere: readonly (Place & { readonly setHere: keyof Strings })[] = [
  { path: "channels", title: "channels", permission: "channels.read", setHere: "setOn_channels" },
  { path: "sellers", title: "cashSellers", permission: "ledger.read", setHere: "setOn_sellers" },
  { path: "taxes", title: "taxSettings", permission: "ledger.read", setHere: "setOn_taxes" },
  { path: "brand", title: "brand", permission: "provider.manage", setHere: "setOn_brand" },
  { path: "people", title: "staff", permission: "users.read", setHere: "setOn_people" },
  { path: "account", title: "myAccount", permission: null, setHere: "setOn_account" },
  { path: "messages", title: "messages", permission: "messages.read", setHere: "setOn_messages" },
  { path: "message-texts", title: "messageTexts", permission: "messages.read", setHere: "setOn_message_texts" },
  { path: "voucher-design", title: "voucherDesign", permission: "vouchers.manage", setHere: "setOn_voucher_design" },
  { path: "plans", title: "plans", permission: "plans.read", setHere: "setOn_plans" },
  { path: "sites", title: "sites", permission: "sites.read", setHere: "setOn_sites" },
  { path: "alarm-rules", title: "alarmRules", permission: "alerts.read", setHere: "setOn_alarm_rules" },
  {
    path: "subscription-rules",
    title: "subscriptionRules",
    permission: "subscriptions.read",
    setHere: "setOn_subscription_rules",
  },
  { path: "tokens", title: "tokens", permission: "tokens.manage", setHere: "setOn_tokens" },
];

export interface FoundElsewhere {
  readonly path: string;
  readonly title: string;
  readonly note: string;
}

/**
 * Places whose title, or what is set there, has each typed word; without words: none. `others`: pages of modules.
 */
export function foundElsewhere(typed: string, { permissions, others, say }: Here): readonly FoundElsewhere[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return [...setElsewhere, ...others]
    .filter(({ permission }) => permission === null || permissions.includes(permission))
    .map(({ path, title, setHere }) => ({ path, title: say(title), note: setHere === undefined ? "" : say(setHere) }))
    .filter(({ title, note }) => words.every((word) => `${title} ${note}`.toLowerCase().includes(word)));
}

interface Here {
  readonly permissions: readonly string[];
  readonly others: readonly Place[];
  readonly say: (key: keyof Strings) => string;
}
