/** What an audit entry says was done, in words: `POST /api/v1/plans/{planId}/copy` -> "Plans: copied". */
import { en, type Strings } from "../../strings/en.ts";
import { byteSize, dateTime, duration, plainAddress, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { permissionWords } from "../staff/permission-words.ts";

const plainVerbs: Record<string, keyof Strings> = {
  // Only a reading that shows codes, keys or personal data is in the log.
  GET: "did_read",
  POST: "did_made",
  PUT: "did_set",
  PATCH: "did_changed",
  DELETE: "did_removed",
};

/** An action that is no request (`signed-up`) has its word. An action without a word is written in plain words. */
export function actionWords(action: string): string {
  const match = /^(GET|POST|PUT|PATCH|DELETE) \/api\/v1\/(?:my\/\{provider\}\/)?(.+)$/.exec(action);
  if (match === null) return word("did", action);
  const [, method = "", path = ""] = match;
  const parts = path.split("/").filter((part) => !part.startsWith("{"));
  const verb = `did_${(parts.at(-1) ?? "").replaceAll("-", "_")}`;
  const isVerb = method === "POST" && parts.length > 1 && Object.hasOwn(en, verb);
  const nouns = (isVerb ? parts.slice(0, -1) : parts).map((part) => word("on", part));
  return `${nouns.join(", ")}: ${say(isVerb ? (verb as keyof Strings) : (plainVerbs[method] as keyof Strings))}`;
}

const isForMachines = /(Id|Ids|Hash|Url)$|^(id|ids|csv|bundle|url|locale|alphabet|seed|key|etag|cursor)$/i;
/** What the hub does not keep in the log is nothing to read there either. */
const hidden = "[hidden]";
const shownMax = 160;

/** The words of fields that people know from the console's forms. */
const fieldWords: Readonly<Record<string, keyof Strings>> = {
  name: "name",
  phone: "phone",
  email: "email",
  price: "price",
  amount: "amount",
  reason: "why",
  quantity: "howMany",
  text: "messageText",
  role: "role",
  active: "active",
  category: "category",
  payee: "payee",
  spentOn: "spentOn",
  customerName: "customerName",
  dueOn: "dueOn",
  validitySeconds: "validFor",
  dataBytes: "dataAmount",
  downKbps: "speedDown",
  upKbps: "speedUp",
  devices: "devicesAtOnce",
  prefix: "prefix",
  length: "codeLength",
  permissions: "permissions",
  method: "refundMethod",
  day: "day",
  currency: "currency",
  utcOffsetMinutes: "timeZone",
  ownerName: "ownerName",
  ownerEmail: "ownerEmail",
  supportPhone: "supportPhone",
  from: "auditFrom",
  kind: "kind",
  note: "note",
  pay: "payWith",
  environment: "environment",
  scopes: "permissions",
  revoke: "auditRevoke",
  expiresInDays: "auditDays",
  commissionPercent: "commissionPercent",
  sites: "sites",
  float: "float",
  why: "why",
  count: "howMany",
  username: "userName",
  service: "service",
  subject: "subject",
  autoRenew: "autoRenew",
  region: "region",
  interimSeconds: "interimSeconds",
  until: "until",
  trialDays: "trialDays",
  forNew: "forNewProviders",
  quietFromMinute: "quietFrom",
  quietUntilMinute: "quietUntil",
  unit: "unit",
  priority: "priority",
  fromDay: "fromDay",
  disabled: "switchedOff",
};

/** What only groups others needs no word of its own: `terms devices` is said as `devices`. */
const groups = new Set(["terms", "lines", "settings"]);

/** The query and the body of the request in one line: without ids and files, which people can't read; money in its main unit. */
export function detailText(detail: Readonly<Record<string, unknown>>, zone: Zone): string {
  const shown = "body" in detail ? [detail.query, detail.body, { admin: detail.admin }] : [detail];
  const text = shown.flatMap((part) => flat(part, zone)).join(" · ");
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}

function flat(value: unknown, zone: Zone, name = ""): string[] {
  if (value === null || value === undefined || value === "" || value === hidden || isId(value)) return [];
  if (Array.isArray(value)) {
    const items = value.map((item) => (typeof item === "object" ? flat(item, zone).join(" ") : valueText(name, item)));
    const said = items.filter((text) => text !== "");
    return said.length === 0 ? [] : [labelled(name, said.join(", "))];
  }
  if (typeof value === "object")
    return Object.entries(value).flatMap(([key, inner]) => {
      if (isForMachines.test(key)) return [];
      if (/[a-z]Ms$/.test(key) && typeof inner === "number")
        return [labelled(key.replace(/(At)?Ms$/, ""), dateTime(inner, zone))];
      const [label, field] = /Cents$/.test(key)
        ? [key.replace(/Cents$/, ""), Number(inner) / 100]
        : /Permille$/.test(key)
          ? [key.replace(/Permille$/, "Percent"), Number(inner) / 10]
          : [key, inner];
      return flat(field, zone, label);
    });
  return [labelled(name, valueText(name, value))];
}

/** A UUID says nothing to a person. */
const isId = (value: unknown) =>
  typeof value === "string" && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);

function valueText(name: string, value: unknown): string {
  if (name === "role") return word("role", String(value));
  if (name === "why") return word("ending", String(value));
  if (name === "permissions" || name === "scopes") return permissionWords(String(value));
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (name === "utcOffsetMinutes" && typeof value === "number")
    return `UTC${value < 0 ? "−" : "+"}${Math.abs(value) / 60}`;
  if (name.endsWith("Seconds") && typeof value === "number") return duration(value);
  const hiddenText = /^\[(\d+) characters\]$/.exec(String(value));
  if (hiddenText !== null) return say("auditCharacters", { count: Number(hiddenText[1]) });
  if (name.endsWith("Bytes") && typeof value === "number") return byteSize(value);
  return plainAddress(String(value));
}

/** A field without a word of ours is at least written as words: `creditLimit` -> "credit limit". */
function labelled(name: string, text: string): string {
  if (name === "" || groups.has(name)) return text;
  const key = fieldWords[name];
  const label = key === undefined ? name.replaceAll(/([A-Z])/g, " $1").toLowerCase() : say(key);
  return `${label}: ${text}`;
}
