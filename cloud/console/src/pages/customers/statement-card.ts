import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { editCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import {
  type CustomerStatement,
  type DocumentLanguage,
  type ListedDocument,
  listDocuments,
  saveStatement,
  statementPath,
} from "../../data/money/documents.ts";
import { type BuyerPin, buyerPinPath, saveBuyerPin } from "../../data/money/taxes.ts";
import { get } from "../../hub/api.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { documentColumns } from "../documents/document-columns.ts";

type StatementRow = CustomerStatement["statements"][number]["rows"][number] & { readonly currency: string };

/** A customer's documents and statement of account, and the tax PIN that stands on them. */
class StatementCard extends appElement({ customerId: property("") }) {
  readonly #documents = new ListController<ListedDocument>(this, {
    read: (query) => listDocuments({ ...query, limit: 10 }, { customerId: this.customerId }),
    topics: ["payment"],
  });
  #told: CustomerStatement | null = null;
  readonly #rows = new ListController<StatementRow>(this, {
    read: async () => {
      this.#told = await get(statementPath(this.customerId));
      const items = this.#told.statements.flatMap(({ currency, rows }) => rows.map((row) => ({ ...row, currency })));
      return { items: items.toReversed(), nextCursor: null };
    },
    topics: ["payment"],
  });
  readonly #pin = new ReadController<BuyerPin>(this, { path: () => buyerPinPath(this.customerId) });
  readonly #actions = new PageActions(this);

  override render() {
    return html`<h2 class="between">${say("documents")}</h2>
      ${this.#pin.render(({ taxPin }) => this.#pinLine(taxPin))}
      ${editCard(this.#pin, {
        fields: ({ taxPin }) => [{ name: "taxPin", label: say("taxPin"), value: taxPin, hint: say("buyerPinHint") }],
        submit: ({ taxPin }, etag) =>
          saveBuyerPin(this.customerId, taxPin == null || taxPin === "" ? null : String(taxPin), etag),
        done: () => {
          this.#pin.endEdit();
          void this.#pin.reload();
          this.#actions.notify(say("saved"));
        },
      })}
      ${listCard(this.#documents, {
        title: say("documents"),
        emptyText: say("noDocuments"),
        columns: documentColumns(this.app.zone),
        rowHref: (row) => `#/documents/${row.documentId}`,
      })}
      <h2 class="between">${say("statement")}</h2>
      ${this.#balances()}
      ${listCard(this.#rows, {
        title: say("statement"),
        emptyText: say("statementEmpty"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
          {
            label: say("lineWhat"),
            cell: (row) =>
              html`${row.kind === "void" ? say("docKind_credit_note") : word("entry", row.kind)}${
                row.documentId === null
                  ? row.reference === null
                    ? nothing
                    : html`<br /><span class="mono soft">${row.reference}</span>`
                  : html`<br /><a class="mono" href="#/documents/${row.documentId}">${row.number}</a>`
              }`,
          },
          { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
          { label: say("statementBalance"), numeric: true, cell: (row) => money(row.balanceCents, row.currency) },
        ],
      })}
      <p class="row below">${this.#saveButton("en")} ${this.#saveButton("sw")}</p>`;
  }

  #pinLine(taxPin: string | null) {
    return html`<p class="row panel">
      <span>${say("taxPin")}: ${taxPin ?? say("none")}</span>
      ${
        this.may("ledger.manage")
          ? html`<button class="quiet" @click=${() => this.#pin.toggleEdit()}>${say("edit")}</button>`
          : nothing
      }
    </p>`;
  }

  #balances() {
    return (this.#told?.statements ?? []).map(
      ({ currency, openingCents, closingCents }) => html`<p class="panel">
        ${say("statementOpening")}: <b>${money(openingCents, currency)}</b> · ${say("statementClosing")}:
        <b>${money(closingCents, currency)}</b>
      </p>`,
    );
  }

  #saveButton(language: DocumentLanguage) {
    return html`<button
      @click=${() => this.#actions.run(`pdf-${language}`, () => saveStatement(this.customerId, language))}
    >
      ${say(language === "en" ? "pdfEnglish" : "pdfSwahili")}
    </button>`;
  }
}
customElements.define("statement-card", StatementCard);
