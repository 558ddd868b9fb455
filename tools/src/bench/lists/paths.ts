/** What a console may ask a list for: every sort order, every filter that its schema offers, every search. */
import type { Client } from "./client.ts";

/** A list and one way to ask for it, with a value of the asking provider's own rows where that is needed. */
export interface Question {
  readonly list: string;
  readonly words: string;
  /** Filters: the field of the row that gives the value. */
  readonly valueFrom: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: the description, as JSON
type Json = any;

/** What is searched: something that many rows have, and something that no row has, which is the hard one. */
const searched: Readonly<Record<string, readonly string[]>> = {
  "/api/v1/sessions": ["77", "ab:cd:ef"],
  "/api/v1/payments": ["2547", "no such payer"],
  "/api/v1/vouchers": ["1GB", "no such plan"],
  "/api/v1/customers": ["customer 12", "no such customer"],
};
/** What people type into the search: a phone, a receipt, a device, an address, a name, a code, and what nothing has. */
const searchedEverywhere = [
  "0712345678",
  "UKL5",
  "AA:BB:CC:DD:EE:FF",
  "10.5.50.7",
  "customer 12",
  "12345678",
  "no such",
];
/** Parameters that a list requires. */
const needed: Readonly<Record<string, string>> = { "/api/v1/ledger/statement": "&account=revenue" };
/** What a filter takes that no row shows as it is. */
const known: Readonly<Record<string, string>> = { currency: "KES", phone: "0712345678" };
const moments = new Set(["fromMs", "untilMs", "sinceMs"]);

/** From the API's own description. Lists that this token may not read, or that need a parameter, are left out. */
export async function questionsOf(client: Client, token: string): Promise<Question[]> {
  const description = await client.get("/api/v1/openapi.json", token);
  const found: Question[] = [{ list: "/api/v1/reports/today", words: "", valueFrom: null }];
  found.push({ list: "/api/v1/home", words: "", valueFrom: null });
  for (const typed of searchedEverywhere)
    found.push({ list: "/api/v1/search", words: `?q=${encodeURIComponent(typed)}`, valueFrom: null });
  for (const [list, { get }] of Object.entries(description.paths as Record<string, Json>)) {
    if (get === undefined || list.includes("{") || get["x-permission"] === undefined) continue;
    const fields = new Map<string, Json>(get.parameters.map((one: Json) => [one.name, one.schema]));
    const more = needed[list] ?? "";
    const isOurs =
      fields.has("cursor") && (await client.get(`${list}?limit=1${more}`, token).catch(() => null)) !== null;
    if (!isOurs) continue;
    const ask = (words: string, valueFrom: string | null = null) =>
      void found.push({ list, words: more + words, valueFrom });
    ask("");
    for (const sort of fields.get("sort")?.enum ?? []) ask(`&sort=${sort}`);
    if (fields.has("q")) for (const q of searched[list] ?? ["a", "no such thing"]) ask(`&q=${encodeURIComponent(q)}`);
    for (const [name, schema] of fields) {
      if (["limit", "cursor", "sort", "q"].includes(name) || more.includes(`&${name}=`)) continue;
      if (schema.enum !== undefined) for (const value of schema.enum) ask(`&${name}=${value}`);
      else if (schema.type === "boolean") for (const value of ["true", "false"]) ask(`&${name}=${value}`);
      else if (schema.format === "date") ask(`&${name}=2026-01-01`);
      else if (known[name] !== undefined) ask(`&${name}=${known[name]}`);
      else if (moments.has(name)) ask(`&${name}=${Date.now() - 7 * 86_400_000}`);
      else ask(`&${name}=`, name);
    }
  }
  return found;
}

export function pathOf({ list, words, valueFrom }: Question, firstRows: readonly Json[]): string {
  if (list.includes("/reports/today")) return list;
  if (list === "/api/v1/home" || list === "/api/v1/search") return `${list}${words}`;
  const value =
    valueFrom === null ? "" : (firstRows.map((row) => row[valueFrom]).find((one) => one != null) ?? "nothing");
  return `${list}?limit=100${words}${encodeURIComponent(String(value))}`;
}
