import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const push = {
  pages: [],
  accountCard: {
    load: () => import("./push-card.ts"),
    render: (app) => html`<push-card .app=${app}></push-card>`,
  },
  alarmRules: {
    load: () => import("./push-card.ts"),
    card: (app) => html`<push-card class="between" .app=${app}></push-card>`,
    tick: { field: "push", label: "rulePush", whom: "theirBrowsers" },
  },
  inBrowser: () => import("./browser-push.ts"),
} satisfies ConsoleModule;
