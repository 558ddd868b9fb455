/** The pages in the room of sites and their routers. They stand among the others in `pages.ts`. */
import { html } from "lit";
import { loadOfModules } from "./modules/module-pages.ts";
import type { PageRow } from "./page-row.ts";

export const sitesPages: readonly PageRow[] = [
  {
    path: "sites",
    title: "sites",
    room: "sites",
    permission: "sites.read",
    load: () => Promise.all([import("./pages/sites/sites-page.ts"), loadOfModules("besideSites")]),
    render: (app) => html`<sites-page .app=${app}></sites-page>`,
    detail: (app, id) => html`<site-page .app=${app} .siteId=${id}></site-page>`,
  },
  {
    path: "routers",
    title: "routers",
    room: "sites",
    permission: "routers.read",
    load: () => import("./pages/routers/routers-page.ts"),
    render: (app) => html`<routers-page .app=${app}></routers-page>`,
    detail: (app, id) => html`<router-page .app=${app} .siteId=${id}></router-page>`,
  },
  {
    path: "set-up",
    title: "routerSetUp",
    room: "sites",
    isHidden: true,
    permission: "sites.read",
    load: () => Promise.all([import("./pages/sites/sites-page.ts"), import("./pages/set-up/set-up-page.ts")]),
    render: (app) => html`<sites-page .app=${app}></sites-page>`,
    detail: (app, id) => html`<set-up-page .app=${app} .siteId=${id}></set-up-page>`,
  },
  {
    path: "router-services",
    title: "routerServices",
    room: "sites",
    isHidden: true,
    permission: "sites.read",
    load: () =>
      Promise.all([import("./pages/sites/sites-page.ts"), import("./pages/router-services/services-page.ts")]),
    render: (app) => html`<sites-page .app=${app}></sites-page>`,
    detail: (app, id) => html`<router-services-page .app=${app} .siteId=${id}></router-services-page>`,
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
    path: "alarm-rules",
    title: "alarmRules",
    room: "sites",
    platformRoom: "health",
    permission: "alerts.read",
    load: () =>
      Promise.all([
        import("./pages/alarm-rules/alarm-rules-page.ts"),
        import("./pages/alarm-rules/alarm-rule-page.ts"),
        loadOfModules("alarmRules"),
      ]),
    render: (app) => html`<alarm-rules-page .app=${app}></alarm-rules-page>`,
    detail: (app, id) => html`<alarm-rule-page .app=${app} .ruleId=${id}></alarm-rule-page>`,
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
];
