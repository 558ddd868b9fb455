import { noChange } from "lit";
import { Directive, directive, type ElementPart, type PartInfo, PartType } from "lit/directive.js";
import { say } from "../../strings/strings.ts";

interface Option {
  readonly value: string;
  readonly label: string;
}

/**
 * The choices of a native select: `<select ${choices(options, chosen)}>`. A list of 5,000 sites is made once, without a template
 * for each, and is left alone while it stays the same. A choice that the user has made stays until `chosen` changes; where nobody has made one, `chosen` is
 * chosen as soon as it is among them: names may come later than the form.
 */
class Choices extends Directive {
  #options: readonly Option[] = [];
  #chosen: string | null = null;
  /** What stood there before anybody chose. */
  #shown = "";

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("choices() stands in the tag of a select");
  }

  render(_options: readonly Option[], _chosen: string): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [offered, chosen]: [readonly Option[], string]): typeof noChange {
    const options = withChosen(offered, chosen);
    const select = part.element as HTMLSelectElement;
    const isNew = !isSame(options, this.#options);
    const isOwn = this.#chosen === chosen && select.value !== this.#shown;
    if (isNew) {
      const kept = isOwn ? select.value : chosen;
      this.#options = options;
      select.replaceChildren(...options.map(({ value, label }) => new Option(label, value)));
      select.value = options.some(({ value }) => value === kept) ? kept : (options[0]?.value ?? "");
    } else if (chosen !== this.#chosen) {
      select.value = chosen;
    }
    if (!isOwn) this.#shown = select.value;
    this.#chosen = chosen;
    return noChange;
  }
}

export const choices = directive(Choices);

/** What is stored and is none of the choices, or whose name is not known, or not yet, stays until somebody makes another choice. */
function withChosen(options: readonly Option[], chosen: string): readonly Option[] {
  if (chosen === "" || options.some(({ value }) => value === chosen)) return options;
  return [...options, { value: chosen, label: say("choiceStays") }];
}

const isSame = (some: readonly Option[], others: readonly Option[]): boolean =>
  some.length === others.length &&
  some.every(({ value, label }, at) => value === others[at]?.value && label === others[at]?.label);
