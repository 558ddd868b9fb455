/** Every page of the console: address, title, permission, and its code, which is loaded when the page is first opened. */
import { html, type TemplateResult } from "lit";
import type { AppContext } from "./components/app-element.ts";
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
  /** Null: every user, but not during support access. */
  readonly permission: string | null;
  /** SVG path of a 24x24 icon, drawn by stroke. */
  readonly icon: string;
  readonly load: () => Promise<unknown>;
  readonly render: (app: AppContext, id: string | null) => TemplateResult;
}

/** In the order of the menu. A phone shows the first four at the bottom. */
export const pages: readonly PageRow[] = [
  {
    path: "",
    title: "overview",
    group: "today",
    permission: "payments.read",
    icon: icons.overview,
    load: () => import("./pages/overview/overview-page.ts"),
    render: (app) => html`<overview-page .app=${app}></overview-page>`,
  },
  {
    path: "platform",
    title: "platform",
    group: "today",
    permission: "platform.read",
    icon: icons.overview,
    load: () => import("./pages/platform/platform-page.ts"),
    render: (app) => html`<platform-page .app=${app}></platform-page>`,
  },
  {
    path: "payments",
    title: "payments",
    group: "sales",
    permission: "payments.read",
    icon: icons.payments,
    load: () => import("./pages/payments/payments-page.ts"),
    render: (app, id) =>
      id === null
        ? html`<payments-page .app=${app}></payments-page>`
        : html`<payment-page .app=${app} .paymentId=${id}></payment-page>`,
  },
  {
    path: "sell",
    title: "sell",
    group: "sales",
    permission: "payments.sell",
    icon: icons.sell,
    load: () => import("./pages/sell/sell-page.ts"),
    render: (app) => html`<sell-page .app=${app}></sell-page>`,
  },
  {
    path: "sessions",
    title: "whoIsOnline",
    group: "sales",
    permission: "sessions.read",
    icon: icons.sessions,
    load: () => import("./pages/sessions/sessions-page.ts"),
    render: (app) => html`<sessions-page .app=${app}></sessions-page>`,
  },
  {
    path: "usage",
    title: "usage",
    group: "sales",
    permission: "reports.read",
    icon: icons.usage,
    load: () => import("./pages/usage/usage-page.ts"),
    render: (app) => html`<usage-page .app=${app}></usage-page>`,
  },
  {
    path: "customers",
    title: "customers",
    group: "sales",
    permission: "customers.read",
    icon: icons.people,
    load: () => import("./pages/customers/customers-page.ts"),
    render: (app, id) =>
      id === null
        ? html`<customers-page .app=${app}></customers-page>`
        : html`<customer-page .app=${app} .customerId=${id}></customer-page>`,
  },
  {
    path: "plans",
    title: "plans",
    group: "sales",
    permission: "plans.read",
    icon: icons.plans,
    load: () => import("./pages/plans/plans-page.ts"),
    render: (app) => html`<plans-page .app=${app}></plans-page>`,
  },
  {
    path: "vouchers",
    title: "vouchers",
    group: "sales",
    permission: "vouchers.read",
    icon: icons.vouchers,
    load: () => import("./pages/vouchers/vouchers-page.ts"),
    render: (app, id) => html`<vouchers-page .app=${app} .batchId=${id}></vouchers-page>`,
  },
  {
    path: "double-use",
    title: "doubleUse",
    group: "sales",
    permission: "reports.read",
    icon: icons.doubleUse,
    load: () => import("./pages/double-use/double-use-page.ts"),
    render: (app) => html`<double-use-page .app=${app}></double-use-page>`,
  },
  {
    path: "messages",
    title: "messages",
    group: "sales",
    permission: "messages.read",
    icon: icons.messages,
    load: () => import("./pages/messages/messages-page.ts"),
    render: (app) => html`<messages-page .app=${app}></messages-page>`,
  },
  {
    path: "review",
    title: "review",
    group: "money",
    permission: "payments.read",
    icon: icons.review,
    load: () => import("./pages/review/review-page.ts"),
    render: (app) => html`<review-page .app=${app}></review-page>`,
  },
  {
    path: "refunds",
    title: "refunds",
    group: "money",
    permission: "payments.read",
    icon: icons.refunds,
    load: () => import("./pages/refunds/refunds-page.ts"),
    render: (app) => html`<refunds-page .app=${app}></refunds-page>`,
  },
  {
    path: "renewals",
    title: "renewals",
    group: "money",
    permission: "payments.read",
    icon: icons.renewals,
    load: () => import("./pages/renewals/renewals-page.ts"),
    render: (app) => html`<renewals-page .app=${app}></renewals-page>`,
  },
  {
    path: "sellers",
    title: "cashSellers",
    group: "money",
    permission: "ledger.read",
    icon: icons.sellers,
    load: () => import("./pages/sellers/sellers-page.ts"),
    render: (app) => html`<sellers-page .app=${app}></sellers-page>`,
  },
  {
    path: "expenses",
    title: "expenses",
    group: "money",
    permission: "ledger.read",
    icon: icons.expenses,
    load: () => import("./pages/expenses/expenses-page.ts"),
    render: (app) => html`<expenses-page .app=${app}></expenses-page>`,
  },
  {
    path: "invoices",
    title: "invoices",
    group: "money",
    permission: "ledger.read",
    icon: icons.invoices,
    load: () => import("./pages/invoices/invoices-page.ts"),
    render: (app) => html`<invoices-page .app=${app}></invoices-page>`,
  },
  {
    path: "ledger",
    title: "ledger",
    group: "money",
    permission: "ledger.read",
    icon: icons.ledger,
    load: () => import("./pages/ledger/ledger-page.ts"),
    render: (app, id) => html`<ledger-page .app=${app} .account=${id}></ledger-page>`,
  },
  {
    path: "reconciliation",
    title: "reconciliation",
    group: "money",
    permission: "ledger.read",
    icon: icons.reconciliation,
    load: () => import("./pages/reconciliation/reconciliation-page.ts"),
    render: (app) => html`<reconciliation-page .app=${app}></reconciliation-page>`,
  },
  {
    path: "unmatched-callbacks",
    title: "unmatchedCallbacks",
    group: "money",
    permission: "payments.read",
    icon: icons.unmatchedCallbacks,
    load: () => import("./pages/unmatched-callbacks/unmatched-callbacks-page.ts"),
    render: (app) => html`<unmatched-callbacks-page .app=${app}></unmatched-callbacks-page>`,
  },
  {
    path: "unmatched-callback-paths",
    title: "unmatchedCallbacks",
    group: "platform",
    permission: "platform.read",
    icon: icons.unmatchedCallbacks,
    load: () => import("./pages/unmatched-callbacks/unmatched-callbacks-page.ts"),
    render: (app) => html`<unmatched-callbacks-page .app=${app}></unmatched-callbacks-page>`,
  },
  {
    path: "channels",
    title: "channels",
    group: "money",
    permission: "channels.read",
    icon: icons.channels,
    load: () => import("./pages/channels/channels-page.ts"),
    render: (app, id) =>
      id === null
        ? html`<channels-page .app=${app}></channels-page>`
        : html`<channel-page .app=${app} .channelId=${id}></channel-page>`,
  },
  {
    path: "sites",
    title: "sites",
    group: "network",
    permission: "sites.read",
    icon: icons.sites,
    load: () => import("./pages/sites/sites-page.ts"),
    render: (app, id) =>
      id === null
        ? html`<sites-page .app=${app}></sites-page>`
        : html`<site-page .app=${app} .siteId=${id}></site-page>`,
  },
  {
    path: "releases",
    title: "releases",
    group: "network",
    permission: "releases.read",
    icon: icons.releases,
    load: () => import("./pages/releases/releases-page.ts"),
    render: (app) => html`<releases-page .app=${app}></releases-page>`,
  },
  {
    path: "people",
    title: "staff",
    group: "office",
    permission: "users.read",
    icon: icons.people,
    load: () => import("./pages/staff/staff-page.ts"),
    render: (app) => html`<staff-page .app=${app}></staff-page>`,
  },
  {
    path: "tokens",
    title: "tokens",
    group: "office",
    permission: "tokens.manage",
    icon: icons.tokens,
    load: () => import("./pages/tokens/tokens-page.ts"),
    render: (app) => html`<tokens-page .app=${app}></tokens-page>`,
  },
  {
    path: "audit",
    title: "audit",
    group: "office",
    permission: "audit.read",
    icon: icons.audit,
    load: () => import("./pages/audit/audit-page.ts"),
    render: (app) => html`<audit-page .app=${app}></audit-page>`,
  },
  {
    path: "logs",
    title: "logs",
    group: "office",
    permission: "logs.read",
    icon: icons.logs,
    load: () => import("./pages/logs/logs-page.ts"),
    render: (app) => html`<logs-page .app=${app}></logs-page>`,
  },
  {
    path: "log",
    title: "logs",
    group: "platform",
    permission: "platform.read",
    icon: icons.logs,
    load: () => import("./pages/logs/logs-page.ts"),
    render: (app) => html`<logs-page .app=${app}></logs-page>`,
  },
  {
    path: "jobs",
    title: "jobs",
    group: "office",
    permission: "jobs.read",
    icon: icons.jobs,
    load: () => import("./pages/jobs/jobs-page.ts"),
    render: (app) => html`<jobs-page .app=${app}></jobs-page>`,
  },
  {
    path: "settings",
    title: "settings",
    group: "office",
    permission: "provider.manage",
    icon: icons.settings,
    load: () => import("./pages/settings/settings-page.ts"),
    render: (app) => html`<settings-page .app=${app}></settings-page>`,
  },
  {
    path: "providers",
    title: "providers",
    group: "platform",
    permission: "providers.read",
    icon: icons.providers,
    load: () => import("./pages/providers/providers-page.ts"),
    render: (app, id) =>
      id === null
        ? html`<providers-page .app=${app}></providers-page>`
        : html`<provider-page .app=${app} .providerId=${id}></provider-page>`,
  },
  {
    path: "hosts",
    title: "hosts",
    group: "platform",
    permission: "platform.read",
    icon: icons.hosts,
    load: () => import("./pages/hosts/hosts-page.ts"),
    render: (app) => html`<hosts-page .app=${app}></hosts-page>`,
  },
  {
    path: "account",
    title: "myAccount",
    group: "me",
    permission: null,
    icon: icons.account,
    load: () => import("./pages/account/account-page.ts"),
    render: (app) => html`<account-page .app=${app}></account-page>`,
  },
];

/** The pages that this user may open, in the order of the menu. */
export function pagesFor(user: User): readonly PageRow[] {
  return pages.filter(({ permission }) =>
    permission === null ? user.via !== "impersonation" : user.permissions.includes(permission),
  );
}

/** The page of an address; an empty address: the user's first page. Null: there is no such page, or the user may not open it. */
export function pageAt(hash: string, user: User): { page: PageRow; id: string | null } | null {
  const [path = "", id] = hash.replace(/^#\/?/, "").split("/");
  const allowed = pagesFor(user);
  const page = path === "" ? allowed[0] : allowed.find((row) => row.path === path);
  return page === undefined ? null : { page, id: id ? decoded(id) : null };
}

/** A malformed address opens no page and throws no error. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
