import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ReadController } from "../../components/read-controller.ts";
import { restoreCard } from "../../components/restore-card.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard, listFilters } from "../../components/table/list-page.ts";
import { listReturned, type Restore, type ReturnedRow, restoresPath } from "../../data/operations/restores.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./revoked-again.ts";

const verdicts = ["taken", "kept", "gone"] as const;
const tones = { taken: "good", kept: "warn", gone: "" } as const;

/** What a restore of the hub undid: since when until when, what sites gave back, what not and why, and purchases that wait for proof. */
class RestoresPage extends appElement() {
  readonly #restores = new ReadController<{ readonly items: readonly Restore[] }>(this, {
    path: () => restoresPath,
    topics: ["site", "payment"],
  });
  readonly #rows = new ListController<ReturnedRow, "verdict">(this, {
    read: (query, filters) => listReturned(query, filters),
    topics: ["site", "payment"],
    filters: ["verdict"],
    isCounted: true,
  });

  override render() {
    return html`<div class="head"><h1>${say("restores")}</h1></div>
      <p class="soft panel">${say("restoresWhy")}</p>
      ${this.#restores.render(({ items }) =>
        items.length === 0
          ? html`<section class="card pad"><p>${say("noRestores")}</p></section>`
          : html`${items.map((restore) => restoreCard(restore, this.app.zone))}
              <h2 class="between">${say("givenBack")}</h2>
              ${this.#list()}
              ${this.may("users.read") ? html`<revoked-again .app=${this.app}></revoked-again>` : nothing}`,
      )}`;
  }

  #list() {
    return html`${listFilters(this.#rows, [
      {
        name: "verdict",
        label: say("result"),
        options: [
          { value: "", label: say("allOfThem") },
          ...verdicts.map((value) => ({ value, label: word("verdict", value) })),
        ],
      },
    ])}
    ${listCard(this.#rows, {
      title: say("givenBack"),
      emptyText: say("nothingGivenBack"),
      columns: [
        { label: say("what"), cell: (row) => this.#what(row) },
        { label: say("site"), cell: (row) => row.siteName ?? say("none") },
        {
          label: say("result"),
          cell: (row) =>
            html`<span
              ><span class="badge ${tones[row.verdict]}">${word("verdict", row.verdict)}</span>
              <span class="soft">${word("returned", row.reason.replaceAll("-", "_"))}</span></span
            >`,
        },
        { label: say("payment"), cell: (row) => this.#payment(row) },
        { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
      ],
    })}`;
  }

  #what({ kind, key, label }: ReturnedRow) {
    const name = html`<span><strong>${word("row", kind.replaceAll("-", "_"))}</strong> ${label}</span>`;
    return kind === "batch" ? html`<a href=${`#/vouchers/${encodeURIComponent(key)}`}>${name}</a>` : name;
  }

  #payment({ payment }: ReturnedRow) {
    if (payment === null) return nothing;
    const { paymentId, amountCents, currency, state } = payment;
    return html`<span
      ><a href=${`#/payments/${encodeURIComponent(paymentId)}`}>${money(amountCents, currency)}</a>
      <span class="soft">${word("state", state)}</span></span
    >`;
  }
}
customElements.define("restores-page", RestoresPage);
