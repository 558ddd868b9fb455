/** Every page of the console: address, words, who may see it, and its code, loaded when first opened. */
import { html, type TemplateResult } from "lit";
import type { Desk } from "./desk.ts";
import type { User } from "./hub/api.ts";
import { icons } from "./icons.ts";
import type { Strings } from "./strings/en.ts";

export const pageGroups = ["today", "sales", "money", "network", "office", "platform", "me"] as const;
export type PageGroup = (typeof pageGroups)[number];

export interface PageRow {
  /** The first part of the address after `#/`; the rest is the id of one thing. */
  readonly path: string;
  readonly title: keyof Strings;
  readonly group: PageGroup;
  /** Null: whoever is logged in as themselves. */
  readonly permission: string | null;
  /** SVG path of a 24x24 icon, drawn by stroke. */
  readonly icon: string;
  readonly load: () => Promise<unknown>;
  readonly render: (desk: Desk, id: string | null) => TemplateResult;
}

/** In the order of the menu; on a phone the first four stand at the thumb. */
export const pages: readonly PageRow[] = [
  {
    path: "",
    title: "overview",
    group: "today",
    permission: "payments.read",
    icon: icons.overview,
    load: () => import("./pages/overview/overview-page.ts"),
    render: (desk) => html`<overview-page .desk=${desk}></overview-page>`,
  },
  {
    path: "platform",
    title: "platform",
    group: "today",
    permission: "platform.read",
    icon: icons.overview,
    load: () => import("./pages/platform/platform-page.ts"),
    render: (desk) => html`<platform-page .desk=${desk}></platform-page>`,
  },
  {
    path: "payments",
    title: "payments",
    group: "sales",
    permission: "payments.read",
    icon: icons.payments,
    load: () => import("./pages/payments/payments-page.ts"),
    render: (desk, id) =>
      id === null
        ? html`<payments-page .desk=${desk}></payments-page>`
        : html`<payment-page .desk=${desk} .paymentId=${id}></payment-page>`,
  },
  {
    path: "sell",
    title: "sell",
    group: "sales",
    permission: "payments.sell",
    icon: icons.sell,
    load: () => import("./pages/sell/sell-page.ts"),
    render: (desk) => html`<sell-page .desk=${desk}></sell-page>`,
  },
  {
    path: "sessions",
    title: "whoIsOnline",
    group: "sales",
    permission: "sessions.read",
    icon: icons.sessions,
    load: () => import("./pages/sessions/sessions-page.ts"),
    render: (desk) => html`<sessions-page .desk=${desk}></sessions-page>`,
  },
  {
    path: "usage",
    title: "usage",
    group: "sales",
    permission: "reports.read",
    icon: icons.usage,
    load: () => import("./pages/usage/usage-page.ts"),
    render: (desk) => html`<usage-page .desk=${desk}></usage-page>`,
  },
  {
    path: "customers",
    title: "customers",
    group: "sales",
    permission: "customers.read",
    icon: icons.people,
    load: () => import("./pages/customers/customers-page.ts"),
    render: (desk, id) =>
      id === null
        ? html`<customers-page .desk=${desk}></customers-page>`
        : html`<customer-page .desk=${desk} .customerId=${id}></customer-page>`,
  },
  {
    path: "plans",
    title: "plans",
    group: "sales",
    permission: "plans.read",
    icon: icons.plans,
    load: () => import("./pages/plans/plans-page.ts"),
    render: (desk) => html`<plans-page .desk=${desk}></plans-page>`,
  },
  {
    path: "vouchers",
    title: "vouchers",
    group: "sales",
    permission: "vouchers.read",
    icon: icons.vouchers,
    load: () => import("./pages/vouchers/vouchers-page.ts"),
    render: (desk, id) => html`<vouchers-page .desk=${desk} .batchId=${id}></vouchers-page>`,
  },
  {
    path: "double-use",
    title: "doubleUse",
    group: "sales",
    permission: "reports.read",
    icon: icons.doubleUse,
    load: () => import("./pages/double-use/double-use-page.ts"),
    render: (desk) => html`<double-use-page .desk=${desk}></double-use-page>`,
  },
  {
    path: "messages",
    title: "messages",
    group: "sales",
    permission: "messages.read",
    icon: icons.messages,
    load: () => import("./pages/messages/messages-page.ts"),
    render: (desk) => html`<messages-page .desk=${desk}></messages-page>`,
  },
  {
    path: "review",
    title: "review",
    group: "money",
    permission: "payments.read",
    icon: icons.review,
    load: () => import("./pages/review/review-page.ts"),
    render: (desk) => html`<review-page .desk=${desk}></review-page>`,
  },
  {
    path: "refunds",
    title: "refunds",
    group: "money",
    permission: "payments.read",
    icon: icons.refunds,
    load: () => import("./pages/refunds/refunds-page.ts"),
    render: (desk) => html`<refunds-page .desk=${desk}></refunds-page>`,
  },
  {
    path: "renewals",
    title: "renewals",
    group: "money",
    permission: "payments.read",
    icon: icons.renewals,
    load: () => import("./pages/renewals/renewals-page.ts"),
    render: (desk) => html`<renewals-page .desk=${desk}></renewals-page>`,
  },
  {
    path: "sellers",
    title: "cashSellers",
    group: "money",
    permission: "ledger.read",
    icon: icons.sellers,
    load: () => import("./pages/sellers/sellers-page.ts"),
    render: (desk) => html`<sellers-page .desk=${desk}></sellers-page>`,
  },
  {
    path: "expenses",
    title: "expenses",
    group: "money",
    permission: "ledger.read",
    icon: icons.expenses,
    load: () => import("./pages/expenses/expenses-page.ts"),
    render: (desk) => html`<expenses-page .desk=${desk}></expenses-page>`,
  },
  {
    path: "invoices",
    title: "invoices",
    group: "money",
    permission: "ledger.read",
    icon: icons.invoices,
    load: () => import("./pages/invoices/invoices-page.ts"),
    render: (desk) => html`<invoices-page .desk=${desk}></invoices-page>`,
  },
  {
    path: "ledger",
    title: "ledger",
    group: "money",
    permission: "ledger.read",
    icon: icons.ledger,
    load: () => import("./pages/ledger/ledger-page.ts"),
    render: (desk, id) => html`<ledger-page .desk=${desk} .account=${id}></ledger-page>`,
  },
  {
    path: "reconciliation",
    title: "reconciliation",
    group: "money",
    permission: "ledger.read",
    icon: icons.reconciliation,
    load: () => import("./pages/reconciliation/reconciliation-page.ts"),
    render: (desk) => html`<reconciliation-page .desk=${desk}></reconciliation-page>`,
  },
  {
    path: "strays",
    title: "strays",
    group: "money",
    permission: "payments.read",
    icon: icons.strays,
    load: () => import("./pages/unmatched-callbacks/unmatched-callbacks-page.ts"),
    render: (desk) => html`<strays-page .desk=${desk}></strays-page>`,
  },
  {
    path: "stray-paths",
    title: "strays",
    group: "platform",
    permission: "platform.read",
    icon: icons.strays,
    load: () => import("./pages/unmatched-callbacks/unmatched-callbacks-page.ts"),
    render: (desk) => html`<strays-page .desk=${desk}></strays-page>`,
  },
  {
    path: "channels",
    title: "channels",
    group: "money",
    permission: "channels.read",
    icon: icons.channels,
    load: () => import("./pages/channels/channels-page.ts"),
    render: (desk, id) =>
      id === null
        ? html`<channels-page .desk=${desk}></channels-page>`
        : html`<channel-page .desk=${desk} .channelId=${id}></channel-page>`,
  },
  {
    path: "sites",
    title: "sites",
    group: "network",
    permission: "sites.read",
    icon: icons.sites,
    load: () => import("./pages/sites/sites-page.ts"),
    render: (desk, id) =>
      id === null
        ? html`<sites-page .desk=${desk}></sites-page>`
        : html`<site-page .desk=${desk} .siteId=${id}></site-page>`,
  },
  {
    path: "releases",
    title: "releases",
    group: "network",
    permission: "releases.read",
    icon: icons.releases,
    load: () => import("./pages/releases/releases-page.ts"),
    render: (desk) => html`<releases-page .desk=${desk}></releases-page>`,
  },
  {
    path: "people",
    title: "people",
    group: "office",
    permission: "users.read",
    icon: icons.people,
    load: () => import("./pages/staff/staff-page.ts"),
    render: (desk) => html`<people-page .desk=${desk}></people-page>`,
  },
  {
    path: "tokens",
    title: "tokens",
    group: "office",
    permission: "tokens.manage",
    icon: icons.tokens,
    load: () => import("./pages/tokens/tokens-page.ts"),
    render: (desk) => html`<tokens-page .desk=${desk}></tokens-page>`,
  },
  {
    path: "audit",
    title: "audit",
    group: "office",
    permission: "audit.read",
    icon: icons.audit,
    load: () => import("./pages/audit/audit-page.ts"),
    render: (desk) => html`<audit-page .desk=${desk}></audit-page>`,
  },
  {
    path: "logs",
    title: "logs",
    group: "office",
    permission: "logs.read",
    icon: icons.logs,
    load: () => import("./pages/logs/logs-page.ts"),
    render: (desk) => html`<logs-page .desk=${desk}></logs-page>`,
  },
  {
    path: "log",
    title: "logs",
    group: "platform",
    permission: "platform.read",
    icon: icons.logs,
    load: () => import("./pages/logs/logs-page.ts"),
    render: (desk) => html`<logs-page .desk=${desk}></logs-page>`,
  },
  {
    path: "jobs",
    title: "jobs",
    group: "office",
    permission: "jobs.read",
    icon: icons.jobs,
    load: () => import("./pages/jobs/jobs-page.ts"),
    render: (desk) => html`<jobs-page .desk=${desk}></jobs-page>`,
  },
  {
    path: "settings",
    title: "settings",
    group: "office",
    permission: "provider.manage",
    icon: icons.settings,
    load: () => import("./pages/settings/settings-page.ts"),
    render: (desk) => html`<settings-page .desk=${desk}></settings-page>`,
  },
  {
    path: "providers",
    title: "providers",
    group: "platform",
    permission: "providers.read",
    icon: icons.providers,
    load: () => import("./pages/providers/providers-page.ts"),
    render: (desk, id) =>
      id === null
        ? html`<providers-page .desk=${desk}></providers-page>`
        : html`<provider-page .desk=${desk} .providerId=${id}></provider-page>`,
  },
  {
    path: "hosts",
    title: "hosts",
    group: "platform",
    permission: "platform.read",
    icon: icons.hosts,
    load: () => import("./pages/hosts/hosts-page.ts"),
    render: (desk) => html`<hosts-page .desk=${desk}></hosts-page>`,
  },
  {
    path: "account",
    title: "myAccount",
    group: "me",
    permission: null,
    icon: icons.account,
    load: () => import("./pages/account/account-page.ts"),
    render: (desk) => html`<account-page .desk=${desk}></account-page>`,
  },
];

/** The pages that this user may open, in the order of the menu. */
export function pagesFor(user: User): readonly PageRow[] {
  return pages.filter(({ permission }) =>
    permission === null ? user.via !== "impersonation" : user.permissions.includes(permission),
  );
}

/** The page an address names; no address: the first page of this user. Null: nothing there, or nothing for them. */
export function pageAt(hash: string, user: User): { page: PageRow; id: string | null } | null {
  const [path = "", id] = hash.replace(/^#\/?/, "").split("/");
  const allowed = pagesFor(user);
  const page = path === "" ? allowed[0] : allowed.find((row) => row.path === path);
  return page === undefined ? null : { page, id: id ? decoded(id) : null };
}

/** An address that somebody broke names nothing, but breaks nothing either. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
