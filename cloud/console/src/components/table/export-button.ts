import { css, html, nothing } from "lit";
import { ApiError } from "../../hub/api.ts";
import { download } from "../../hub/download.ts";
import type { AnyPath } from "../../hub/hub-path.ts";
import { byteSize } from "../../strings/format.ts";
import { locale, say } from "../../strings/strings.ts";
import { elementWith, flag, property, state } from "../element-with.ts";
import { problemText } from "../problem-text.ts";
import { saveFile } from "../save-file.ts";
import { sharedStyles } from "../shared-styles.ts";

const formats = {
  csv: { type: "text/csv", text: "exportCsv" },
  xlsx: { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", text: "exportXlsx" },
} as const;

/** Saves a whole list as CSV or as a workbook. It shows how much has come, can be cancelled, and reports a broken download. */
class ExportButton extends elementWith({
  /** The path of the export, with the filters of the list. */
  path: property(""),
  /** The name of the saved file, with `.csv`; a workbook gets its own ending. */
  file: property(""),
  /** The hub writes this list as a workbook too. */
  hasXlsx: flag(),
  /** How many bytes have come; null: no export runs. */
  bytes: state<number | null>(null),
  notice: state(""),
  isBad: state(false),
}) {
  #running: AbortController | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#running?.abort();
  }

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 0.8rem;
      }
      .bad {
        color: var(--bad);
      }
      progress {
        width: 5rem;
        accent-color: var(--brand);
      }
    `,
  ];

  override render() {
    const isRunning = this.bytes !== null;
    const start = (format: keyof typeof formats) =>
      html`<button @click=${() => this.#run(format)}>${say(formats[format].text)}</button>`;
    return html`${
      isRunning
        ? html`<button @click=${() => this.#running?.abort()}>${say("cancel")}</button>`
        : [start("csv"), this.hasXlsx ? start("xlsx") : nothing]
    }
      ${
        isRunning
          ? html`<progress aria-label=${say("exportCsv")}></progress>
              <span class="soft number">${say("exportingSoFar", { size: byteSize(this.bytes ?? 0) })}</span>`
          : nothing
      }
      ${
        this.notice === ""
          ? nothing
          : html`<span class=${this.isBad ? "bad" : "soft number"} role=${this.isBad ? "alert" : "status"}>${this.notice}</span>`
      }`;
  }

  async #run(format: keyof typeof formats): Promise<void> {
    const { type } = formats[format];
    const running = new AbortController();
    this.#running = running;
    this.bytes = 0;
    this.#notify("", false);
    try {
      const file = await download(pathFor(this.path, format), {
        accept: type,
        signal: running.signal,
        onBytes: (bytes) => {
          this.bytes = bytes;
        },
      });
      saveFile(this.file.replace(/csv$/, format), file, type);
      this.#notify(say("exported", { size: byteSize(file.size) }), false);
    } catch (error) {
      if (!running.signal.aborted)
        this.#notify(error instanceof ApiError ? problemText(error) : say("exportBroke"), true);
    }
    this.bytes = null;
    this.#running = null;
  }

  #notify(text: string, isBad: boolean): void {
    this.notice = text;
    this.isBad = isBad;
  }
}
customElements.define("export-button", ExportButton);

/** The file speaks the console's language. */
function pathFor(path: string, format: keyof typeof formats): AnyPath {
  const asked = `${path}${path.includes("?") ? "&" : "?"}language=${locale()}`;
  return (format === "csv" ? asked : `${asked}&format=${format}`) as AnyPath;
}
