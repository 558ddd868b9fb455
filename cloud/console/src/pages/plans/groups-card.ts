import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, flag, property, state } from "../../components/element-with.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addGroup, type PlanGroup, removeGroup } from "../../data/catalogue/plans.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "../../components/data-table.ts";

/** How plans are ordered for people: groups with a place in the row. Sites know nothing of them. */
class GroupsCard extends elementWith({
  groups: property<readonly PlanGroup[]>([]),
  mayChange: flag(),
  adding: state(false),
}) {
  readonly #deeds = new Deeds(this);

  static override styles = [sharedStyles];

  override render() {
    return html`${this.#deeds.notice()}
      <div class="card">
        <data-table
          caption=${say("planGroups")}
          emptyText=${say("noGroups")}
          .columns=${[
            { label: say("name"), cell: (row: PlanGroup) => html`<strong>${row.name}</strong>` },
            { label: say("position"), numeric: true, cell: (row: PlanGroup) => row.position },
            ...(this.mayChange
              ? [
                  {
                    label: say("change"),
                    cell: (row: PlanGroup) =>
                      html`<button class="quiet" @click=${() => this.#remove(row)}>${say("remove")}</button>`,
                  },
                ]
              : []),
          ]}
          .rows=${this.groups}
        ></data-table>
      </div>
      ${
        this.mayChange
          ? html`<p class="below">
              <button aria-expanded=${this.adding} @click=${() => (this.adding = !this.adding)}>${say("addGroup")}</button>
            </p>`
          : nothing
      }
      ${
        this.adding
          ? html`<section class="card pad">
              <action-form
                .fields=${[
                  { name: "name", label: say("name"), required: true },
                  { name: "position", label: say("position"), type: "number", min: 0, value: this.groups.length },
                ]}
                submitText=${say("addGroup")}
                .submit=${(values: Values) => addGroup({ name: values.name, position: values.position ?? 0 })}
                @done=${() => this.#changed()}
              ></action-form>
            </section>`
          : nothing
      }`;
  }

  #changed() {
    this.adding = false;
    this.dispatchEvent(new CustomEvent("changed"));
  }

  async #remove(row: PlanGroup) {
    if (!(await ask(say("removeGroupSure", { name: row.name }), say("remove")))) return;
    if (await this.#deeds.run("remove", () => removeGroup(row.groupId))) this.#changed();
  }
}
customElements.define("groups-card", GroupsCard);
