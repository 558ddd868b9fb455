import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const domains = {
  pages: [],
  settings: {
    name: "domains",
    words: ["ownDomains", "ownDomainsWhy"],
    load: () => import("./domains-card.ts"),
    render: (app) => html`<domains-card .app=${app}></domains-card>`,
  },
} satisfies ConsoleModule;
