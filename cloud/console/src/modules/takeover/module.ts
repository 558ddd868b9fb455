import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const takeover = {
  pages: [
    {
      path: "takeover",
      title: "takeover",
      room: "settings",
      guide: ["owner", "take-over"],
      permission: "takeovers.manage",
      load: () => import("./takeover-page.ts"),
      render: (app) => html`<takeover-page .app=${app}></takeover-page>`,
    },
  ],
} satisfies ConsoleModule;
