import { html } from "lit";
import { AddressQuery } from "../../components/address-query.ts";
import { elementWith } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { readGuides } from "../../data/guides.ts";
import { findInGuides, sectionHref } from "../../guides/find-in-guides.ts";
import type { Guide } from "../../guides/guide-shape.ts";
import { say } from "../../strings/strings.ts";
import { guidesStyles } from "./guides-styles.ts";
import "./guide-view.ts";

/** The guides, by whom they are for, and a search through all of them. It needs no log-in: customers may read theirs. */
class GuidesPage extends elementWith({}) {
  static override styles = [sharedStyles, guidesStyles];
  readonly #query = new AddressQuery(this, ["q"]);
  readonly #guides = new ReadController<readonly Guide[]>(this, { read: readGuides, holdsWords: true });

  override render() {
    const text = this.#query.values.q;
    return html`<div class="head"><h1>${say("guides")}</h1></div>
      <div class="filters">
        <label
          >${say("searchGuides")}<input
            type="search"
            .value=${text}
            @input=${(event: InputEvent) => this.#query.set({ q: (event.target as HTMLInputElement).value })}
        /></label>
      </div>
      ${this.#guides.render((guides) => (text.trim() === "" ? tiles(guides) : found(guides, text)))}`;
  }
}
customElements.define("guides-page", GuidesPage);

function tiles(guides: readonly Guide[]) {
  return html`<div class="tiles">
    ${guides.map(
      ({ name, title, lead, sections }) => html`<section class="card pad">
        <h2><a href="#/guides/${name}">${title}</a></h2>
        <p class="soft">${lead}</p>
        <ul>
          ${sections.map((section) => html`<li><a href=${sectionHref(name, section.id)}>${section.title}</a></li>`)}
        </ul>
      </section>`,
    )}
  </div>`;
}

function found(guides: readonly Guide[], text: string) {
  const sections = findInGuides(guides, text);
  return html`<p class="soft" role="status">${sections.length === 0 ? say("nothingFound") : say("guidesFound", { count: sections.length })}</p>
    <div class="found">
      ${sections.map(
        ({ guide, section }) => html`<p>
          <a href=${sectionHref(guide.name, section.id)}><strong>${section.title}</strong></a> · ${guide.title}<br />
          <span class="soft">${excerpt(section.text, text)}</span>
        </p>`,
      )}
    </div>`;
}

/** Where the first typed word stands, with what is around it. */
function excerpt(text: string, typed: string): string {
  const at = text.toLowerCase().indexOf(typed.trim().toLowerCase().split(/\s+/)[0] ?? "");
  const from = Math.max(0, at - 60);
  return `${from > 0 ? "…" : ""}${text.slice(from, from + 180)}…`;
}
