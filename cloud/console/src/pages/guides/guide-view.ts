import { html, nothing } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { elementWith, property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { readGuides } from "../../data/guides.ts";
import { sectionHref } from "../../guides/find-in-guides.ts";
import type { Guide } from "../../guides/guide-shape.ts";
import { say } from "../../strings/strings.ts";
import { guidesStyles } from "./guides-styles.ts";

/** One guide: `owner`, or one section of it: `owner/people`. */
class GuideView extends elementWith({ at: property("") }) {
  static override styles = [sharedStyles, guidesStyles];
  readonly #guides = new ReadController<readonly Guide[]>(this, { read: readGuides, holdsWords: true });
  #shown: readonly Guide[] | null = null;

  /** To the section that is asked for, when its words are first on the page. */
  override updated(): void {
    if (this.#guides.value === this.#shown) return;
    this.#shown = this.#guides.value;
    const [, section] = this.at.split("/");
    if (section !== undefined) this.#show(section);
  }

  #show(section: string): void {
    const heading = this.renderRoot.querySelector<HTMLElement>(`#${CSS.escape(section)}`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  }

  override render() {
    const title = this.#guides.value === null ? html`<h1>${say("guides")}</h1>` : nothing;
    return html`${title}${this.#guides.render((guides) => this.#guide(guides))}`;
  }

  #guide(guides: readonly Guide[]) {
    const [name] = this.at.split("/");
    const guide = guides.find((one) => one.name === name);
    if (guide === undefined) return html`<h1>${say("notFound")}</h1>`;
    return html`<article>
      <h1>${guide.title}</h1>
      <p class="soft">${guide.lead}</p>
      <nav aria-label=${guide.title}>
        <ul>
          ${guide.sections.map(({ id, title }) => html`<li><a href=${sectionHref(guide.name, id)}>${title}</a></li>`)}
        </ul>
      </nav>
      ${guide.sections.map(
        ({ id, title, html: body }) => html`<section>
          <h2 id=${id} tabindex="-1">${title}</h2>
          ${/* Made at build time of our own files (tools/src/build/render-guide.ts): nobody's text is in it. */ unsafeHTML(body)}
        </section>`,
      )}
    </article>`;
  }
}
customElements.define("guide-view", GuideView);
