import type { Field } from "../components/action-form.ts";
import { say } from "../strings/strings.ts";
import { longWord } from "./samples.ts";

/** Five thousand sites: as many as a list of choices ever has. */
const manySites = Array.from({ length: 5_000 }, (_, at) => ({ value: String(at), label: `Site ${at + 1}` }));

/** A field of every type, with every addition. */
export const everyField = (): Field[] => [
  { name: "name", label: say("name"), required: true, value: longWord },
  { name: "price", label: say("price"), type: "money", required: true, value: 3_050, min: 0 },
  { name: "time", label: say("validFor"), type: "duration", value: 86_400 * 30, explain: say("evidenceWhy") },
  { name: "data", label: say("used"), type: "data", value: null, hint: say("emptyUnlimited") },
  { name: "site", label: say("site"), type: "select", options: manySites, value: "4999" },
  { name: "spentOn", label: say("spentOn"), type: "date", value: "2026-11-20" },
  { name: "text", label: say("messageText"), type: "textarea" },
  { name: "csv", label: say("csvFile"), type: "file", hint: say("csvHint") },
  { name: "active", label: say("onSale"), type: "checkbox", value: true, explain: say("evidenceWhy") },
  { name: "down", label: say("speedDown"), type: "speed", value: 1_500, group: "more" },
  { name: "share", label: say("commissionPercent"), type: "percent", value: 25, group: "more", hint: longWord },
  { name: "vat", label: say("ratePercent"), type: "rate", value: 1_225, group: "more" },
];
