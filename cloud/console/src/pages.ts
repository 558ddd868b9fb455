/** Every page of the console: address, title, permission, and its code, which is loaded when the page is first opened. */
import { html, type TemplateResult } from "lit";
import { readAddress } from "./address.ts";
import type { AppContext } from "./components/app-element.ts";
import type { User } from "./hub/api.ts";
import type { Strings } from "./strings/en.ts";

/** In the order of the menu. A provider's users see the first seven, a platform admin the others; nobody sees an empty room. */
export const roomNames = [
  "home",
  "sales",
  "customers",
  "plansAndVouchers",
  "sites",
  "money",
  "providers",
  "revenue",
  "health",
  "releases",
  "settings",
] as const;
export type RoomName = (typeof roomNames)[number];

export interface PageRow {
  /** The first part of the address after `#/`; the rest is the id of one thing. */
  readonly path: string;
  readonly title: keyof Strings;
  /** Where it is a tab, and where it is one for a platform admin, if elsewhere. */
  readonly room: RoomName;
  readonly platformRoom?: RoomName;
  /** No tab leads to it: a link on another page does. */
  readonly isHidden?: boolean;
  /** Null: every user, but not during support access. */
  readonly permission: string | null;
  readonly load: () => Promise<unknown>;
  readonly render: (app: AppContext) => TemplateResult;
  /** One thing of the page, with its own address. */
  readonly detail?: (app: AppContext, id: string) => TemplateResult;
  /** A wide screen shows the thing beside the list that it was opened from. */
  readonly isBeside?: boolean;
}

/** The tabs of each room stand in this order. */
export const pages: readonly PageRow[] = [
  {
    path: "",
    title: "room_home",
    room: "home",
    permission: "payments.read",
    load: () => import("./pages/home/home-page.ts"),
    render: (app) => html`<home-page .app=${app}></home-page>`,
  },
  {
    path: "platform",
    title: "room_home",
    room: "home",
    permission: "platform.read",
    load: () => import("./pages/platform/platform-page.ts"),
    render: (app) => html`<platform-page .app=${app}></platform-page>`,
  },
  {
    path: "payments",
    title: "payments",
    room: "sales",
    permission: "payments.read",
    load: () => import("./pages/payments/payments-page.ts"),
    render: (app) => html`<payments-page .app=${app}></payments-page>`,
    isBeside: true,
    detail: (app, id) => html`<payment-page .app=${app} .paymentId=${id}></payment-page>`,
  },
  {
    path: "cash-sales",
    title: "cashSales",
    room: "sales",
    permission: "payments.read",
    load: () => import("./pages/cash-sales/cash-sales-page.ts"),
    render: (app) => html`<cash-sales-page .app=${app}></cash-sales-page>`,
    isBeside: true,
    detail: (app, id) => html`<cash-sale-page .app=${app} .saleId=${id}></cash-sale-page>`,
  },
  {
    path: "sell",
    title: "sell",
    room: "sales",
    permission: "payments.sell",
    load: () => import("./pages/sell/sell-page.ts"),
    render: (app) => html`<sell-page .app=${app}></sell-page>`,
  },
  {
    path: "sessions",
    title: "whoIsOnline",
    room: "sales",
    permission: "sessions.read",
    load: () => import("./pages/sessions/sessions-page.ts"),
    render: (app) => html`<sessions-page .app=${app}></sessions-page>`,
  },
  {
    path: "review",
    title: "review",
    room: "sales",
    permission: "payments.read",
    load: () => import("./pages/review/review-page.ts"),
    render: (app) => html`<review-page .app=${app}></review-page>`,
  },
  {
    path: "refunds",
    title: "refunds",
    room: "sales",
    permission: "payments.read",
    load: () => import("./pages/refunds/refunds-page.ts"),
    render: (app) => html`<refunds-page .app=${app}></refunds-page>`,
  },
  {
    path: "unmatched-callbacks",
    title: "unmatchedCallbacks",
    room: "sales",
    permission: "payments.read",
    load: () => import("./pages/unmatched-callbacks/unmatched-callbacks-page.ts"),
    render: (app) => html`<unmatched-callbacks-page .app=${app}></unmatched-callbacks-page>`,
  },
  {
    path: "sellers",
    title: "cashSellers",
    room: "sales",
    permission: "ledger.read",
    load: () => import("./pages/sellers/sellers-page.ts"),
    render: (app) => html`<sellers-page .app=${app}></sellers-page>`,
  },
  {
    path: "customers",
    title: "customers",
    room: "customers",
    permission: "customers.read",
    load: () => import("./pages/customers/customers-page.ts"),
    render: (app) => html`<customers-page .app=${app}></customers-page>`,
    isBeside: true,
    detail: (app, id) => html`<customer-page .app=${app} .customerId=${id}></customer-page>`,
  },
  {
    path: "renewals",
    title: "renewals",
    room: "customers",
    permission: "payments.read",
    load: () => import("./pages/renewals/renewals-page.ts"),
    render: (app) => html`<renewals-page .app=${app}></renewals-page>`,
  },
  {
    path: "invoices",
    title: "invoices",
    room: "customers",
    permission: "ledger.read",
    load: () => import("./pages/invoices/invoices-page.ts"),
    render: (app) => html`<invoices-page .app=${app}></invoices-page>`,
  },
  {
    path: "plans",
    title: "plans",
    room: "plansAndVouchers",
    permission: "plans.read",
    load: () => import("./pages/plans/plans-page.ts"),
    render: (app) => html`<plans-page .app=${app}></plans-page>`,
  },
  {
    path: "vouchers",
    title: "vouchers",
    room: "plansAndVouchers",
    permission: "vouchers.read",
    load: () => Promise.all([import("./pages/vouchers/batch-list.ts"), import("./pages/vouchers/batch-codes.ts")]),
    render: (app) => html`<batch-list .app=${app}></batch-list>`,
    isBeside: true,
    detail: (app, id) => html`<batch-codes .app=${app} .batchId=${id}></batch-codes>`,
  },
  {
    path: "double-use",
    title: "doubleUse",
    room: "plansAndVouchers",
    permission: "reports.read",
    load: () => import("./pages/double-use/double-use-page.ts"),
    render: (app) => html`<double-use-page .app=${app}></double-use-page>`,
  },
  {
    path: "sites",
    title: "sites",
    room: "sites",
    permission: "sites.read",
    load: () => import("./pages/sites/sites-page.ts"),
    render: (app) => html`<sites-page .app=${app}></sites-page>`,
    detail: (app, id) => html`<site-page .app=${app} .siteId=${id}></site-page>`,
  },
  {
    path: "alarms",
    title: "room_alarms",
    room: "sites",
    permission: "sites.read",
    load: () => import("./pages/alarms/alarms-page.ts"),
    render: (app) => html`<alarms-page .app=${app}></alarms-page>`,
  },
  {
    path: "refused-log-ins",
    title: "refusedLogIns",
    room: "sites",
    permission: "sessions.read",
    load: () => import("./pages/refused-log-ins/refused-log-ins-page.ts"),
    render: (app) => html`<refused-log-ins-page .app=${app}></refused-log-ins-page>`,
  },
  {
    path: "usage",
    title: "usage",
    room: "sites",
    permission: "reports.read",
    load: () => import("./pages/usage/usage-page.ts"),
    render: (app) => html`<usage-page .app=${app}></usage-page>`,
  },
  {
    path: "releases",
    title: "releases",
    room: "sites",
    platformRoom: "releases",
    permission: "releases.read",
    load: () => import("./pages/releases/releases-page.ts"),
    render: (app) => html`<releases-page .app=${app}></releases-page>`,
  },
  {
    path: "expenses",
    title: "expenses",
    room: "money",
    permission: "ledger.read",
    load: () => import("./pages/expenses/expenses-page.ts"),
    render: (app) => html`<expenses-page .app=${app}></expenses-page>`,
  },
  {
    path: "corrections",
    title: "corrections",
    room: "money",
    permission: "ledger.read",
    load: () => import("./pages/corrections/corrections-page.ts"),
    render: (app) => html`<corrections-page .app=${app}></corrections-page>`,
  },
  {
    path: "channels",
    title: "channels",
    room: "money",
    permission: "channels.read",
    load: () => import("./pages/channels/channels-page.ts"),
    render: (app) => html`<channels-page .app=${app}></channels-page>`,
    detail: (app, id) => html`<channel-page .app=${app} .channelId=${id}></channel-page>`,
  },
  {
    path: "reconciliation",
    title: "reconciliation",
    room: "money",
    permission: "ledger.read",
    load: () => import("./pages/reconciliation/reconciliation-page.ts"),
    render: (app) => html`<reconciliation-page .app=${app}></reconciliation-page>`,
  },
  {
    path: "reports",
    title: "reports",
    room: "money",
    permission: "ledger.read",
    load: () => import("./pages/reports/reports-page.ts"),
    render: (app) => html`<reports-page .app=${app}></reports-page>`,
  },
  {
    path: "ledger",
    title: "ledger",
    room: "money",
    permission: "ledger.read",
    load: () => import("./pages/ledger/ledger-page.ts"),
    render: (app) => html`<ledger-page .app=${app}></ledger-page>`,
    detail: (app, id) => html`<ledger-page .app=${app} .account=${id}></ledger-page>`,
  },
  {
    path: "providers",
    title: "providers",
    room: "providers",
    permission: "providers.read",
    load: () => import("./pages/providers/providers-page.ts"),
    render: (app) => html`<providers-page .app=${app}></providers-page>`,
    detail: (app, id) => html`<provider-page .app=${app} .providerId=${id}></provider-page>`,
  },
  {
    path: "revenue",
    title: "room_revenue",
    room: "revenue",
    permission: "platform.read",
    load: () => import("./pages/platform/revenue-page.ts"),
    render: (app) => html`<revenue-page .app=${app}></revenue-page>`,
  },
  {
    path: "health",
    title: "room_health",
    room: "health",
    permission: "platform.read",
    load: () => import("./pages/platform/health-page.ts"),
    render: (app) => html`<health-page .app=${app}></health-page>`,
  },
  {
    path: "hosts",
    title: "hosts",
    room: "health",
    permission: "platform.read",
    load: () => import("./pages/hosts/hosts-page.ts"),
    render: (app) => html`<hosts-page .app=${app}></hosts-page>`,
  },
  {
    path: "unmatched-callback-paths",
    title: "unmatchedCallbacks",
    room: "health",
    permission: "platform.read",
    load: () => import("./pages/unmatched-callbacks/unmatched-callbacks-page.ts"),
    render: (app) => html`<unmatched-callbacks-page .app=${app}></unmatched-callbacks-page>`,
  },
  {
    path: "log",
    title: "logs",
    room: "health",
    permission: "platform.read",
    load: () => import("./pages/logs/logs-page.ts"),
    render: (app) => html`<logs-page .app=${app}></logs-page>`,
  },
  {
    path: "settings",
    title: "settings",
    room: "settings",
    permission: "provider.manage",
    load: () => import("./pages/settings/settings-page.ts"),
    render: (app) => html`<settings-page .app=${app}></settings-page>`,
  },
  {
    path: "people",
    title: "staff",
    room: "settings",
    permission: "users.read",
    load: () => import("./pages/staff/staff-page.ts"),
    render: (app) => html`<staff-page .app=${app}></staff-page>`,
  },
  {
    path: "messages",
    title: "messages",
    room: "settings",
    permission: "messages.read",
    load: () => import("./pages/messages/messages-page.ts"),
    render: (app) => html`<messages-page .app=${app}></messages-page>`,
  },
  {
    path: "tokens",
    title: "tokens",
    room: "settings",
    permission: "tokens.manage",
    load: () => import("./pages/tokens/tokens-page.ts"),
    render: (app) => html`<tokens-page .app=${app}></tokens-page>`,
  },
  {
    path: "audit",
    title: "audit",
    room: "settings",
    platformRoom: "health",
    permission: "audit.read",
    load: () => import("./pages/audit/audit-page.ts"),
    render: (app) => html`<audit-page .app=${app}></audit-page>`,
  },
  {
    path: "jobs",
    title: "jobs",
    room: "settings",
    platformRoom: "health",
    isHidden: true,
    permission: "jobs.read",
    load: () => import("./pages/jobs/jobs-page.ts"),
    render: (app) => html`<jobs-page .app=${app}></jobs-page>`,
  },
  {
    path: "logs",
    title: "logs",
    room: "settings",
    isHidden: true,
    permission: "logs.read",
    load: () => import("./pages/logs/logs-page.ts"),
    render: (app) => html`<logs-page .app=${app}></logs-page>`,
  },
  {
    path: "account",
    title: "myAccount",
    room: "settings",
    permission: null,
    load: () => import("./pages/account/account-page.ts"),
    render: (app) => html`<account-page .app=${app}></account-page>`,
  },
  {
    path: "gallery",
    isHidden: true,
    title: "gallery",
    room: "health",
    permission: "platform.read",
    load: () => import("./gallery/gallery-page.ts"),
    render: (app) => html`<gallery-page .app=${app}></gallery-page>`,
  },
];

/** A user's first page is the first of these that they may open: an installer begins with the sites, a seller with a sale. */
const firstPaths = ["", "platform", "sell", "sites"];

/** The pages that this user may open. */
export function pagesFor(user: User): readonly PageRow[] {
  return pages.filter(({ permission }) =>
    permission === null ? user.via !== "impersonation" : user.permissions.includes(permission),
  );
}

/** The page of an address; an empty address: the user's first page. Null: there is no such page, or the user may not open it. */
export function pageAt(hash: string, user: User): { page: PageRow; id: string | null } | null {
  const { path, id } = readAddress(hash);
  const allowed = pagesFor(user);
  const find = (wanted: string) => allowed.find((row) => row.path === wanted);
  const page = path === "" ? (firstPaths.map(find).find((row) => row !== undefined) ?? allowed[0]) : find(path);
  return page === undefined ? null : { page, id };
}
