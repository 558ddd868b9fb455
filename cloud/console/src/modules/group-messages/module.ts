import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const groupMessages = {
  pages: [
    {
      path: "group-messages",
      title: "groupMessages",
      room: "customers",
      permission: "messages.read",
      load: () => import("./group-messages-page.ts"),
      render: (app) => html`<group-messages-page .app=${app}></group-messages-page>`,
    },
  ],
} satisfies ConsoleModule;
