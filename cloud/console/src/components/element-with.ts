/**
 * The reactive properties of an element, each declared once with its type and its first value:
 * `class PlanCard extends elementWith({ plan: property<Plan>(), isOpen: state(false) }) { … }`
 * CONTRIBUTING says why these are no decorators.
 * @see https://lit.dev/docs/components/properties/
 */
import { LitElement, type PropertyDeclaration } from "lit";
import { onLocale } from "../strings/strings.ts";

interface Declared<Value> {
  readonly first: Value | undefined;
  readonly options: PropertyDeclaration;
}

/** The parent gives it: `.plan=${plan}`, or a text as an attribute. Without a first value every parent must give one. */
export const property = <Value>(first?: Value): Declared<Value> => ({ first, options: {} });

/** The parent sets or leaves out this attribute: `?open=${isOpen}`. */
export const flag = (): Declared<boolean> => ({ first: false, options: { type: Boolean } });

/** Only the element itself sets it. Without a first value its constructor must set one. */
export const state = <Value>(first?: Value): Declared<Value> => ({ first, options: { state: true } });

export type Shape = Readonly<Record<string, Declared<unknown>>>;
type Values<Of extends Shape> = {
  -readonly [Name in keyof Of]: Of[Name] extends Declared<infer Value> ? Value : never;
};
type ElementClass<Element> = Omit<typeof LitElement, "prototype"> & (new () => Element);

/**
 * A class whose elements render again when one of these properties or the language changes. All its elements share the first values: nobody
 * may change them. `parent` is the class that it extends.
 */
export function elementWith<Of extends Shape, Parent extends LitElement = LitElement>(
  shape: Of,
  parent?: ElementClass<Parent>,
): ElementClass<Parent & Values<Of>> {
  const entries = Object.entries(shape);
  class WithProperties extends ((parent ?? LitElement) as typeof LitElement) {
    static override properties = Object.fromEntries(entries.map(([name, { options }]) => [name, options]));

    #forget: () => void = () => {};

    constructor() {
      super();
      for (const [name, { first }] of entries) Object.assign(this, { [name]: first });
    }

    override connectedCallback(): void {
      super.connectedCallback();
      this.#forget = onLocale(() => this.requestUpdate());
    }

    override disconnectedCallback(): void {
      super.disconnectedCallback();
      this.#forget();
    }
  }
  return WithProperties as unknown as ElementClass<Parent & Values<Of>>;
}
