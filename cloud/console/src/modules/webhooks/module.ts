import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const webhooks = {
  pages: [
    {
      path: "webhooks",
      title: "webhooks",
      room: "settings",
      guide: ["owner", "alarms"],
      permission: "alerts.read",
      load: () => import("./webhooks-page.ts"),
      render: (app) => html`<webhooks-page .app=${app}></webhooks-page>`,
      detail: (app, id) => html`<webhook-page .app=${app} .webhookId=${id}></webhook-page>`,
    },
  ],
  alarms: { "webhook-switched-off": ["#/webhooks", "webhooks"] },
  alarmRules: {
    load: () => import("./webhooks-card.ts"),
    card: (app) => html`<webhooks-card .app=${app}></webhooks-card>`,
    recipients: {
      field: "webhookIds",
      label: "webhook",
      names: () => import("./webhooks.ts").then(({ readWebhookNames }) => readWebhookNames()),
    },
  },
} satisfies ConsoleModule;
