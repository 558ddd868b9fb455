/**
 * The reactive properties of an element, each declared once with its type and its first value:
 * `class PlanCard extends elementWith({ plan: property<Plan>(), isOpen: state(false) }) { … }`
 * Why not Lit's decorators: see CONTRIBUTING.
 * @see https://lit.dev/docs/components/properties/
 */
import { LitElement, type PropertyDeclaration } from "lit";

interface Declared<Value> {
  readonly first: Value | undefined;
  readonly options: PropertyDeclaration;
}

/** The parent gives it: `.plan=${plan}`, or a text as an attribute. Without a first value every parent must give one. */
export const property = <Value>(first?: Value): Declared<Value> => ({ first, options: {} });

/** The parent sets or leaves out this attribute: `?open=${isOpen}`. */
export const flag = (): Declared<boolean> => ({ first: false, options: { type: Boolean } });

/** The element keeps it for itself. Without a first value its constructor must set one. */
export const state = <Value>(first?: Value): Declared<Value> => ({ first, options: { state: true } });

type Values<Shape> = { -readonly [Name in keyof Shape]: Shape[Name] extends Declared<infer Value> ? Value : never };
type ElementWith<Shape> = Omit<typeof LitElement, "prototype"> & (new () => LitElement & Values<Shape>);

/** A `LitElement` that renders again when one of these changes. All instances share the first values: nobody may change them. */
export function elementWith<Shape extends Record<string, Declared<unknown>>>(shape: Shape): ElementWith<Shape> {
  const entries = Object.entries(shape);
  class Base extends LitElement {
    static override properties = Object.fromEntries(entries.map(([name, { options }]) => [name, options]));

    constructor() {
      super();
      for (const [name, { first }] of entries) Object.assign(this, { [name]: first });
    }
  }
  return Base as unknown as ElementWith<Shape>;
}
