import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const installations = {
  pages: [
    {
      path: "installations",
      title: "installations",
      room: "support",
      guide: ["installer", "house"],
      permission: "installations.read",
      load: () => Promise.all([import("./installations-page.ts"), import("./installation-page.ts")]),
      render: (app) => html`<installations-page .app=${app}></installations-page>`,
      isBeside: true,
      detail: (app, id) => html`<installation-page .app=${app} .installationId=${id}></installation-page>`,
    },
  ],
} satisfies ConsoleModule;
