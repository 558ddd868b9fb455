import { css, html, nothing } from "lit";
import { ApiError } from "../hub/api.ts";
import { download } from "../hub/download.ts";
import { byteSize } from "../strings/format.ts";
import { say } from "../strings/strings.ts";
import { elementWith, property, state } from "./element-with.ts";
import { problemText } from "./problem-text.ts";
import { saveFile } from "./save-file.ts";
import { sharedStyles } from "./shared-styles.ts";

const csv = "text/csv";

/** Saves a whole list as CSV. It shows how much has come, can be cancelled, and reports a broken download. */
class ExportButton extends elementWith({
  /** The path of the export, with the filters of the list. */
  path: property(""),
  /** The name of the saved file. */
  file: property(""),
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
    return html`<button @click=${() => (isRunning ? this.#running?.abort() : this.#run())}>
        ${say(isRunning ? "cancel" : "exportCsv")}
      </button>
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

  async #run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.bytes = 0;
    this.#notify("", false);
    try {
      const file = await download(this.path, {
        accept: csv,
        signal: running.signal,
        onBytes: (bytes) => {
          this.bytes = bytes;
        },
      });
      saveFile(this.file, file, csv);
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
