/** What people look for in the settings and is set on another page. Pure. */
import type { PageRow } from "../../page-row.ts";
import type { Strings } from "../../strings/en.ts";

type Place = Pick<PageRow, "path" | "title" | "permission">;

/** With what is set there, in the words that people look for it by. As `pages.ts` has them, which imports this page. */
export const setElsewhere: readonly (Place & { readonly note: keyof Strings })[] = [
  { path: "channels", title: "channels", permission: "channels.read", note: "setOn_channels" },
  { path: "sellers", title: "cashSellers", permission: "ledger.read", note: "setOn_sellers" },
  { path: "resellers", title: "resellers", permission: "ledger.read", note: "setOn_resellers" },
  { path: "venues", title: "venues", permission: "ledger.read", note: "setOn_venues" },
  { path: "taxes", title: "taxSettings", permission: "ledger.read", note: "setOn_taxes" },
  { path: "brand", title: "brand", permission: "provider.manage", note: "setOn_brand" },
  { path: "people", title: "staff", permission: "users.read", note: "setOn_people" },
  { path: "account", title: "myAccount", permission: null, note: "setOn_account" },
  { path: "messages", title: "messages", permission: "messages.read", note: "setOn_messages" },
  { path: "message-texts", title: "messageTexts", permission: "messages.read", note: "setOn_message_texts" },
  { path: "voucher-design", title: "voucherDesign", permission: "vouchers.manage", note: "setOn_voucher_design" },
  { path: "plans", title: "plans", permission: "plans.read", note: "setOn_plans" },
  { path: "sites", title: "sites", permission: "sites.read", note: "setOn_sites" },
  { path: "alarm-rules", title: "alarmRules", permission: "alerts.read", note: "setOn_alarm_rules" },
  {
    path: "subscription-rules",
    title: "subscriptionRules",
    permission: "subscriptions.read",
    note: "setOn_subscription_rules",
  },
  { path: "tokens", title: "tokens", permission: "tokens.manage", note: "setOn_tokens" },
];

export interface FoundElsewhere {
  readonly path: string;
  readonly title: string;
  readonly note: string;
}

/**
 * Places whose title, or what is set there, has each typed word; without words: none. `others`: pages of modules, which are found by their title.
 */
export function foundElsewhere(typed: string, { permissions, others, say }: Here): readonly FoundElsewhere[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const places = [
    ...setElsewhere.map((place) => ({ ...place, note: say(place.note) })),
    ...others.map((place) => ({ ...place, note: "" })),
  ];
  return places
    .filter(({ permission }) => permission === null || permissions.includes(permission))
    .map(({ path, title, note }) => ({ path, title: say(title), note }))
    .filter(({ title, note }) => words.every((word) => `${title} ${note}`.toLowerCase().includes(word)));
}

interface Here {
  readonly permissions: readonly string[];
  readonly others: readonly Place[];
  readonly say: (key: keyof Strings) => string;
}
