import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const venues = {
  pages: [
    {
      path: "venues",
      title: "venues",
      setHere: "setOn_venues",
      room: "money",
      permission: "ledger.read",
      load: () => Promise.all([import("./venues-page.ts"), import("./venue-page.ts")]),
      render: (app) => html`<venues-page .app=${app}></venues-page>`,
      isBeside: true,
      detail: (app, id) => html`<venue-page .app=${app} .venueId=${id}></venue-page>`,
    },
  ],
} satisfies ConsoleModule;
