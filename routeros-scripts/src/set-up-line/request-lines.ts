/**
 * Lines that speak with the hub. The bearer is sent in a header: addresses are logged, headers are not. What the hub answers is flat JSON,
 * read without conversion of texts that look like numbers.
 */
import { quote, type RawText } from "../language/rsc-text.ts";

/** JSON text of any text of the router, whatever it holds. At most `lengthMax` bytes of it. */
export function jsonText(expression: string, lengthMax: number): string {
  const text = `[:tostr [:pick [:tostr ${expression}] 0 ${lengthMax}]]`;
  return `[:serialize to=json value=${text} options=json.no-string-conversion]`;
}

/** `"slot":` as a word of a script, to stand before the value. `first` begins the object. */
export const jsonKey = (name: string, first = false) => quote(`${first ? "{" : ","}"${name}":`);

export interface Post {
  /** `/enrol/facts`. */
  readonly path: string;
  /** Expression with the JSON text. */
  readonly body: string;
}

/** Variables that the lines use: `$hub`, `$bearer`, `$check`. They set `$answer` (an array) and `$failed` (a text; empty: it worked). */
export function postLines({ path, body }: Post): string[] {
  return [
    ':set failed ""',
    ':set answer [:toarray ""]',
    ":onerror why in={",
    `  :local got [/tool/fetch url=($hub . ${quote(path)}) http-method=post http-header-field=${authorization} http-data=${body} check-certificate=$check output=user as-value]`,
    '  :set answer [:deserialize from=json value=($got->"data") options=json.no-string-conversion]',
    "} do={ :set failed $why }",
  ];
}

const authorization = '("Authorization: Bearer " . $bearer . ",Content-Type: application/json")';

/** `$check` for the hub of `$hub`: a hub without https exists only in the lab. */
export const checkLines = [':local check "yes-without-crl"', ':if ([:pick $hub 0 5] = "http:") do={ :set check "no" }'];

export interface Report {
  readonly step: string;
  readonly state: "running" | "done" | "waiting" | "failed";
  /** A word, or an expression that RouterOS evaluates to one. */
  readonly problem?: string | RawText;
  /** A text, or an expression that RouterOS evaluates. */
  readonly detail?: string | RawText;
}

/** The JSON text of a report, as an expression. */
function reportBody({ step, state, problem, detail }: Report): string {
  const fixed = JSON.stringify({ step, state, ...(typeof problem === "string" ? { problem } : {}) }).slice(0, -1);
  const known = typeof detail === "string" ? `${fixed},"detail":${JSON.stringify(detail)}` : fixed;
  const read = [
    ...(typeof problem === "object" ? [jsonKey("problem"), jsonText(problem.raw, 40)] : []),
    ...(typeof detail === "object" ? [jsonKey("detail"), jsonText(detail.raw, 400)] : []),
  ];
  return read.length === 0 ? quote(`${known}}`) : `(${[quote(known), ...read].join(" . ")} . "}")`;
}

interface ReportsTo {
  readonly url: string;
  readonly bearer: string;
}

/** A line that reports and goes on, whatever the hub says: reports may be late or lost. */
export const reportLine = (report: Report, hub: ReportsTo): string => `:do { ${sendReport(report, hub)} } on-error={ }`;

/** The last word. The script stops where the hub does not hear it: the next run says it again, or the hub would wait for it for ever. */
export const lastReportLine = (report: Report, hub: ReportsTo): string =>
  `:do { ${sendReport(report, hub)} } on-error={ :error "karibu: the hub does not answer; the set-up is told to it again in a minute" }`;

function sendReport(report: Report, hub: ReportsTo): string {
  const header = quote(`Authorization: Bearer ${hub.bearer},Content-Type: application/json`);
  const check = hub.url.startsWith("http:") ? "no" : "yes-without-crl";
  return `/tool/fetch url=${quote(`${hub.url}/enrol/progress`)} http-method=post http-header-field=${header} http-data=${reportBody(report)} check-certificate=${check} output=none`;
}

/** Shows a line in the terminal and in the log. */
export const say = (text: string): string[] => [`:put ${quote(`Karibu: ${text}`)}`];
