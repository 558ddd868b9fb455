import { html, nothing } from "lit";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  approveCorrection,
  type Correction,
  type CorrectionKind,
  listCorrections,
  refuseCorrection,
} from "../../data/money/corrections.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./correction-form.ts";
import { correctionKinds } from "./correction-form.ts";

const tones: Record<Correction["state"], string> = { asked: "warn", done: "good", refused: "bad" };

/** What people have put right in the books, and the form that does it. Other pages lead here with what they know. */
class CorrectionsPage extends appElement({
  names: state<Names>(noNames),
  isChoosing: state(false),
}) {
  readonly #open = new AddressQuery(this, ["correct", "receipt", "entryId", "customer"]);
  readonly #corrections = new ListController<Correction, "state" | "kind" | "from" | "to">(this, {
    read: async (query, { from, to, ...filters }) => {
      this.names = await readNames("staff", this.app.user);
      const days = momentsOf({ from, to }, this.app.zone.utcOffsetMinutes);
      return listCorrections(query, { ...filters, phone: "", ...days });
    },
    topics: ["payment"],
    filters: ["state", "kind", "from", "to"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#corrections.reload());

  override render() {
    return listPage(this.#corrections, {
      title: say("corrections"),
      intro: say("correctionsWhy"),
      emptyText: say("noCorrections"),
      name: "corrections",
      rowKey: (row) => row.id,
      beside: this.mayAsOwn("ledger.manage")
        ? html`<button class="primary" aria-expanded=${this.isChoosing} @click=${() => (this.isChoosing = !this.isChoosing)}>
            ${say("makeCorrection")}
          </button>`
        : nothing,
      above: this.mayAsOwn("ledger.manage") ? html`${this.#choice()}${this.#form()}` : nothing,
      narrow: [
        stateFilter("correctionState", Object.keys(tones)),
        {
          name: "kind",
          label: say("correctionKind"),
          options: [
            { value: "", label: say("allKinds") },
            ...correctionKinds.map((value) => ({ value, label: word("correction", value) })),
          ],
        },
        { days: this.app.zone },
      ],
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
        { label: say("correctionKind"), cell: (row) => html`${word("correction", row.kind)}${whose(row)}` },
        { label: say("why"), cell: (row) => row.reason },
        {
          label: say("state"),
          cell: (row) => html`<span class="badge ${tones[row.state]}">${word("correctionState", row.state)}</span>`,
        },
        { label: say("requestedBy"), cell: (row) => this.#who(row) },
        { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
      ],
      buttons: this.mayAsOwn("ledger.manage") && ((row) => this.#buttons(row)),
    });
  }

  #choice() {
    if (!this.isChoosing) return nothing;
    return html`<section class="card pad panel">
      <h2>${say("correctionChoose")}</h2>
      ${correctionKinds.map(
        (kind) => html`<p>
          <button @click=${() => this.#begin(kind)}>${word("correction", kind)}</button>
          <span class="soft">${word("correctionWhat", kind)}</span>
        </p>`,
      )}
    </section>`;
  }

  #begin(kind: CorrectionKind) {
    this.isChoosing = false;
    this.#open.set({ correct: kind });
  }

  #form() {
    const { correct, receipt, entryId, customer: phone } = this.#open.values;
    const kind = correctionKinds.find((each) => each === correct);
    if (kind === undefined) return nothing;
    const close = () => this.#open.set({ correct: "", receipt: "", entryId: "", customer: "" });
    return html`<correction-form
      .app=${this.app}
      .kind=${kind}
      .subject=${{ receipt, entryId, phone }}
      @cancel=${close}
      @done=${async (event: CustomEvent<Correction>) => {
        close();
        this.#actions.notify(say(event.detail.state === "asked" ? "correctionRequested" : "correctionMade"));
        await this.#corrections.reload();
      }}
    ></correction-form>`;
  }

  #who({ askedBy, approvedBy, refusedBy }: Correction) {
    const name = (userId: string) => this.names.get(userId) ?? say("unnamedUser");
    const by = (label: "approvedBy" | "refusedBy", userId: string | null) =>
      userId === null ? nothing : html`<br /><span class="soft">${say(label)}: ${name(userId)}</span>`;
    return html`${name(askedBy)}${by("approvedBy", approvedBy === askedBy ? null : approvedBy)}${by("refusedBy", refusedBy)}`;
  }

  /** Another user approves or refuses. The user who asked may withdraw it. */
  #buttons(row: Correction) {
    if (row.state !== "asked") return nothing;
    if (row.askedBy === this.app.user.userId)
      return html`<span class="soft">${say("refundWaits")}</span>
        <button class="quiet danger" @click=${() => this.#refuse(row, "withdraw")}>${say("withdraw")}</button>`;
    return html`<span class="row">
      <button @click=${() => this.#approve(row)}>${say("approve")}</button>
      <button class="quiet danger" @click=${() => this.#refuse(row, "refuse")}>${say("refuse")}</button>
    </span>`;
  }

  async #approve(row: Correction) {
    const what = { what: word("correction", row.kind), amount: money(row.amountCents, row.currency) };
    if (!(await ask(say("approveCorrectionSure", what), say("approve")))) return;
    await this.#actions.run(
      `approve/${row.id}`,
      (key) => approveCorrection(row.id, key),
      () => say("correctionMade"),
    );
  }

  async #refuse(row: Correction, yes: "refuse" | "withdraw") {
    const amount = money(row.amountCents, row.currency);
    const what = { what: word("correction", row.kind), amount };
    if (!(await ask(say("refuseCorrectionSure", what), say(yes), { danger: true, thing: amount }))) return;
    await this.#actions.run(
      `refuse/${row.id}`,
      (key) => refuseCorrection(row.id, key),
      () => say("correctionState_refused"),
    );
  }
}
customElements.define("corrections-page", CorrectionsPage);

/** The receipt and the half hidden numbers. */
function whose({ receipt, phone, toPhone }: Correction) {
  const numbers = [phone, toPhone].filter((each) => each !== null).join(" → ");
  return html`${receipt === null ? nothing : html`<br /><span class="mono">${receipt}</span>`}${
    numbers === "" ? nothing : html`<br /><span class="soft mono">${numbers}</span>`
  }`;
}
