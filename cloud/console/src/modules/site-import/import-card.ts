import { css, html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { csvFile } from "../../components/csv-file.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import "../../components/table/data-table.ts";
import { say, word, wordOr } from "../../strings/strings.ts";
import { exampleFile, type ImportOutcome, importSites } from "./site-import.ts";

type ImportedSite = ImportOutcome["sites"][number];
type Complaint = ImportOutcome["errors"][number];

/** Many sites from a file: what it would do is shown first, then all of it is done, or nothing. Dispatches `imported`. */
class ImportCard extends appElement({
  /** The file that was tried. */
  csv: state(""),
  /** What it would do; null: none was tried, or it is done. */
  tried: state<ImportOutcome | null>(null),
  done: state<ImportOutcome | null>(null),
  /** What was said of columns that the hub does not know. */
  columns: state<NonNullable<Parameters<typeof importSites>[0]["columns"]>>({}),
}) {
  readonly #actions = new PageActions(this);

  static override styles = [
    sharedStyles,
    css`
      section {
        margin-bottom: var(--space-4);
      }
      ul {
        max-height: 20rem;
        overflow: auto;
      }
      li {
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return html`${this.done === null ? nothing : this.#outcome(this.done)}
      ${formCard({
        intro: say("importWhy"),
        fields: [
          {
            name: "csv",
            label: say("csvFile"),
            type: "file",
            accept: ".csv,text/csv",
            required: true,
            hint: say("csvHint"),
          },
        ],
        submitText: say("importTry"),
        submit: this.#try,
      })}
      <p class="row"><button class="quiet" @click=${this.#saveExample}>${say("importExample")}</button></p>
      ${this.tried === null ? nothing : this.#preview(this.tried)}`;
  }

  readonly #try = async ({ csv }: { readonly csv: string }, key: string) => {
    this.columns = {};
    await this.#tryAgain(csv, key);
  };

  async #tryAgain(csv: string, key: string): Promise<void> {
    this.done = null;
    this.tried = await importSites({ csv, dryRun: true, columns: this.columns }, key);
    this.csv = csv;
  }

  /** Columns that the hub does not know: said once, remembered once the file was taken. */
  #ask(unknown: readonly string[]): TemplateResult {
    return formCard({
      title: say("importColumns"),
      intro: say("importColumnsWhy"),
      fields: unknown.map(
        (header) =>
          ({
            name: header,
            label: header,
            type: "select",
            options: meanings.map((value) => ({
              value,
              label: value === "ignore" ? say("importColumnIgnore") : value,
            })),
          }) as const,
      ),
      submitText: say("importTry"),
      submit: async (values, key) => {
        this.columns = { ...this.columns, ...values };
        await this.#tryAgain(this.csv, key);
      },
    });
  }

  #preview(tried: ImportOutcome): TemplateResult {
    const { errors, made, updated, unchanged, sites, unknownColumns } = tried;
    if (unknownColumns.length > 0) return this.#ask(unknownColumns);
    if (errors.length > 0)
      return html`<section class="card pad" role="alert">
        <h2>${say("importWrong", { count: errors.length })}</h2>
        <p class="soft">${say("importNothingDone")}</p>
        <ul>
          ${errors.map((error) => html`<li>${complaintText(error)}</li>`)}
        </ul>
      </section>`;
    return html`<section class="card pad" role="status">
        <h2>${say("importWould", { made, updated, unchanged })}</h2>
        <p class="soft">${say("importNothingDone")}</p>
        <p class="row below">
          <button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${this.#apply}>${say("importApply")}</button>
          <button class="quiet" @click=${() => (this.tried = null)}>${say("cancel")}</button>
        </p>
      </section>
      <section class="card">
        <data-table
          dense
          caption=${say("importPreview")}
          emptyText=${say("noSites")}
          .rows=${sites}
          .columns=${[
            { label: say("importLine"), numeric: true, cell: (row: ImportedSite) => row.fileLine },
            { label: say("name"), cell: (row: ImportedSite) => html`<strong>${row.name}</strong>` },
            {
              label: say("importDoes"),
              cell: (row: ImportedSite) =>
                html`<span class="badge ${tones[row.does]}">${word("importDoes", row.does)}</span>`,
            },
            { label: say("importChanges"), cell: (row: ImportedSite) => changesText(row) },
          ]}
        ></data-table>
      </section>`;
  }

  async #apply(): Promise<void> {
    await this.#actions.run(
      "import",
      (key) => importSites({ csv: this.csv, dryRun: false, columns: this.columns }, key),
      (outcome) => {
        const isDone = outcome.errors.length === 0;
        this.tried = isDone ? null : outcome;
        this.done = isDone ? outcome : null;
        if (isDone) {
          this.csv = "";
          this.dispatchEvent(new CustomEvent("imported"));
        }
        return isDone ? say("saved") : "";
      },
    );
  }

  #outcome(done: ImportOutcome): TemplateResult {
    const { made, updated, unchanged } = done;
    const hasLines = done.sites.some(({ line }) => line !== null);
    return html`<section class="card pad" role="status">
      <h2>${say("importDone", { made, updated, unchanged })}</h2>
      ${
        made === 0
          ? nothing
          : html`<p class="soft">${say(hasLines ? "importLinesWhy" : "importTokensWhy")}</p>
              <p class="row below">
                <button class="primary" @click=${() => saveSecrets(done, hasLines)}>
                  ${say(hasLines ? "importSaveLines" : "importSaveTokens")}
                </button>
                <button class="quiet" @click=${() => (this.done = null)}>${say("close")}</button>
              </p>`
      }
    </section>`;
  }

  async #saveExample(): Promise<void> {
    await this.#actions.run("example", exampleFile, (text) => {
      saveFile("sites.csv", text, "text/csv");
      return "";
    });
  }
}
customElements.define("import-card", ImportCard);

/** What a column can mean, the likeliest first: to leave it out. */
const meanings = [
  "ignore",
  ...(["name", "address", "port", "user", "password", "region", "district", "lat", "lng", "template", "note"] as const),
] as const;

const tones = { make: "good", update: "warn", unchanged: "" } as const;

function complaintText({ line, field, problem, message }: Complaint): string {
  return say("csvError", { line, field, message: wordOr("csvProblem", problem, message) });
}

function changesText({ does, changes, setsAccess }: ImportedSite): string {
  const columns = does === "make" ? [] : [...changes];
  return [...columns, ...(setsAccess ? [say("importAccess")] : [])].join(", ") || say("none");
}

/** Who has the file has what it says, for as long as that is good. */
function saveSecrets({ sites }: ImportOutcome, hasLines: boolean): void {
  const rows = sites.flatMap(({ name, line, enrolmentToken }) => {
    const secret = hasLines ? line : enrolmentToken;
    return secret === null ? [] : [[name, secret]];
  });
  const heads = ["name", hasLines ? "line" : "token"];
  saveFile("sites-to-set-up.csv", csvFile([heads, ...rows]), "text/csv");
}
