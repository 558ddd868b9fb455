import {
  type ColourUse,
  colourPattern,
  judgeColour,
  leastContrastOf,
  ownColours,
} from "@karibu/protocol/brand/brand-colours";
import { css, html } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";

/**
 * Beside the text field of a colour: the browser's own choice of colours, and how well the colour can be read where it is used. The text stays
 * the field of its form; a choice is written into it as if it were typed.
 */
class ColourChoice extends elementWith({
  use: property<ColourUse>("paper"),
  /** The field's, for who reads by ear. */
  label: property(""),
  typed: state(""),
}) {
  readonly #read = () => {
    this.typed = this.#text?.value.trim().toLowerCase() ?? "";
  };

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex: 1 1 9rem;
        align-items: center;
        gap: 0.6rem;
        min-width: 0;
      }
      input {
        flex: none;
        width: 3rem;
        min-height: var(--control);
        padding: 0.2rem;
        cursor: pointer;
      }
      p {
        margin: 0;
        font-size: 0.85rem;
        font-weight: 400;
      }
      p.bad {
        color: var(--bad);
      }
    `,
  ];

  get #text(): HTMLInputElement | null {
    return this.previousElementSibling as HTMLInputElement | null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#text?.addEventListener("input", this.#read);
    this.#read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#text?.removeEventListener("input", this.#read);
  }

  override render() {
    // An empty field is Karibu's own colour.
    const usual = this.use === "paper" ? "" : ownColours[this.use];
    const colour = this.typed === "" ? usual : this.typed;
    const isWhole = colourPattern.test(colour);
    return html`<input
        type="color"
        aria-label=${say("chooseColour", { label: this.label })}
        .value=${isWhole ? colour : "#000000"}
        @input=${(event: Event) => this.#choose((event.target as HTMLInputElement).value)}
      />${isWhole ? this.#judgement(colour) : ""}`;
  }

  #judgement(colour: string) {
    const fault = judgeColour(this.use, colour);
    if (fault === null) {
      const contrast = Math.floor(leastContrastOf(this.use, colour) * 10) / 10;
      return html`<p class="soft" role="status">${say("contrastGood", { contrast })}</p>`;
    }
    const { contrast, wouldDo } = fault;
    return html`<p class="bad" role="status">${say("contrastWeak", { contrast, colour: wouldDo })}</p>`;
  }

  #choose(colour: string): void {
    const text = this.#text;
    if (text === null) return;
    text.value = colour;
    text.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }
}
customElements.define("colour-choice", ColourChoice);
