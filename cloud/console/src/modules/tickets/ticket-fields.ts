import { optionsOf } from "../../components/fields/options-of.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import type { Names } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { kinds, priorities } from "./ticket-words.ts";
import { wordChoices } from "./word-choices.ts";

/** What a ticket says when staff open one. */
export const ticketFields = (sites: Names) =>
  [
    { name: "subject", label: say("subject"), required: true },
    { name: "kind", label: say("ticketKind"), type: "select", options: wordChoices("ticket_kind", kinds) },
    {
      name: "priority",
      label: say("priority"),
      type: "select",
      value: "normal",
      options: wordChoices("priority", priorities),
    },
    {
      name: "siteId",
      label: say("site"),
      type: "select",
      options: [{ value: "", label: say("none") }, ...optionsOf(sites)],
    },
    { name: "text", label: say("ticketText"), type: "textarea", required: true },
  ] as const satisfies Fields;

export const ticketOf = (values: ValuesOf<typeof ticketFields>) => withoutEmpty(values);
