/** What an audit entry says was done, in words: `POST /api/v1/plans/{planId}/copy` -> "Plans: copied". */
import { cutText } from "@karibu/protocol/whole-text";
import { en, type Strings } from "../../strings/en.ts";
import { byteSize, dateTime, duration, plainAddress, type Zone } from "../../strings/format.ts";
import { say, wordOr } from "../../strings/strings.ts";
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
  if (match === null) return wordOr("did", action, action.replaceAll("-", " "));
  const [, method = "", path = ""] = match;
  const parts = path.split("/").filter((part) => !part.startsWith("{"));
  const verb = `did_${(parts.at(-1) ?? "").replaceAll("-", "_")}`;
  const isVerb = method === "POST" && parts.length > 1 && Object.hasOwn(en, verb);
  const nouns = (isVerb ? parts.slice(0, -1) : parts).map((part) => wordOr("on", part, part.replaceAll("-", " ")));
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
  planName: "plan",
};

/** Fields that the console calls by the same key. */
const sameWords = [
  ...["accentColour", "accessPoints", "accountNumber", "address", "adoptHotspot", "allowed", "apiUser", "assignedTo"],
  ...["authority", "autoLogIn", "bindings", "channel", "chap", "checklist", "code", "codeAfterPayment", "codesADay"],
  ...["comment", "controlUnit", "correctionsNeedSecond", "disk", "district", "emergencyAddresses", "every", "expires"],
  ...["exciseRegistered", "fairUse", "fiscalMonth", "fiscalNumber", "fromNumber", "graceDays", "grantNoticesHours"],
  ...["guestNetwork", "hasSerials", "host", "initiatorName", "interface", "interfaces", "ipv6Pool", "ipv6Prefix"],
  ...["language", "lateFee", "latitude", "legalName", "link", "longitude", "mac", "mailName", "mails", "mainColour"],
  ...["messages", "minutes", "monthCap", "mtu", "network", "nominatedPhone", "notes", "notInPortal"],
  ...["numberPrefix", "outcome"],
  ...["pauseDaysMax", "paymentWords", "perDayMax", "perMinute", "perPhoneMax", "period", "periods", "place"],
  ...["placeNote", "portalAddress", "portalLanguage", "position", "profile", "promiseDaysMax", "rateLimit", "receipt"],
  ...["reference", "refundUsed", "reminderDays", "remindsByEmail", "remindsBySms", "renewalPromptsMax", "reports"],
  ...["roles", "routers", "salesSummaries", "sellerSalesPerDay", "sellsUnremembered", "sharedUsers", "showsPrice"],
  ...["showsQr", "smsAfterPayment", "staff", "standingOrder", "state", "storeNumber", "strictAccounts", "subdomain"],
  ...["subscriptionDocuments", "taxPin", "tellsBack", "topics", "treatment", "twoPersonRefunds", "uplink", "user"],
  ...["usesMax", "vatRegistered", "version", "voucher", "voucherTitle", "wayOut", "who"],
] as const satisfies readonly (keyof Strings)[];
const isSame = new Set<string>(sameWords);

/** Of these the values have words too: which ones. */
const valueWords: Readonly<Record<string, string>> = {
  pay: "pay",
  method: "method",
  environment: "env",
  role: "role",
  why: "ending",
  unit: "unit",
};

/** What only groups others needs no word of its own: `terms devices` is said as `devices`. */
const groups = new Set(["terms", "lines", "settings"]);

/** A field and what it was set to. */
interface Said {
  readonly text: string;
  /** False: the field has no word of ours; it stands there by its English name in the API, in plain words. */
  readonly isNamed: boolean;
}

/** The query and the body of the request, and what its route says was done, in one line: without ids and files, which people can't read; money in its main unit. */
export function detailText(detail: Readonly<Record<string, unknown>>, zone: Zone): string {
  return shortened(saidOf(detail, zone));
}

/** The same in two parts: what has words, and what the reader finds in English alone. */
export function detailParts(detail: Readonly<Record<string, unknown>>, zone: Zone): { named: string; unnamed: string } {
  const said = saidOf(detail, zone);
  return {
    named: shortened(said.filter(({ isNamed }) => isNamed)),
    unnamed: shortened(said.filter(({ isNamed }) => !isNamed)),
  };
}

function saidOf(detail: Readonly<Record<string, unknown>>, zone: Zone): Said[] {
  const shown = "body" in detail ? [detail.query, detail.body, detail.result, { admin: detail.admin }] : [detail];
  return shown.flatMap((part) => flat(part, zone));
}

function shortened(said: readonly Said[]): string {
  const text = said.map((one) => one.text).join(" · ");
  return text.length > shownMax ? `${cutText(text, shownMax)}…` : text;
}

function flat(value: unknown, zone: Zone, name = ""): Said[] {
  if (value === null || value === undefined || value === "" || value === hidden || isId(value)) return [];
  if (Array.isArray(value)) {
    const items = value.flatMap((item) =>
      typeof item === "object" ? together(flat(item, zone)) : { text: valueText(name, item), isNamed: true },
    );
    const said = items.filter(({ text }) => text !== "");
    if (said.length === 0) return [];
    const all = labelled(name, said.map(({ text }) => text).join(", "));
    return [{ ...all, isNamed: all.isNamed && said.every(({ isNamed }) => isNamed) }];
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

const together = (said: readonly Said[]): Said => ({
  text: said.map(({ text }) => text).join(" "),
  isNamed: said.every(({ isNamed }) => isNamed),
});

/** A UUID says nothing to a person. */
const isId = (value: unknown) =>
  typeof value === "string" && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);

function valueText(name: string, value: unknown): string {
  const kind = valueWords[name];
  if (kind !== undefined) return wordOr(kind, String(value), String(value));
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
function labelled(name: string, text: string): Said {
  if (name === "" || groups.has(name)) return { text, isNamed: true };
  const key = fieldWords[name] ?? (isSame.has(name) ? (name as keyof Strings) : undefined);
  const label =
    key === undefined
      ? name
          .replaceAll(/([A-Z])/g, " $1")
          .replaceAll("-", " ")
          .toLowerCase()
      : say(key);
  return { text: `${label}: ${text}`, isNamed: key !== undefined };
}
