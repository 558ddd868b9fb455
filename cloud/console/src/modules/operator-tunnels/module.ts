import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const operatorTunnels = {
  pages: [
    {
      path: "winbox",
      title: "winbox",
      room: "sites",
      permission: "routers.tunnel",
      load: () => import("./winbox-page.ts"),
      render: (app) => html`<winbox-page .app=${app}></winbox-page>`,
    },
  ],
} satisfies ConsoleModule;
