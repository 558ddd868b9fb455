import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const radiusLogIn = {
  pages: [],
  staffCard: {
    load: () => import("./radius-card.ts"),
    render: (app, roles) => html`<radius-card .app=${app} .roles=${roles}></radius-card>`,
  },
} satisfies ConsoleModule;
