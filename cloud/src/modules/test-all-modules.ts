/** What tests of the whole hub need of its modules. Written by `npm run schema-types` from the folders beside it. Nobody edits it; a test compares. */
import { samples as groupMessages } from "./group-messages/test-samples.ts";
import { samples as outageNotices } from "./outage-notices/test-samples.ts";
import { samples as takeover } from "./takeover/test-samples.ts";

export const samplesOfModules = {
  "group-messages": groupMessages,
  "outage-notices": outageNotices,
  takeover: takeover,
} as const;
