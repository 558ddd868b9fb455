/** A choice from a list, and a row of buttons of which one is pressed. */
import { html, type TemplateResult } from "lit";
import type { Option } from "../action-form.ts";

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
