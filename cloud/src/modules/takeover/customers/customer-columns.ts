/**
 * What each column of a CSV file of customers says: as a person chose it, as the provider chose it before for a file with the same first line, or as the
 * column's name tells. Names are compared without case, spaces, signs and what stands in brackets. Pure.
 *
 * Where the known spellings are from. PHPNuxBill: what its `customers/csv` writes (hotspotbilling/phpnuxbill, `system/controllers/customers.php`) and
 * its table of customers (`install/phpnuxbill.sql`). Mikhmon: `hotspot/exportusers.php` of laksa19/mikhmonv3. UISP: its export of clients, as programs of
 * people who use it read it (`First name`, `Emails`, `Is Lead`, `Service`, `PPPOE Username (custom attribute)`), and what its own import recognises.
 * Splynx: the fields of its documentation (docs.splynx.com, "Customer information") and of its API; it documents no file.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { DateOrder } from "../../../ground/lists/date-order.ts";

export const ownColumns = [
  "name",
  "phone",
  "email",
  "note",
  "number",
  "username",
  "password",
  "service",
  "plan",
  "site",
  "paid_until",
  "balance",
  "active",
] as const;

/** What a column may say. `balance`: plus is credit; `owes`: plus is a debt; `inactive`: yes is what `active` calls no. */
export const columnFields = [
  ...ownColumns,
  "first_name",
  "last_name",
  "company",
  "street",
  "city",
  "owes",
  "inactive",
] as const;
export type ColumnField = (typeof columnFields)[number];

/** Several columns may say these: nothing of them is lost. */
const severalFields: ReadonlySet<ColumnField> = new Set(["phone", "email", "note", "street", "inactive"]);
/** One of them names a customer. */
const nameFields: ReadonlySet<ColumnField> = new Set(["name", "first_name", "last_name", "company"]);

export const csvSources = ["karibu", "splynx", "uisp", "phpnuxbill-csv", "mikhmon", "csv"] as const;
export type CsvSource = (typeof csvSources)[number];

/** What a person chose; null: the column is left out. */
export interface ColumnChoice {
  /** In the order of the file's columns. */
  readonly columns: readonly (ColumnField | null)[];
  readonly dateOrder: DateOrder | null;
}

/** By a column's name, as `keyOf` has it; of two that say one thing the first here counts. Null: known, and left out. */
type Dictionary = Readonly<Record<string, ColumnField | null>>;

const dictionaries: Readonly<Record<CsvSource, ReadonlyMap<string, ColumnField | null>>> = {
  karibu: dictionary(Object.fromEntries(ownColumns.map((column) => [column.replaceAll("_", ""), column]))),
  splynx: dictionary({
    id: "number",
    customerid: "number",
    portallogin: "username",
    login: "username",
    customerlogin: "username",
    portalpassword: "password",
    password: "password",
    fullname: "name",
    name: "name",
    customername: "name",
    email: "email",
    billingemail: "email",
    phonenumber: "phone",
    phone: "phone",
    status: "active",
    accountbalance: "balance",
    deposit: "balance",
    balance: "balance",
    street: "street",
    street1: "street",
    city: "city",
    internetplan: "plan",
    internettariff: "plan",
    tariff: "plan",
    tariffname: "plan",
    plan: "plan",
    blockingdate: "paid_until",
    partner: null,
    partnerid: null,
    location: null,
    zipcode: null,
    category: null,
    billingtype: null,
  }),
  uisp: dictionary({
    id: "number",
    customid: "number",
    userident: "number",
    name: "name",
    firstname: "first_name",
    lastname: "last_name",
    companyname: "company",
    company: "company",
    emails: "email",
    email: "email",
    email1: "email",
    email2: "email",
    phones: "phone",
    phone: "phone",
    phone1: "phone",
    phone2: "phone",
    street1: "street",
    street2: "street",
    street: "street",
    address: "street",
    city: "city",
    note: "note",
    clientnote: "note",
    accountbalance: "balance",
    balance: "balance",
    accountoutstanding: null,
    service: "plan",
    serviceplan: "plan",
    serviceplanname: "plan",
    pppoeusername: "username",
    pppoelogin: "username",
    pppoepassword: "password",
    isactive: "active",
    archived: "inactive",
    // The log-in of their page for customers, and no line's.
    username: null,
    islead: null,
    zipcode: null,
    registrationdate: null,
  }),
  "phpnuxbill-csv": dictionary({
    id: "number",
    pppoeusername: "username",
    username: "username",
    pppoepassword: "password",
    password: "password",
    fullname: "name",
    phonenumber: "phone",
    email: "email",
    address: "street",
    city: "city",
    balance: "balance",
    namebp: "plan",
    // Of the recharge in one of its files, of the customer in another.
    status: null,
    routers: null,
    payment: null,
    accounttype: null,
    servicetype: null,
    createdat: null,
    lastlogin: null,
  }),
  mikhmon: dictionary({
    username: "username",
    password: "password",
    profile: "plan",
    comment: "note",
    timelimit: null,
    datalimit: null,
  }),
  csv: dictionary({
    ...spelled(
      "name",
      "name fullname fullnames names customername clientname subscribername accountname customer client subscriber jina",
    ),
    ...spelled("first_name", "firstname forename givenname"),
    ...spelled("last_name", "lastname surname familyname"),
    ...spelled("company", "company companyname business businessname"),
    ...spelled(
      "phone",
      "phone phones phonenumber phoneno mobile mobileno mobilenumber msisdn telephone tel cell cellphone whatsapp contact contacts simu",
    ),
    ...spelled("email", "email emails emailaddress mail baruapepe"),
    ...spelled("note", "note notes remark remarks comment comments maelezo"),
    ...spelled(
      "number",
      "number customerid clientid customerno customernumber accountno accountnumber accountid id no",
    ),
    ...spelled("username", "username pppoeusername pppoeuser pppoelogin pppusername login loginname userid user"),
    ...spelled("password", "password pppoepassword ppppassword pppoesecret secret"),
    ...spelled("service", "service"),
    ...spelled("plan", "plan planname package packagename profile tariff internetplan bandwidthpackage kifurushi"),
    ...spelled("site", "site sitename kituo"),
    ...spelled(
      "paid_until",
      "paiduntil paidtill validuntil validtill expiry expirydate expires expireson expiration expirationdate duedate nextduedate",
    ),
    ...spelled("balance", "balance accountbalance credit creditbalance wallet walletbalance salio"),
    ...spelled("owes", "owes debt amountdue outstanding outstandingbalance arrears deni"),
    ...spelled("active", "active isactive enabled status accountstatus"),
    ...spelled("inactive", "inactive disabled blocked archived suspended"),
    ...spelled("street", "street street1 street2 address physicaladdress anwani"),
    ...spelled("city", "city town mji"),
  }),
};

function dictionary(of: Dictionary): ReadonlyMap<string, ColumnField | null> {
  return new Map(Object.entries(of));
}

function spelled(field: ColumnField, keys: string): Dictionary {
  return Object.fromEntries(keys.split(" ").map((key) => [key, field]));
}

/** `PPPOE Username (custom attribute)` and `pppoe_username` are one name. */
const keyOf = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\([^)]*\)/g, "")
    .replaceAll(/[^\p{L}\p{N}]/gu, "");

/** Names the columns of a file, and nothing of what stands in them. */
export const headerHashOf = (names: readonly string[]): string =>
  sha256Hex(JSON.stringify(names.map((name) => name.trim().toLowerCase())));

/** Is it likely to hold what nobody should read over a shoulder? */
export const isSecretColumn = (name: string, field: ColumnField | null): boolean =>
  field === "password" || /pass|pwd|secret|nenosiri|pin$/.test(keyOf(name));

export interface ColumnsRead {
  readonly source: CsvSource;
  readonly from: "chosen" | "remembered" | "known";
  readonly fields: readonly (ColumnField | null)[];
  /** A person chose so: lists of log-ins have no other name. */
  readonly isNamedByLogin: boolean;
  readonly errors: readonly { readonly field: string; readonly problem: ColumnProblem }[];
}
type ColumnProblem = "no-such-column" | "column-twice" | "no-name-column" | "columns-differ";

export function readColumns(
  names: readonly string[],
  { chosen, remembered }: { readonly chosen: ColumnChoice["columns"] | null; readonly remembered: ColumnChoice | null },
): ColumnsRead {
  const keys = names.map(keyOf);
  const source = sourceOf(keys);
  const isOther = chosen !== null && chosen.length !== names.length;
  const own = isOther ? null : (chosen ?? remembered?.columns ?? null);
  const fields = own ?? knownFields(source, keys);
  const from = own === null ? "known" : chosen === null ? "remembered" : "chosen";
  const errors: ColumnsRead["errors"][number][] = [];
  if (isOther) errors.push({ field: "mapping", problem: "columns-differ" });
  // A slip of the pen in a column of ours would lose something. Who chose has left it out.
  if (source === "karibu" && own === null)
    for (const [at, name] of names.entries())
      if (fields[at] === null && name !== "") errors.push({ field: name.toLowerCase(), problem: "no-such-column" });
  const twice = fields.filter(
    (field, at) => field !== null && !severalFields.has(field) && fields.indexOf(field) !== at,
  );
  for (const field of new Set(twice)) if (field !== null) errors.push({ field, problem: "column-twice" });
  const isNamed = fields.some((field) => field !== null && nameFields.has(field));
  const isNamedByLogin = !isNamed && own !== null && fields.includes("username");
  if (!isNamed && !isNamedByLogin) errors.push({ field: "name", problem: "no-name-column" });
  return { source, from, fields, isNamedByLogin, errors };
}

/** The system that knows most of the columns; ours first, and what people call their columns last. */
function sourceOf(keys: readonly string[]): CsvSource {
  const known = (source: CsvSource) => keys.filter((key) => dictionaries[source].has(key)).length;
  const [best = "csv"] = [...csvSources].sort((one, other) => known(other) - known(one));
  return known(best) === 0 ? "csv" : best;
}

function knownFields(source: CsvSource, keys: readonly string[]): (ColumnField | null)[] {
  const words = dictionaries[source];
  const order = [...words.keys()];
  const fields = keys.map((key) => words.get(key) ?? null);
  // The same name twice stays so, and is told.
  const better = (field: ColumnField, than: string) =>
    keys.some((key, at) => fields[at] === field && order.indexOf(key) < order.indexOf(than));
  return fields.map((field, at) =>
    field === null || severalFields.has(field) || !better(field, keys[at] ?? "") ? field : null,
  );
}
