/** What narrows a list: a search field, a choice from a list, a row of buttons. */
import { html, nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";
import type { Option } from "./action-form.ts";

/** `placeholder` names what is searched; `beside` stands to the right. */
export function searchBar(
  placeholder: string,
  search: (text: string) => void,
  beside: unknown = nothing,
): TemplateResult {
  return html`<div class="filters">${textFilter(say("search"), search, { placeholder })} ${beside}</div>`;
}

export function textFilter(
  label: string,
  choose: (text: string) => void,
  { value = "", placeholder = "", inputmode = "search" } = {},
): TemplateResult {
  const typed = (event: Event) => choose((event.target as HTMLInputElement).value.trim());
  return html`<label
    >${label}<input type="search" inputmode=${inputmode} placeholder=${placeholder} .value=${value} @change=${typed}
  /></label>`;
}

export function selectFilter(
  label: string,
  options: readonly Option[],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  return html`<label
    >${label}<select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${options.map(({ value, label: text }) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
    </select></label
  >`;
}

/** Buttons beside each other, of which one is pressed. */
export function choiceButtons<Value>(
  label: string,
  choices: readonly (readonly [value: Value, text: string])[],
  chosen: Value,
  choose: (value: Value) => void,
): TemplateResult {
  return html`<div class="row" role="group" aria-label=${label}>
    ${choices.map(
      ([value, text]) =>
        html`<button aria-pressed=${value === chosen} class=${value === chosen ? "primary" : ""} @click=${() => choose(value)}>
          ${text}
        </button>`,
    )}
  </div>`;
}
