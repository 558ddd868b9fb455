import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const outageNotices = {
  pages: [
    {
      path: "outages",
      title: "outages",
      room: "support",
      guide: ["support", "tickets"],
      permission: "messages.read",
      load: () => import("./outages-page.ts"),
      render: (app) => html`<outages-page .app=${app}></outages-page>`,
    },
  ],
  waiting: { "outages-to-decide": ["#/outages", "doDecide"] },
  customerCard: {
    load: () => import("./outage-wish-card.ts"),
    render: (app, customerId) => html`<outage-wish-card .app=${app} .customerId=${customerId}></outage-wish-card>`,
  },
} satisfies ConsoleModule;
