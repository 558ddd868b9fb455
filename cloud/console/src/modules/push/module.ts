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
  // Nobody is shown anything by a browser that was not allowed to.
  inBrowser: {
    mayHold: () => "Notification" in window && Notification.permission === "granted",
    load: () => import("./browser-push.ts"),
  },
} satisfies ConsoleModule;
