/** Words of modules. Written by `npm run schema-types` from the folders in `modules`. Nobody edits it; a test compares. */
import { swGroupMessages } from "../modules/group-messages/words/sw.ts";
import { swOutageNotices } from "../modules/outage-notices/words/sw.ts";
import { swTakeover } from "../modules/takeover/words/sw.ts";

export const swOfModules = {
  ...swGroupMessages,
  ...swOutageNotices,
  ...swTakeover,
};
