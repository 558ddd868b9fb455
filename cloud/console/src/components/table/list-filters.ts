/** What narrows a list, declared by its page: drawn as fields above the list and as chips that take it away again. */
import { html, nothing, type TemplateResult } from "lit";
import { day, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import type { Option } from "../action-form.ts";
import { choices } from "../fields/choices.ts";
import "../dates/date-range.ts";
import { type DayRange, periodName } from "../dates/periods.ts";

export type Filter<Name extends string> =
  | { readonly name: Name; readonly label: string; readonly options: readonly Option[] }
  | { readonly name: Name; readonly label: string; readonly placeholder?: string; readonly inputmode?: string }
  /** Days, in the names `from` and `to`. */
  | { readonly days: Zone };

/** A choice of states; `kind` begins the names of their words. */
export const stateFilter = (kind: string, states: readonly string[]): Filter<"state"> => ({
  name: "state",
  label: say("state"),
  options: [{ value: "", label: say("allStates") }, ...states.map((value) => ({ value, label: word(kind, value) }))],
});

/** A choice of sites. Null: their names are not read yet. */
export const siteFilter = (names: ReadonlyMap<string, string> | null): Filter<"siteId"> => ({
  name: "siteId",
  label: say("site"),
  options: [{ value: "", label: say("allSites") }, ...[...(names ?? [])].map(([value, label]) => ({ value, label }))],
});

type Values = Readonly<Record<string, string>>;
type Choose = (change: Values) => void;

export function filterFields(filters: readonly Filter<string>[], values: Values, choose: Choose): TemplateResult[] {
  return filters.map((filter) => {
    if ("days" in filter) {
      return html`<date-range
        .zone=${filter.days}
        .from=${values.from ?? ""}
        .to=${values.to ?? ""}
        @change=${(event: CustomEvent<DayRange>) => choose({ ...event.detail })}
      ></date-range>`;
    }
    const { name, label } = filter;
    const value = values[name] ?? "";
    const typed = (event: Event) => choose({ [name]: (event.target as HTMLInputElement).value.trim() });
    if ("options" in filter) {
      return html`<label>${label}<select @change=${typed} ${choices(filter.options, value)}></select></label>`;
    }
    const { placeholder = "", inputmode = "search" } = filter;
    // Not `live`: what is being typed would be wiped out by each drawing of the list.
    return html`<label
      >${label}<input type="search" inputmode=${inputmode} placeholder=${placeholder} .value=${value} @change=${typed}
    /></label>`;
  });
}

/** The filters that are set, each with a button that takes it away. */
export function filterChips(
  filters: readonly Filter<string>[],
  values: Values,
  choose: Choose,
  today: (zone: Zone) => string,
): TemplateResult | typeof nothing {
  const chips = filters.flatMap((filter): { text: string; without: Values }[] => {
    if ("days" in filter) {
      const range = { from: values.from ?? "", to: values.to ?? "" };
      if (range.from === "" && range.to === "") return [];
      return [{ text: rangeText(range, filter.days, today(filter.days)), without: { from: "", to: "" } }];
    }
    const value = values[filter.name] ?? "";
    if (value === "") return [];
    const shown =
      "options" in filter ? (filter.options.find((option) => option.value === value)?.label ?? value) : value;
    return [{ text: `${filter.label}: ${shown}`, without: { [filter.name]: "" } }];
  });
  if (chips.length === 0) return nothing;
  const all = Object.assign({}, ...chips.map(({ without }) => without)) as Values;
  return html`<div class="chips" role="group" aria-label=${say("narrowedBy")}>
    ${chips.map(
      ({ text, without }) => html`<button
        class="chip"
        aria-label=${say("removeFilter", { filter: text })}
        @click=${() => choose(without)}
      >
        ${text} <span aria-hidden="true">×</span>
      </button>`,
    )}
    ${chips.length < 2 ? nothing : html`<button class="quiet" @click=${() => choose(all)}>${say("clearFilters")}</button>`}
  </div>`;
}

function rangeText(range: DayRange, zone: Zone, today: string): string {
  const name = periodName(range, today);
  if (name !== null) return word("period", name);
  return `${range.from === "" ? "…" : day(range.from, zone)} – ${range.to === "" ? "…" : day(range.to, zone)}`;
}
