import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const siteImport = {
  pages: [],
  besideSites: {
    text: "importCsv",
    load: () => import("./import-card.ts"),
    render: (app, changed) => html`<import-card .app=${app} @imported=${changed}></import-card>`,
  },
} satisfies ConsoleModule;
