import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import "../../components/table/export-button.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  accountingLayouts,
  type DocumentFilters,
  documentKinds,
  documentsExport,
  fiscalStates,
  type ListedDocument,
  listDocuments,
  saveAccounting,
} from "../../data/money/documents.ts";
import { today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { documentColumns } from "./document-columns.ts";

/** What was issued with a number, and the files for accountants. */
class DocumentsPage extends appElement({
  /** The form for the accountant's file is open. */
  isFiling: state(false),
}) {
  readonly #documents = new ListController<ListedDocument, "kind" | "fiscalState" | "from" | "to">(this, {
    read: (query) => listDocuments(query, this.#filters()),
    topics: ["payment"],
    filters: ["kind", "fiscalState", "from", "to"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this);

  #filters(): DocumentFilters {
    const { kind, fiscalState, ...days } = this.#documents.filters;
    return { kind, fiscalState, ...momentsOf(days, this.app.zone.utcOffsetMinutes) };
  }

  override render() {
    return listPage(this.#documents, {
      title: say("documents"),
      intro: say("documentsWhy"),
      emptyText: say("noDocuments"),
      name: "documents",
      search: say("searchDocuments"),
      sums: [["amountCents", "total"]],
      beside: html`<button aria-expanded=${this.isFiling} @click=${() => (this.isFiling = !this.isFiling)}>
          ${say("forAccountants")}
        </button>
        <export-button
          path=${documentsExport(this.#filters())}
          file="documents-${today(this.app.zone)}.csv"
          hasXlsx
        ></export-button>`,
      above: this.isFiling ? this.#filing() : nothing,
      narrow: [
        {
          name: "kind",
          label: say("documentKind"),
          options: optionsOf("docKind", documentKinds, say("allDocumentKinds")),
        },
        { name: "fiscalState", label: say("fiscal"), options: optionsOf("fiscal", fiscalStates, say("allStates")) },
        { days: this.app.zone },
      ],
      rowHref: (row) => `#/documents/${row.documentId}`,
      columns: documentColumns(this.app.zone),
    });
  }

  #filing() {
    const day = today(this.app.zone);
    return formCard({
      title: say("forAccountants"),
      intro: say("forAccountantsWhy"),
      fields: [
        {
          name: "layout",
          label: say("accountingLayout"),
          type: "select",
          options: accountingLayouts.map((value) => ({ value, label: word("layout", value) })),
        },
        { name: "from", label: say("fromDay"), type: "date", required: true, value: `${day.slice(0, 8)}01` },
        { name: "to", label: say("documentsUntil"), type: "date", required: true, value: day },
      ],
      submitText: say("download"),
      submit: ({ layout, from, to }) =>
        saveAccounting(
          String(layout),
          momentsOf({ from: String(from), to: String(to) }, this.app.zone.utcOffsetMinutes),
        ),
      done: () => {
        this.isFiling = false;
        this.#actions.notify(say("saved"));
      },
      cancel: () => (this.isFiling = false),
    });
  }
}
customElements.define("documents-page", DocumentsPage);

const optionsOf = (kind: string, values: readonly string[], all: string) => [
  { value: "", label: all },
  ...values.map((value) => ({ value, label: word(kind, value) })),
];
