import { html } from "lit";
import type { ConsoleModule } from "../console-module.ts";

export const reportSchedules = {
  pages: [],
  reportsCard: {
    load: () => import("./schedules-card.ts"),
    render: (app) => html`<schedules-card .app=${app}></schedules-card>`,
  },
} satisfies ConsoleModule;
