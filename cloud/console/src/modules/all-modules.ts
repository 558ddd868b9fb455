/** What the console has of the hub's modules. Written by `npm run schema-types` from the folders beside it. Nobody edits it; a test compares. */
import { groupMessages } from "./group-messages/module.ts";
import { outageNotices } from "./outage-notices/module.ts";
import { takeover } from "./takeover/module.ts";

export const consoleModules = {
  "group-messages": groupMessages,
  "outage-notices": outageNotices,
  takeover,
} as const;
