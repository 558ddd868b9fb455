import { noChange } from "lit";
import { Directive, directive, type PropertyPart } from "lit/directive.js";

/** `.value=${asTyped(text)}`: what stands in a field at first, and follows what it was made of; but never what somebody has typed instead. */
class AsTyped extends Directive {
  #drawn: string | null = null;

  render(text: string): string {
    return text;
  }

  override update(part: PropertyPart, [text]: [string]): unknown {
    const isTyped = this.#drawn !== null && (part.element as HTMLInputElement).value !== this.#drawn;
    this.#drawn = text;
    return isTyped ? noChange : text;
  }
}

export const asTyped = directive(AsTyped);
