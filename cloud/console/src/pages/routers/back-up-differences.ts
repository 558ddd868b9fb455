import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Differences, readDifferences } from "../../data/fleet/router-back-ups.ts";
import { say, word } from "../../strings/strings.ts";
import { differenceSigns, differenceStyles } from "./difference-styles.ts";

type Difference = Differences["items"][number];

/** What differs from the back-up before, by menu. All of it is text from the router. */
class BackUpDifferences extends appElement({ siteId: property(""), backUpId: property("") }) {
  static override styles = [sharedStyles, differenceStyles];
  readonly #differences = new ReadController<Differences>(this, {
    read: () => readDifferences(this.siteId, this.backUpId),
  });

  protected override willUpdate(changed: PropertyValues) {
    if (changed.get("backUpId") !== undefined) void this.#differences.reload();
  }

  override render() {
    return html`<section class="card pad between" aria-label=${say("whatChanged")}>
      <h3>${say("whatChanged")}</h3>
      ${this.#differences.render((differences) => this.#body(differences))}
    </section>`;
  }

  #body({ againstId, total, items }: Differences): TemplateResult {
    if (againstId === null) return html`<p class="soft">${say("firstBackUp")}</p>`;
    if (total === 0) return html`<p class="soft">${say("nothingChanged")}</p>`;
    const menus = [...new Set(items.map(({ menu }) => menu))];
    return html`<p class="soft">${say("differencesNote")}</p>
      ${total > items.length ? html`<p class="notice">${say("differencesCut", { count: total })}</p>` : nothing}
      ${menus.map(
        (menu) =>
          html`<h4 class="mono">${menu}</h4>
            <ul>
              ${items.filter((item) => item.menu === menu).map((item) => this.#item(item))}
            </ul>`,
      )}`;
  }

  #item({ kind, line, words }: Difference): TemplateResult {
    return html`<li class=${kind}>
      <span aria-hidden="true">${differenceSigns[kind]}</span>
      <div>
        <strong>${word("difference", kind)}</strong>
        ${
          words.length === 0
            ? html`<div class="mono">${kind === "moved" ? nothing : line}</div>`
            : html`<div class="mono">${line}</div>
                ${words.map(
                  ({ name, was, is }) =>
                    html`<div class="mono">${name}: ${was === is ? say("secretChanged") : html`<del>${was}</del> → <ins>${is}</ins>`}</div>`,
                )}`
        }
      </div>
    </li>`;
  }
}
customElements.define("back-up-differences", BackUpDifferences);
