import type { ColourUse } from "@karibu/protocol/brand/brand-colours";
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { ApiError } from "../hub/api.ts";
import { createIdempotencyKey } from "../hub/idempotency-key.ts";
import { say, word } from "../strings/strings.ts";
import { elementWith, flag, property, state } from "./element-with.ts";
import { asTyped } from "./fields/as-typed.ts";
import { choices } from "./fields/choices.ts";
import { formStyles } from "./fields/form-styles.ts";
import {
  decimalsOverIn,
  isNumber,
  isUnreadable,
  readField,
  unitFor,
  unitName,
  unitsOf,
  valueText,
} from "./fields/form-values.ts";
import { wrongField } from "./fields/wrong-field.ts";
import { problemText } from "./problem-text.ts";
import { sharedStyles } from "./shared-styles.ts";

/** Choices as short as this stand five in a row on a phone. */
const shortLettersMax = 3;
/** Longer choices are sentences: each has a row of its own. */
const wordLettersMax = 40;

/** One choice of a select. */
export interface Option<Value extends string = string> {
  readonly value: Value;
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
    /** Seconds, typed in minutes, hours or days. */
    | "duration"
    /** Bytes, typed in MB or GB. */
    | "data"
    /** kbps, typed in Mbps. */
    | "speed"
    /** Permille, typed as per cent. */
    | "percent"
    /** Hundredths of a per cent, typed as per cent: of taxes. */
    | "rate"
    | "date"
    /** A time of day, `22:00`. */
    | "time"
    | "password"
    | "select"
    | "checkbox"
    | "textarea"
    /** `#rrggbb`, typed or chosen, with how well it can be read. */
    | "colour"
    | "file";
  /** What a colour is for. */
  readonly use?: ColourUse;
  readonly required?: boolean;
  readonly value?: string | number | boolean | null;
  readonly options?: readonly Option[];
  /** The choices of a select stand as large buttons below each other, for a thumb. */
  readonly isLarge?: boolean;
  readonly hint?: string;
  /** What the word means, behind a `?`. */
  readonly explain?: string;
  /** `more`: under "More options", which is closed until one of its fields has a value. */
  readonly group?: "more";
  /** It belongs to one choice of a select: it is shown, and sent, while that is chosen. */
  readonly onlyFor?: { readonly field: string; readonly value: string };
  /** The unit with which an empty duration begins, where that is not hours. */
  readonly emptyUnit?: "minutes";
  /** `min` and `max` are in the unit that is typed. */
  readonly min?: number;
  readonly max?: number;
  readonly step?: string;
  readonly autocomplete?: string;
  /** The kind of file, such as `.csv`. The value of a file field is the file's text. */
  readonly accept?: string;
  /** The file is not text: its value is base64. */
  readonly isBinary?: boolean;
}

/** The values of the fields, in the hub's units: money in cents, a duration in seconds. A file is its text, an empty field null. `ValuesOf` knows more, where the list of fields is known. */
// biome-ignore lint/suspicious/noExplicitAny: what a field gives, only the list of fields says; the hub checks it
export type Values = Readonly<Record<string, any>>;

/**
 * A form with one action. A refusal of the hub stands above the fields, and the focus goes to the field that it names.
 * The fields may change while the form is open: each field keeps what was typed. A form for another thing must be another
 * element (`keyed`): it would keep the text and the idempotency key of the form before it.
 * `submit` gets the idempotency key, which is the same for every try. When it resolves, the form dispatches `done`. When
 * somebody else has changed the thing meanwhile (412), the form offers to load it again and dispatches `reload`.
 * A large form says a refusal where the thumb is: below the field that it names, or above its button.
 */
export class ActionForm extends elementWith({
  fields: property<readonly Field[]>([]),
  submit: property<(values: Values, key: string) => Promise<unknown>>(async () => {}),
  submitText: property(""),
  /** Its button is large, and stays at the thumb while a phone scrolls. */
  isLarge: flag(),
  /** What is missing before it can be sent, as a sentence at its button; empty: nothing. */
  missing: property(""),
  busy: state(false),
  refusal: state(""),
  wrongField: state(""),
  /** Somebody has changed the thing since it was read. */
  isStale: state(false),
  /** What was chosen in selects since the form was opened. */
  chosen: state<Readonly<Record<string, string>>>({}),
}) {
  readonly #key = createIdempotencyKey();

  static override styles = [sharedStyles, formStyles];

  override willUpdate() {
    // Few forms explain a word, take a file or a colour: the part that does it comes with the first of them.
    if (this.fields.some(({ explain }) => explain !== undefined)) void import("./overlay/overlays.ts");
    if (this.fields.some(({ type }) => type === "file")) void import("./fields/file-picker.ts");
    if (this.fields.some(({ type }) => type === "colour")) void import("./fields/colour-choice.ts");
  }

  /** A form that a button has just opened comes into view, and the keyboard goes on in it. One that came with its page leaves both alone. */
  override firstUpdated() {
    const root = this.getRootNode();
    if (!(root instanceof ShadowRoot) || !(root.activeElement instanceof HTMLButtonElement)) return;
    const first = this.renderRoot.querySelector<HTMLElement>("input, select, textarea");
    first?.focus({ preventScroll: true });
    const top = this.closest("section") ?? this;
    top.scrollIntoView({ block: top.clientHeight < window.innerHeight ? "nearest" : "start" });
  }

  override render() {
    return html`<form @submit=${this.#send} @change=${this.#noteChoice} novalidate>
      ${this.refusal === "" || this.isLarge ? nothing : this.#refusal()}
      ${this.#fieldsOf(this.#shown.filter(({ group }) => group === undefined))} ${this.#more()}
      ${this.#isAtButton ? this.#refusal() : nothing}
      <div class="actions ${this.isLarge ? "large" : ""}">
        ${this.missing === "" ? nothing : html`<p class="missing" id="missing" role="status">${this.missing}</p>`}
        <button class="primary" ?disabled=${this.busy || this.missing !== ""} aria-describedby=${this.missing === "" ? nothing : "missing"}>${this.busy ? say(this.#shown.some(({ type }) => type === "file") ? "readingFile" : "working") : this.submitText}</button>
        <slot></slot>
      </div>
    </form>`;
  }

  /** A large form's refusal that names no field which one sees. */
  get #isAtButton(): boolean {
    return this.isLarge && this.refusal !== "" && !this.#shown.some(({ name }) => name === this.wrongField);
  }

  get #shown(): readonly Field[] {
    const chosenIn = (name: string) =>
      this.chosen[name] ?? String(this.fields.find((field) => field.name === name)?.value ?? "");
    return this.fields.filter(({ onlyFor }) => onlyFor === undefined || chosenIn(onlyFor.field) === onlyFor.value);
  }

  #noteChoice(event: Event) {
    if (event.target instanceof HTMLSelectElement)
      this.chosen = { ...this.chosen, [event.target.name]: event.target.value };
  }

  #refusal() {
    return html`<div class="refusal ${this.isLarge ? "here" : ""}" role="alert">
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

  /** What few need, folded away. A field in it that was refused is shown. */
  #more() {
    const fields = this.#shown.filter(({ group }) => group === "more");
    if (fields.length === 0) return nothing;
    // A box that is not ticked is not used.
    const isUsed = fields.some(
      ({ name, value }) => name === this.wrongField || (value !== false && (value ?? "") !== ""),
    );
    return html`<details class="more" ?open=${isUsed}>
      <summary>${say("moreOptions")}</summary>
      <div class="fields">${this.#fieldsOf(fields)}</div>
    </details>`;
  }

  #fieldsOf(fields: readonly Field[]) {
    return repeat(
      fields,
      ({ name }) => name,
      (field) =>
        html`${this.#field(field)}${this.isLarge && this.refusal !== "" && field.name === this.wrongField ? this.#refusal() : nothing}`,
    );
  }

  #field(field: Field) {
    const invalid = this.wrongField === field.name ? "true" : nothing;
    const tip = field.explain === undefined ? nothing : html` <explain-tip text=${field.explain}></explain-tip>`;
    if (field.type === "checkbox") {
      return html`<label class="check"
        ><input type="checkbox" name=${field.name} .checked=${field.value === true} /><span>${field.label}${tip}</span></label
      >`;
    }
    const hint = field.hint === undefined ? nothing : html`<span class="hint">${field.hint}</span>`;
    const isOptional = !field.required && field.type !== "select";
    const title = html`<span
      >${field.label}${isOptional ? html` <span class="optional">${say("optional")}</span>` : nothing}${tip}</span
    >`;
    if (field.type === "select" && field.isLarge === true) return this.#largeChoices(field, hint);
    if (field.type === "select") {
      return html`<label
        >${title}<select
          name=${field.name}
          aria-invalid=${invalid}
          ?required=${field.required}
          ${choices(field.options ?? [], String(field.value ?? ""))}
        ></select
        >${hint}</label
      >`;
    }
    if (field.type === "textarea") {
      return html`<label class="wide"
        >${title}<textarea name=${field.name} aria-invalid=${invalid} .value=${asTyped(String(field.value ?? ""))}></textarea
        >${hint}</label
      >`;
    }
    if (field.type === "file") {
      return html`<div class="label double">
        ${title}<file-picker
          name=${field.name}
          label=${field.label}
          accept=${field.accept ?? ""}
          ?required=${field.required}
          .isWrong=${this.wrongField === field.name}
        ></file-picker
        >${hint}
      </div>`;
    }
    const input = this.#input(field, invalid);
    if (field.type === "colour")
      return html`<div class="label">
        <label for="of-${field.name}">${title}</label>
        <span class="pair">${input}<colour-choice use=${field.use ?? "paper"} label=${field.label}></colour-choice></span
        >${hint}
      </div>`;
    const after = field.type === "speed" ? "Mbps" : field.type === "percent" || field.type === "rate" ? "%" : null;
    if (after !== null)
      return html`<label>${title}<span class="pair">${input}<span class="unit">${after}</span></span>${hint}</label>`;
    const units = unitsOf(field.type);
    if (units === null) return html`<label>${title}${input}${hint}</label>`;
    const chosen = unitFor(field);
    return html`<div class="label">
      <label for="of-${field.name}">${title}</label>
      <span class="pair"
        >${input}<select name=${unitName(field)} aria-label=${say("unit")}>
          ${units.map(([name]) => html`<option value=${name} ?selected=${name === chosen}>${word("unit", name)}</option>`)}
        </select></span
      >${hint}
    </div>`;
  }

  /** Without a value the first one is chosen, as in a select. */
  #largeChoices({ name, label, options = [], value }: Field, hint: unknown) {
    const chosen = options.some((option) => option.value === value) ? value : options[0]?.value;
    return html`<fieldset class="large-choices ${sizeOf(options)}">
      <legend>${label}</legend>
      ${repeat(
        options,
        (option) => option.value,
        (option) => html`<label class="large-choice"
          ><input type="radio" name=${name} value=${option.value} ?checked=${option.value === chosen} /><span
            >${option.label}</span
          ></label
        >`,
      )}
      ${hint}
    </fieldset>`;
  }

  #input(field: Field, invalid: string | typeof nothing) {
    const isScaled = isNumber(field) && field.type !== "number";
    return html`<input
      id="of-${field.name}"
      name=${field.name}
      type=${isNumber(field) ? "number" : field.type === "colour" ? "text" : (field.type ?? "text")}
      inputmode=${isScaled ? "decimal" : nothing}
      aria-invalid=${invalid}
      ?required=${field.required}
      .value=${asTyped(valueText(field))}
      min=${field.min ?? nothing}
      max=${field.max ?? nothing}
      step=${field.step ?? (field.type === "money" ? "0.01" : isScaled ? "any" : nothing)}
      accept=${field.accept ?? nothing}
      autocomplete=${field.autocomplete ?? "off"}
    />`;
  }

  async #send(event: SubmitEvent) {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const unreadable = this.#shown.find((field) => isUnreadable(form, field));
    if (unreadable !== undefined) return this.#refuse(`${unreadable.label}: ${say("isUnreadable")}`, unreadable.name);
    for (const field of this.#shown) {
      const most = decimalsOverIn(form, field);
      if (most !== null) return this.#refuse(`${field.label}: ${say("isTooFine", { most })}`, field.name);
    }
    const values = await this.#valuesOf(form);
    const empty = this.#shown.find((field) => field.required && values[field.name] === null);
    if (empty !== undefined) return this.#refuse(`${empty.label}: ${say("isNeeded")}`, empty.name);
    if (this.busy || this.missing !== "") return;
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
      const names = this.#shown.map(({ name }) => name);
      const field = wrongField(error instanceof ApiError ? error.field : null, names);
      const wrong = this.#shown.find(({ name }) => name === field);
      this.#refuse(
        wrong === undefined
          ? problemText(error)
          : `${wrong.label}: ${problemText(error, (value) => valueText({ ...wrong, value }, true))}`,
        field,
      );
    } finally {
      this.#key.settle(failure);
      this.busy = false;
    }
  }

  #refuse(text: string, field: string): void {
    this.refusal = text;
    this.wrongField = field;
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>(`[name="${CSS.escape(this.wrongField)}"]`)?.focus();
      this.renderRoot.querySelector(".refusal.here")?.scrollIntoView({ block: "nearest" });
    });
  }

  async #valuesOf(form: HTMLFormElement): Promise<Values> {
    const values: Record<string, string | number | boolean | null> = {};
    for (const field of this.#shown) {
      values[field.name] = await readField(form, field);
    }
    return values;
  }
}
customElements.define("action-form", ActionForm);

function sizeOf(options: readonly Option[]): "short" | "sentences" | "" {
  if (options.every(({ label }) => label.length <= shortLettersMax)) return "short";
  return options.some(({ label }) => label.length > wordLettersMax) ? "sentences" : "";
}
