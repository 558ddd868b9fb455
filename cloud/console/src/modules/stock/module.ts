import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const stock = {
  pages: [
    {
      path: "stock",
      title: "stock",
      room: "support",
      guide: ["installer", "house"],
      permission: "stock.read",
      load: () => Promise.all([import("./stock-page.ts"), import("./stock-item-page.ts")]),
      render: (app) => html`<stock-page .app=${app}></stock-page>`,
      isBeside: true,
      detail: (app, id) => html`<stock-item-page .app=${app} .itemId=${id}></stock-item-page>`,
    },
  ],
  customerCard: {
    load: () => import("./equipment-card.ts"),
    render: (app, customerId) => html`<equipment-card .app=${app} .customerId=${customerId}></equipment-card>`,
  },
} satisfies ConsoleModule;
