import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const resellers = {
  pages: [
    {
      path: "resellers",
      title: "resellers",
      setHere: "setOn_resellers",
      room: "sales",
      permission: "ledger.read",
      load: () => Promise.all([import("./resellers-page.ts"), import("./reseller-page.ts")]),
      render: (app) => html`<resellers-page .app=${app}></resellers-page>`,
      isBeside: true,
      detail: (app, id) => html`<reseller-page .app=${app} .resellerId=${id}></reseller-page>`,
    },
  ],
  heldCodes: ["#/resellers", "resellers"],
} satisfies ConsoleModule;
