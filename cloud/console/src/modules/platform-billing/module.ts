import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const platformBilling = {
  pages: [
    {
      path: "billing",
      title: "providerSubscriptions",
      room: "revenue",
      permission: "platform.read",
      load: () => import("./billing-page.ts"),
      render: (app) => html`<billing-page .app=${app}></billing-page>`,
    },
    {
      path: "karibu-plan",
      title: "karibuPlan",
      room: "settings",
      guide: ["owner", "leave"],
      permission: "provider.read",
      load: () => import("./karibu-plan-page.ts"),
      render: (app) => html`<karibu-plan-page .app=${app}></karibu-plan-page>`,
    },
  ],
  providerCard: {
    load: () => import("./provider-plan-card.ts"),
    render: (app, { providerId, name }, changed) =>
      html`<provider-plan-card .app=${app} .providerId=${providerId} .providerName=${name} @changed=${changed}></provider-plan-card>`,
  },
  band: {
    permission: "provider.read",
    load: () => import("./subscription-band.ts"),
    render: (app, language) => html`<subscription-band .app=${app} language=${language}></subscription-band>`,
  },
} satisfies ConsoleModule;
