import { css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { ApiError } from "../hub/api.ts";
import { createIdempotencyKey } from "../hub/idempotency-key.ts";
import { say } from "../strings/strings.ts";
import { elementWith, property, state } from "./element-with.ts";
import { problemText } from "./problem-text.ts";
import { sharedStyles } from "./shared-styles.ts";

/** One choice of a select. */
export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?:
    | "text"
    | "email"
    | "tel"
    | "number"
    | "money"
    | "date"
    | "password"
    | "select"
    | "checkbox"
    | "textarea"
    | "file";
  readonly required?: boolean;
  readonly value?: string | number | boolean | null;
  readonly options?: readonly Option[];
  readonly hint?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: string;
  readonly autocomplete?: string;
  /** The kind of file, such as `.csv`. The value of a file field is the file's text. */
  readonly accept?: string;
}

/** The values of the fields: numbers as numbers, money in cents, a file as its text, an empty field as null. */
export type Values = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A form with one action. A refusal of the hub stands above the fields, and the focus goes to the field that it names.
 * The fields may change while the form is open: each field keeps what was typed. A form for another thing must be another
 * element (`keyed`): it would keep the text and the idempotency key of the form before it.
 * `submit` gets the idempotency key, which is the same for every try. When it resolves, the form dispatches `done`. When
 * somebody else has changed the thing meanwhile (412), the form offers to load it again and dispatches `reload`.
 */
export class ActionForm extends elementWith({
  fields: property<readonly Field[]>([]),
  submit: property<(values: Values, key: string) => Promise<unknown>>(async () => {}),
  submitText: property(""),
  busy: state(false),
  refusal: state(""),
  wrongField: state(""),
  /** Somebody has changed the thing since it was read. */
  isStale: state(false),
}) {
  readonly #key = createIdempotencyKey();

  static override styles = [
    sharedStyles,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
        gap: 1rem;
        align-items: start;
      }
      .actions,
      .refusal,
      .check,
      .wide {
        grid-column: 1 / -1;
      }
      .actions {
        display: flex;
        gap: 0.75rem;
        flex-wrap: wrap;
      }
      .refusal {
        color: var(--bad);
        background: var(--bad-wash);
        padding: 0.7rem 0.9rem;
        border-radius: 12px;
      }
      .refusal .row {
        margin-top: 0.6rem;
      }
      /* Names, inputs and hints of fields beside each other stand in one line each, however long a name is. */
      @media (min-width: 720px) {
        form {
          row-gap: 0.35rem;
        }
        label:not(.check, .wide) {
          grid-row: span 3;
          grid-template-rows: subgrid;
          align-items: end;
          margin-bottom: 0.5rem;
        }
        label .hint {
          align-self: start;
        }
        .actions {
          margin-top: 0.35rem;
        }
        .double {
          grid-column: span 2;
        }
      }
      label.check {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-height: 44px;
      }
      label.check input {
        flex: none;
        width: 22px;
        min-height: 22px;
      }
      [aria-invalid="true"] {
        border-color: var(--bad);
      }
    `,
  ];

  override render() {
    return html`<form @submit=${this.#send} novalidate>
      ${this.refusal === "" ? nothing : this.#refusal()}
      ${repeat(
        this.fields,
        ({ name }) => name,
        (field) => this.#field(field),
      )}
      <div class="actions">
        <button class="primary" ?disabled=${this.busy}>${this.busy ? say("working") : this.submitText}</button>
        <slot></slot>
      </div>
    </form>`;
  }

  #refusal() {
    return html`<div class="refusal" role="alert">
      ${this.refusal}
      ${
        this.isStale
          ? html`<div class="row">
              <button type="button" @click=${() => this.dispatchEvent(new CustomEvent("reload"))}>
                ${say("reload")}
              </button>
            </div>`
          : nothing
      }
    </div>`;
  }

  #field(field: Field) {
    const invalid = this.wrongField === field.name ? "true" : nothing;
    if (field.type === "checkbox") {
      return html`<label class="check"
        ><input type="checkbox" name=${field.name} .checked=${field.value === true} />${field.label}</label
      >`;
    }
    const hint = field.hint === undefined ? nothing : html`<span class="hint">${field.hint}</span>`;
    if (field.type === "select") {
      return html`<label
        >${field.label}<select name=${field.name} aria-invalid=${invalid} ?required=${field.required}>
          ${field.options?.map(
            (option) =>
              html`<option value=${option.value} ?selected=${option.value === String(field.value ?? "")}>
                ${option.label}
              </option>`,
          )}</select
        >${hint}</label
      >`;
    }
    if (field.type === "textarea") {
      return html`<label class="wide"
        >${field.label}<textarea name=${field.name} aria-invalid=${invalid} .value=${String(field.value ?? "")}></textarea
        >${hint}</label
      >`;
    }
    return html`<label class=${field.type === "file" ? "double" : ""}
      >${field.label}<input
        name=${field.name}
        type=${field.type === "money" ? "number" : (field.type ?? "text")}
        inputmode=${field.type === "money" ? "decimal" : nothing}
        aria-invalid=${invalid}
        ?required=${field.required}
        .value=${valueText(field)}
        min=${field.min ?? nothing}
        max=${field.max ?? nothing}
        step=${field.step ?? (field.type === "money" ? "0.01" : nothing)}
        accept=${field.accept ?? nothing}
        autocomplete=${field.autocomplete ?? "off"}
      />${hint}</label
    >`;
  }

  async #send(event: SubmitEvent) {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values = await this.#valuesOf(form);
    const missing = this.fields.find((field) => field.required && values[field.name] === null);
    if (missing !== undefined) return this.#refuse(`${missing.label}: ${say("isNeeded")}`, missing.name);
    if (this.busy) return;
    this.busy = true;
    this.isStale = false;
    this.refusal = "";
    this.wrongField = "";
    let failure: unknown;
    try {
      const result = await this.submit(values, this.#key.now());
      this.dispatchEvent(new CustomEvent("done", { detail: result, bubbles: true, composed: true }));
    } catch (error) {
      failure = error;
      this.isStale = error instanceof ApiError && error.status === 412;
      const field = (error instanceof ApiError ? error.field : null)?.split(".").at(-1) ?? "";
      const label = this.fields.find(({ name }) => name === field || name === field.replace(/Cents$/, ""))?.label;
      this.#refuse(label === undefined ? problemText(error) : `${label}: ${problemText(error)}`, field);
    } finally {
      this.#key.settle(failure);
      this.busy = false;
    }
  }

  #refuse(text: string, field: string): void {
    this.refusal = text;
    const names = this.fields.map(({ name }) => name);
    this.wrongField = names.find((name) => name === field || `${name}Cents` === field) ?? "";
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`[name="${CSS.escape(this.wrongField)}"]`)?.focus(),
    );
  }

  async #valuesOf(form: HTMLFormElement): Promise<Values> {
    const values: Record<string, string | number | boolean | null> = {};
    for (const field of this.fields) {
      values[field.name] = await readInput(form.elements.namedItem(field.name) as HTMLInputElement, field);
    }
    return values;
  }
}
customElements.define("action-form", ActionForm);

function valueText(field: Field): string {
  if (field.value === null || field.value === undefined) return "";
  return field.type === "money" ? String(Number(field.value) / 100) : String(field.value);
}

async function readInput(input: HTMLInputElement, field: Field): Promise<string | number | boolean | null> {
  if (field.type === "checkbox") return input.checked;
  if (field.type === "file") return (await input.files?.[0]?.text()) ?? null;
  const text = field.type === "password" ? input.value : input.value.trim();
  if (text === "") return null;
  if (field.type === "money") return Math.round(Number(text) * 100);
  return field.type === "number" ? Number(text) : text;
}

/** A select's choices, from ids and names. */
export function optionsOf(names: Iterable<readonly [id: string, name: string]>): Option[] {
  return [...names].map(([value, label]) => ({ value, label }));
}

/** The values without empty fields: the hub uses its defaults for them. */
export function withoutEmpty(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
