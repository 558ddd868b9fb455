/** The pages in the rooms of the platform's own people: providers, revenue, health. They stand among the others in `pages.ts`. */
import { html } from "lit";
import { loadOfModules } from "./modules/module-pages.ts";
import type { PageRow } from "./page-row.ts";

export const platformPages: readonly PageRow[] = [
  {
    path: "providers",
    title: "providers",
    room: "providers",
    permission: "providers.read",
    load: () => Promise.all([import("./pages/providers/providers-page.ts"), loadOfModules("providerCard")]),
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
    path: "backups",
    title: "backups",
    room: "health",
    permission: "platform.read",
    load: () => import("./pages/backups/backups-page.ts"),
    render: (app) => html`<backups-page .app=${app}></backups-page>`,
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
];
