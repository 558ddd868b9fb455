import { html, nothing } from "lit";
import { ask } from "../../components/overlay/ask-dialog.ts";
import "../../components/table/data-table.ts";
import { elementWith, flag, property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addGroup, type PlanGroup, removeGroup } from "../../data/catalogue/plans.ts";
import { say } from "../../strings/strings.ts";

/** Groups that put the plans in order for staff and sellers. Sites do not know them. */
class GroupsCard extends elementWith({
  groups: property<readonly PlanGroup[]>([]),
  mayChange: flag(),
  isAdding: state(false),
}) {
  readonly #actions = new PageActions(this);

  static override styles = [sharedStyles];

  override render() {
    const columns = [
      { label: say("name"), cell: (row: PlanGroup) => html`<strong>${row.name}</strong>` },
      { label: say("position"), numeric: true, cell: (row: PlanGroup) => row.position },
    ];
    const buttons = {
      label: say("change"),
      cell: (row: PlanGroup) =>
        html`<button class="quiet danger" @click=${() => this.#remove(row)}>${say("remove")}</button>`,
    };
    return html`
      <div class="card">
        <data-table
          caption=${say("planGroups")}
          emptyText=${say("noGroups")}
          .columns=${this.mayChange ? [...columns, buttons] : columns}
          .rows=${this.groups}
        ></data-table>
      </div>
      ${
        this.mayChange
          ? html`<p class="below">
              <button aria-expanded=${this.isAdding} @click=${() => (this.isAdding = !this.isAdding)}>${say("addGroup")}</button>
            </p>`
          : nothing
      }
      ${this.isAdding ? this.#form() : nothing}`;
  }

  #form() {
    return formCard({
      fields: [
        { name: "name", label: say("name"), required: true },
        { name: "position", label: say("position"), type: "number", min: 0, value: this.groups.length },
      ],
      submitText: say("addGroup"),
      submit: (values) => addGroup({ name: values.name, position: values.position ?? 0 }),
      done: () => this.#changed(),
    });
  }

  #changed() {
    this.isAdding = false;
    this.dispatchEvent(new CustomEvent("changed"));
  }

  async #remove(row: PlanGroup) {
    if (!(await ask(say("removeGroupSure", { name: row.name }), say("remove"), { danger: true, thing: row.name })))
      return;
    if (await this.#actions.run("remove", () => removeGroup(row.groupId))) this.#changed();
  }
}
customElements.define("groups-card", GroupsCard);
