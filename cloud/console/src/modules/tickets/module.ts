import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const tickets = {
  pages: [
    {
      path: "tickets",
      title: "tickets",
      room: "support",
      isFirst: true,
      permission: "tickets.read",
      load: () => Promise.all([import("./tickets-page.ts"), import("./ticket-page.ts")]),
      render: (app) => html`<tickets-page .app=${app}></tickets-page>`,
      isBeside: true,
      detail: (app, id) => html`<ticket-page .app=${app} .ticketId=${id}></ticket-page>`,
    },
    {
      path: "ticket-settings",
      title: "ticketSettings",
      room: "support",
      isHidden: true,
      permission: "tickets.manage",
      load: () => import("./ticket-settings-page.ts"),
      render: (app) => html`<ticket-settings-page .app=${app}></ticket-settings-page>`,
    },
  ],
  waiting: { "tickets-late": ["#/tickets?show=late", "doTakeCare"] },
  customerCard: {
    load: () => import("./customer-tickets-card.ts"),
    render: (app, customerId) =>
      html`<customer-tickets-card .app=${app} .customerId=${customerId}></customer-tickets-card>`,
  },
} satisfies ConsoleModule;
