/** Examples for the API description: generated from the schema, with values that suit the field's name. They always fit it. */

type Json = Record<string, unknown>;

const id = "019a9f4c-7b1e-7c55-9a3e-2f6d8b1c4e70";
/** 32 bytes in base64. */
const key32 = `${"A".repeat(43)}=`;
const atMs = 1_795_000_000_000;
/** What ends there ends after it began, and not before it is tried. */
const untilMs = 1_900_000_000_000;

/** By the end of a field's name, longest first. */
const byName: readonly (readonly [ending: string, value: unknown])[] = [
  ...([
    ["email", "owner@example.com"],
    ["ownerEmail", "owner@example.com"],
    ["phone", "254712345678"],
    ["Phone", "254712345678"],
    ["supportPhone", "0712 345 678"],
    ["currency", "KES"],
    ["locale", "en"],
    ["portalLanguage", "fr"],
    ["utcOffsetMinutes", 180],
    ["quietFromMinute", 1260],
    ["quietUntilMinute", 360],
    ["marketingFromMinute", 480],
    ["marketingUntilMinute", 1200],
    ["priceCents", 5000],
    ["Cents", 5000],
    ["AtMs", atMs],
    ["untilMs", untilMs],
    ["toMs", untilMs],
    ["Ms", atMs],
    ["Id", id],
    ["providerName", "Baraka WiFi"],
    ["planName", "1GB-DAILY"],
    ["siteName", "Market square"],
    ["name", "Market square"],
    ["region", "Nairobi"],
    ["district", "Westlands"],
    ["latitude", -1.2921],
    ["longitude", 36.8219],
    ["mac", "AA:BB:CC:DD:EE:FF"],
    ["address", "10.5.50.7"],
    ["portalAddress", "http://10.5.50.2"],
    ["colour", "#1d4d3a"],
    ["Colour", "#1d4d3a"],
    ["accentColour", "#f2b33d"],
    ["host", "mail.example.com"],
    ["ip", "10.5.50.7"],
    ["ipv6Pool", "homes"],
    ["username", "wanjiku"],
    ["login", "wanjiku"],
    ["reason", "The internet was away for an hour."],
    ["Reason", "The owner's own house."],
    ["note", "Behind the chemist, second floor."],
    ["words", "We work on it, and write again within the hour."],
    ["text", "The internet is away since seven."],
    ["subject", "No internet since the morning"],
    ["greeting", "Karibu!"],
    ["en", "Closed on Sunday morning for works."],
    ["sw", "Tumefunga Jumapili asubuhi kwa matengenezo."],
    ["link", "https://shop.example/"],
    ["url", "https://shop.example/karibu"],
    ["Url", "https://shop.example/karibu"],
    ["version", "7.22.1"],
    ["code", "4820193756"],
    ["receipt", "SKL7RT61SV"],
    ["prefix", "KB"],
    ["password", "a long pass phrase"],
    ["Password", "a long pass phrase"],
    ["role", "support"],
    ["csv", "name,region,lat,lng\nMarket square,Nairobi,-1.2921,36.8219\n"],
    ["spentOn", "2026-11-20"],
    ["dueOn", "2026-11-20"],
    ["day", "2026-11-20"],
    ["fromDay", "2026-11-20"],
    ["nextCursor", null],
  ] as const),
].sort(([one], [other]) => other.length - one.length);

export function exampleOf(schema: Json, name = ""): unknown {
  if (schema.const !== undefined) return schema.const;
  const choices = schema.enum as unknown[] | undefined;
  const known = byName.find(([ending]) => name === ending || (/^[A-Z]/.test(ending) && name.endsWith(ending)));
  if (choices !== undefined) return choices.includes(known?.[1]) ? known?.[1] : choices[0];
  const options = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (options !== undefined) {
    if (known?.[1] === null && options.some((one) => one.type === "null")) return null;
    return exampleOf(options.find((one) => one.type !== "null") ?? {}, name);
  }
  const types = Array.isArray(schema.type) ? (schema.type as string[]) : [schema.type];
  if (known?.[1] === null && types.includes("null")) return null;
  switch (types.find((type) => type !== "null") ?? types[0]) {
    case "object":
      return objectOf(schema);
    case "array":
      return [exampleOf((schema.items ?? {}) as Json, singular(name))];
    case "boolean":
      return true;
    case "null":
      return null;
    case "integer":
    case "number":
      return numberOf(schema, known?.[1]);
    case "string":
      return stringOf(schema, name, known?.[1]);
    default:
      return known === undefined ? {} : known[1];
  }
}

function objectOf(schema: Json): Json {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const required = (schema.required ?? []) as readonly string[];
  const names = properties.map(([field]) => field);
  const isOther = (field: string) =>
    !required.includes(field) && oneOf.some((group) => group.indexOf(field) > 0 && names.includes(group[0] ?? ""));
  const told = properties.filter(([field]) => !isOther(field) && (required.includes(field) || field !== "certificate"));
  return Object.fromEntries(told.map(([field, inner]) => [field, exampleOf(inner, field)]));
}

/** Of these a request has one: an example has the first. */
const oneOf: readonly (readonly string[])[] = [
  ["paymentId", "voucherId", "cashSaleId"],
  ["file", "siteId"],
];

function numberOf(schema: Json, known: unknown): number {
  const least = Math.max(
    Number(schema.minimum ?? 0),
    Number(schema.exclusiveMinimum ?? 0) + ("exclusiveMinimum" in schema ? 1 : 0),
  );
  const most = Number(schema.maximum ?? Number.MAX_SAFE_INTEGER);
  const wanted = typeof known === "number" ? known : (schema.default ?? 1);
  return Math.min(most, Math.max(least, Number(wanted)));
}

function stringOf(schema: Json, name: string, known: unknown): string {
  const pattern = typeof schema.pattern === "string" ? new RegExp(schema.pattern) : null;
  const least = Number(schema.minLength ?? 0);
  const most = Number(schema.maxLength ?? 1000);
  const fits = (text: unknown): text is string =>
    typeof text === "string" && (pattern === null || pattern.test(text)) && text.length >= least && text.length <= most;
  const filler = "example of a text ".repeat(Math.ceil(least / 18) + 1).slice(0, Math.max(least, Math.min(most, 7)));
  const candidates = [
    known,
    schema.default,
    name,
    id,
    "600100",
    "192.0.2.1",
    "192.168.88.2",
    "10.64.0.0/20",
    "2001:db8:100::/40",
    "KES",
    "a",
    filler,
    "0".repeat(least),
    "a@b.co",
    key32,
    "-----BEGIN CERTIFICATE-----",
  ];
  return candidates.find(fits) ?? filler;
}

function singular(name: string): string {
  return name.replace(/s$/, "");
}
