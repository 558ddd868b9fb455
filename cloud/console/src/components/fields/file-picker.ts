import { css, html, nothing, type PropertyValues } from "lit";
import { byteSize } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { elementWith, flag, property, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";

/**
 * A file of the user's: a button, the name of what was chosen, and a place to drop one. The browser's own control speaks the
 * browser's language and not the user's, so it is there for the keyboard and for screen readers alone. A field of its form like any
 * other: `form.elements` has it, and `FormData` its file.
 */
export class FilePicker extends elementWith({
  name: property(""),
  label: property(""),
  /** The kinds of file, such as `.csv,text/csv`. */
  accept: property(""),
  required: flag(),
  /** The last try was refused because of this field. */
  isWrong: property(false),
  file: state<File | null>(null),
  /** A file is held above it. */
  isOver: state(false),
}) {
  static readonly formAssociated = true;
  static override shadowRootOptions: ShadowRootInit = { mode: "open", delegatesFocus: true };
  readonly #internals = this.attachInternals();

  static override styles = [
    sharedStyles,
    css`
      label {
        position: relative;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.35rem 0.8rem;
        min-height: var(--control);
        padding: 0.3rem 0.4rem;
        border: 1px dashed var(--edge);
        border-radius: var(--radius-control);
        background: var(--raised);
        cursor: pointer;
      }
      label.over {
        border-color: var(--brand);
        background: var(--brand-wash);
      }
      label.wrong {
        border-color: var(--bad);
      }
      label:has(:focus-visible) {
        outline: 3px solid var(--focus);
        outline-offset: 2px;
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        pointer-events: none;
      }
      .button {
        min-height: 34px;
        padding: 0 0.8rem;
        border-radius: 9px;
        background: var(--surface);
      }
      .chosen {
        flex: 1 1 8rem;
        min-width: 0;
        font-weight: 400;
        overflow-wrap: anywhere;
      }
      /* Nothing is dropped with a finger. */
      @media (pointer: coarse), (max-width: 519px) {
        .drop {
          display: none;
        }
      }
    `,
  ];

  /** As of the browser's own control: what reads a form asks for it. */
  get files(): readonly File[] {
    return this.file === null ? [] : [this.file];
  }

  formResetCallback(): void {
    this.#take(null);
    const input = this.renderRoot.querySelector("input");
    if (input !== null) input.value = "";
  }

  override updated(changed: PropertyValues) {
    if (!changed.has("file") && !changed.has("required")) return;
    const input = this.renderRoot.querySelector("input") ?? undefined;
    if (this.required && this.file === null)
      this.#internals.setValidity({ valueMissing: true }, say("isNeeded"), input);
    else this.#internals.setValidity({});
  }

  override render() {
    const { file } = this;
    return html`<label
      class="${this.isOver ? "over" : ""} ${this.isWrong ? "wrong" : ""}"
      @dragover=${this.#over}
      @dragleave=${() => (this.isOver = false)}
      @drop=${this.#drop}
    >
      <input
        type="file"
        aria-label=${this.label}
        aria-describedby="chosen"
        aria-required=${this.required}
        aria-invalid=${this.isWrong ? "true" : nothing}
        accept=${this.accept === "" ? nothing : this.accept}
        @change=${(event: Event) => this.#take((event.target as HTMLInputElement).files?.[0] ?? null)}
      />
      <span class="button" aria-hidden="true">${say(file === null ? "chooseFile" : "chooseOtherFile")}</span>
      <span class="chosen" id="chosen"
        >${
          file === null
            ? html`<span class="soft">${say("noFileChosen")}<span class="drop"> ${say("orDropFile")}</span></span>`
            : html`${file.name} <span class="soft nowrap">${byteSize(file.size)}</span>`
        }</span
      >
    </label>`;
  }

  #over(event: DragEvent): void {
    event.preventDefault();
    this.isOver = true;
  }

  #drop(event: DragEvent): void {
    event.preventDefault();
    this.isOver = false;
    const dropped = event.dataTransfer?.files[0];
    if (dropped !== undefined) this.#take(dropped);
  }

  #take(file: File | null): void {
    this.file = file;
    this.#internals.setFormValue(file);
  }
}
customElements.define("file-picker", FilePicker);
