/** The pages in the room of support: somebody by phone number. They stand among the others in `pages.ts`. */
import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { PageRow } from "./page-row.ts";

export const supportPages: readonly PageRow[] = [
  {
    path: "person",
    title: "whyOffline",
    room: "support",
    permission: "payments.read",
    load: () => Promise.all([import("./pages/person/person-finder.ts"), import("./pages/person/person-page.ts")]),
    render: (app) => html`<person-finder .app=${app}></person-finder>`,
    detail: (app, id) => html`${keyed(id, html`<person-page .app=${app} .phone=${id}></person-page>`)}`,
  },
];
