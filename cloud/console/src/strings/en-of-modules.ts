/** Words of modules. Written by `npm run schema-types` from the folders in `modules`. Nobody edits it; a test compares. */
import { enGroupMessages } from "../modules/group-messages/words/en.ts";
import { enOutageNotices } from "../modules/outage-notices/words/en.ts";
import { enTakeover } from "../modules/takeover/words/en.ts";

export const enOfModules = {
  ...enGroupMessages,
  ...enOutageNotices,
  ...enTakeover,
};
