import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const example = {
  pages: [
    {
      path: "example",
      title: "examplePage",
      room: "settings",
      permission: "provider.read",
      load: () => import("./example-page.ts"),
      render: (app) => html`<example-page .app=${app}></example-page>`,
    },
  ],
} satisfies ConsoleModule;
