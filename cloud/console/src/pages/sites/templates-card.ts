import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import "../../components/table/data-table.ts";
import { removeTemplate, type SiteTemplate, templatesPath } from "../../data/fleet/site-templates.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** Choices of sites under a name; a new site begins with them. They are made on a site's page. */
class TemplatesCard extends appElement() {
  readonly #templates = new ReadController<{ readonly items: readonly SiteTemplate[] }>(this, {
    path: () => templatesPath,
    topics: ["site"],
  });
  readonly #actions = new PageActions(this, () => this.#templates.reload());

  override render() {
    return this.#templates.render(({ items }) => (items.length === 0 ? nothing : this.#list(items)));
  }

  #list(items: readonly SiteTemplate[]) {
    const mayChange = this.may("sites.manage");
    return html`<h2 class="between">${say("siteTemplates")}</h2>
      <section class="card">
        <data-table
          dense
          caption=${say("siteTemplates")}
          emptyText=${say("none")}
          .rows=${items}
          .columns=${[
            { label: say("name"), cell: (row: SiteTemplate) => html`<strong>${row.name}</strong>` },
            { label: say("region"), cell: (row: SiteTemplate) => row.region ?? say("none") },
            { label: say("templateChoices"), cell: (row: SiteTemplate) => say(row.hasChoices ? "yes" : "no") },
            { label: say("since"), cell: (row: SiteTemplate) => dateTime(row.madeAtMs, this.app.zone) },
            ...(mayChange
              ? [
                  {
                    label: say("change"),
                    cell: (row: SiteTemplate) =>
                      html`<button class="quiet danger" aria-label="${say("remove")}: ${row.name}" @click=${() => this.#remove(row)}>
                        ${say("remove")}
                      </button>`,
                  },
                ]
              : []),
          ]}
        ></data-table>
      </section>`;
  }

  async #remove({ templateId, name }: SiteTemplate) {
    if (!(await ask(say("removeTemplateSure", { name }), say("remove"), { danger: true }))) return;
    await this.#actions.run("remove", () => removeTemplate(templateId));
  }
}
customElements.define("templates-card", TemplatesCard);
