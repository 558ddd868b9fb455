import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Claim, listTurnedDown, reopenClaim } from "../../data/money/claims.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** Claims that a person turned down, each with its reason: any of them can be opened again. */
class TurnedDownClaims extends appElement() {
  readonly #claims = new ListController<Claim>(this, { read: listTurnedDown, topics: ["payment"] });
  readonly #actions = new PageActions(this, () => this.#claims.reload());

  /** One was turned down. */
  reload(): Promise<void> {
    return this.#claims.reload();
  }

  override render() {
    if ((this.#claims.rows ?? []).length === 0 && !this.#claims.hasEarlier) return nothing;
    return html`<h2 class="between">${say("turnedDownClaims")}</h2>
      ${listCard(this.#claims, {
        title: say("turnedDownClaims"),
        emptyText: say("none"),
        rowKey: (row) => row.id,
        columns: [
          {
            label: say("receipt"),
            lead: true,
            cell: (row) => html`<span class="mono">${row.receipt ?? say("none")}</span>`,
          },
          { label: say("phone"), cell: (row) => html`<span class="mono">${row.phone ?? say("none")}</span>` },
          { label: say("why"), cell: (row) => row.turnedDown ?? say("none") },
          { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
        ],
        buttons:
          this.may("payments.manage") &&
          ((row) =>
            html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#reopen(row)}>${say("reopen")}</button>`),
      })}`;
  }

  async #reopen({ id, receipt, phone }: Claim) {
    if (!(await ask(say("reopenSure", { claim: receipt ?? phone ?? "" }), say("reopen")))) return;
    if (await this.#actions.run(`reopen/${id}`, () => reopenClaim(id))) this.dispatchEvent(new CustomEvent("reopened"));
  }
}
customElements.define("turned-down-claims", TurnedDownClaims);
