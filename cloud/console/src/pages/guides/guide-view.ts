import { html } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { elementWith, property, state } from "../../components/element-with.ts";
import { loadFailed, loading } from "../../components/loading.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { readGuides } from "../../data/guides.ts";
import { sectionHref } from "../../guides/find-in-guides.ts";
import type { Guide } from "../../guides/guide-shape.ts";
import { onLocale, say } from "../../strings/strings.ts";
import { guidesStyles } from "./guides-styles.ts";

/** One guide: `owner`, or one section of it: `owner/people`. */
class GuideView extends elementWith({
  at: property(""),
  guides: state<readonly Guide[] | null>(null),
  failed: state(false),
}) {
  static override styles = [sharedStyles, guidesStyles];
  #quiet: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.#quiet = onLocale(() => void this.#read());
    void this.#read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#quiet();
  }

  async #read(): Promise<void> {
    try {
      this.guides = await readGuides();
      this.failed = false;
    } catch {
      this.failed = true;
    }
    await this.updateComplete;
    const [, section] = this.at.split("/");
    if (section !== undefined) this.#show(section);
  }

  #show(section: string): void {
    const heading = this.renderRoot.querySelector<HTMLElement>(`#${CSS.escape(section)}`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  }

  override render() {
    if (this.failed) return html`<h1>${say("guides")}</h1>${loadFailed(say("hubAway"), () => void this.#read())}`;
    if (this.guides === null) return html`<h1>${say("guides")}</h1>${loading()}`;
    const [name] = this.at.split("/");
    const guide = this.guides.find((one) => one.name === name);
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
