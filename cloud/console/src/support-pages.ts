/** The pages in the room of support: tickets, somebody by phone number, installations, stock. They stand among the others in `pages.ts`. */
import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { PageRow } from "./page-row.ts";

export const supportPages: readonly PageRow[] = [
  {
    path: "tickets",
    title: "tickets",
    room: "support",
    permission: "tickets.read",
    load: () => Promise.all([import("./pages/tickets/tickets-page.ts"), import("./pages/tickets/ticket-page.ts")]),
    render: (app) => html`<tickets-page .app=${app}></tickets-page>`,
    isBeside: true,
    detail: (app, id) => html`<ticket-page .app=${app} .ticketId=${id}></ticket-page>`,
  },
  {
    path: "person",
    title: "whyOffline",
    room: "support",
    permission: "payments.read",
    load: () => Promise.all([import("./pages/person/person-finder.ts"), import("./pages/person/person-page.ts")]),
    render: (app) => html`<person-finder .app=${app}></person-finder>`,
    detail: (app, id) => html`${keyed(id, html`<person-page .app=${app} .phone=${id}></person-page>`)}`,
  },
  {
    path: "ticket-settings",
    title: "ticketSettings",
    room: "support",
    isHidden: true,
    permission: "tickets.manage",
    load: () => import("./pages/tickets/ticket-settings-page.ts"),
    render: (app) => html`<ticket-settings-page .app=${app}></ticket-settings-page>`,
  },
  {
    path: "installations",
    title: "installations",
    room: "support",
    permission: "installations.read",
    load: () =>
      Promise.all([
        import("./pages/installations/installations-page.ts"),
        import("./pages/installations/installation-page.ts"),
      ]),
    render: (app) => html`<installations-page .app=${app}></installations-page>`,
    isBeside: true,
    detail: (app, id) => html`<installation-page .app=${app} .installationId=${id}></installation-page>`,
  },
  {
    path: "stock",
    title: "stock",
    room: "support",
    permission: "stock.read",
    load: () => Promise.all([import("./pages/stock/stock-page.ts"), import("./pages/stock/stock-item-page.ts")]),
    render: (app) => html`<stock-page .app=${app}></stock-page>`,
    isBeside: true,
    detail: (app, id) => html`<stock-item-page .app=${app} .itemId=${id}></stock-item-page>`,
  },
];
