/** The pages of the room "Money": what is read daily first, what is set up once last. */
import { html } from "lit";
import { loadOfModules } from "./modules/module-pages.ts";
import type { PageRow } from "./page-row.ts";

export const moneyPages: readonly PageRow[] = [
  {
    path: "reports",
    title: "reports",
    room: "money",
    permission: "reports.read",
    load: () => Promise.all([import("./pages/reports/reports-page.ts"), loadOfModules("reportsCard")]),
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
    path: "reconciliation",
    title: "reconciliation",
    room: "money",
    permission: "ledger.read",
    load: () => import("./pages/reconciliation/reconciliation-page.ts"),
    render: (app) => html`<reconciliation-page .app=${app}></reconciliation-page>`,
  },
  {
    path: "channels",
    title: "channels",
    room: "money",
    platformRoom: "revenue",
    permission: "channels.read",
    load: () => import("./pages/channels/channels-page.ts"),
    render: (app) => html`<channels-page .app=${app}></channels-page>`,
    detail: (app, id) => html`<channel-page .app=${app} .channelId=${id}></channel-page>`,
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
    path: "taxes",
    title: "taxSettings",
    room: "money",
    permission: "ledger.read",
    load: () => import("./pages/taxes/taxes-page.ts"),
    render: (app) => html`<taxes-page .app=${app}></taxes-page>`,
  },
];
