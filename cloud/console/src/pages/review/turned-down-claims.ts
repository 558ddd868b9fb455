import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Claim, listTurnedDown, reopenClaim } from "../../data/money/claims.ts";
import type { Page } from "../../hub/api.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/table/data-table.ts";

/** Claims that a person turned down, each with its reason: any of them can be opened again. */
class TurnedDownClaims extends appElement() {
  readonly #claims = new ReadController<Page<Claim>>(this, { read: listTurnedDown, topics: ["payment"] });
  readonly #actions = new PageActions(this, () => this.#claims.reload());

  /** One was turned down. */
  reload(): Promise<void> {
    return this.#claims.reload();
  }

  override render() {
    const items = this.#claims.value?.items ?? [];
    if (items.length === 0) return nothing;
    return html`<h2 class="between">${say("turnedDownClaims")}</h2>
      <section class="card">
        <data-table
          caption=${say("turnedDownClaims")}
          .columns=${[
            {
              label: say("receipt"),
              lead: true,
              cell: (row: Claim) => html`<span class="mono">${row.receipt ?? say("none")}</span>`,
            },
            { label: say("phone"), cell: (row: Claim) => html`<span class="mono">${row.phone ?? say("none")}</span>` },
            { label: say("why"), cell: (row: Claim) => row.turnedDown ?? say("none") },
            { label: say("time"), cell: (row: Claim) => dateTime(row.createdAtMs, this.app.zone) },
            {
              label: "",
              cell: (row: Claim) =>
                this.may("payments.manage")
                  ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#reopen(row)}>${say("reopen")}</button>`
                  : nothing,
            },
          ]}
          .rows=${items}
        ></data-table>
      </section>`;
  }

  async #reopen({ id, receipt, phone }: Claim) {
    if (!(await ask(say("reopenSure", { claim: receipt ?? phone ?? "" }), say("reopen")))) return;
    if (await this.#actions.run(`reopen/${id}`, () => reopenClaim(id))) this.dispatchEvent(new CustomEvent("reopened"));
  }
}
customElements.define("turned-down-claims", TurnedDownClaims);
