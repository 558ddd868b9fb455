import { html, nothing, type TemplateResult } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listCard, listFilters } from "../../components/table/list-page.ts";
import {
  listBackUps,
  makeBackUp,
  type RouterBackUp,
  type RouterRestore,
  readBinary,
  readExport,
  readPassword,
  readRestore,
  restoreBackUp,
} from "../../data/fleet/router-back-ups.ts";
import { byteSize, dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./back-up-differences.ts";
import "./back-up-schedule.ts";
import "./router-script.ts";
import "./router-template.ts";

const tones: Readonly<Record<RouterBackUp["state"], string>> = {
  waiting: "warn",
  making: "warn",
  done: "good",
  failed: "bad",
};
const restoreTones: Readonly<Record<RouterRestore["state"], string>> = {
  saving: "",
  sent: "",
  restarting: "",
  back: "good",
  failed: "bad",
  silent: "bad",
};
const causes: readonly RouterBackUp["cause"][] = [
  "schedule",
  "person",
  "before-restore",
  "after-restore",
  "before-upgrade",
];
const ownWhys = ["other-board", "other-serial", "other-version", "not-restarted", "not-allowed", "away"];
const recentMs = 24 * 3_600_000;

/** A router's back-ups: what is kept, what differs, how one goes back; and its settings for other routers. */
class RouterBackUps extends appElement({
  siteId: property(""),
  siteName: property(""),
  /** Whose differences are shown. */
  openId: state(""),
  /** Which one a person is about to restore. */
  restoring: state<RouterBackUp | null>(null),
  password: state(""),
}) {
  readonly #actions = new PageActions(this, () => this.#list.reload());
  readonly #list = new ListController<RouterBackUp, "state" | "cause">(this, {
    read: (query, filters) => listBackUps(this.siteId, query, filters),
    topics: ["router"],
  });
  readonly #restore = new ReadController<{ readonly newest: RouterRestore | null }>(this, {
    read: () => readRestore(this.siteId),
    topics: ["router"],
  });

  override render() {
    return html`<div class="head between">
        <h2>${say("routerBackUps")}</h2>
        <span class="row">
          <button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${this.#make}>${say("backUpNow")}</button>
        </span>
      </div>
      <p class="soft panel">${say("routerBackUpsNote")}</p>
      ${this.#restore.render(({ newest }) => this.#restoreNotice(newest))}
      <back-up-schedule .app=${this.app} .siteId=${this.siteId}></back-up-schedule>
      ${this.#restoreForm()}
      ${this.password === "" ? nothing : html`<p class="notice">${say("backUpPassword")} <strong class="mono">${this.password}</strong></p>`}
      ${listFilters(this.#list, [
        stateFilter("backUpState", Object.keys(tones)),
        {
          name: "cause",
          label: say("orderedBy"),
          options: [
            { value: "", label: say("allBackUpCauses") },
            ...causes.map((value) => ({ value, label: word("backUpCause", value) })),
          ],
        },
      ])}
      ${listCard(this.#list, {
        title: say("routerBackUps"),
        emptyText: say("noRouterBackUps"),
        columns: [
          {
            label: say("time"),
            sort: "ordered",
            cell: (row) => dateTime(row.endedAtMs ?? row.orderedAtMs, this.app.zone),
          },
          { label: say("state"), cell: (row) => this.#state(row) },
          {
            label: say("orderedBy"),
            cell: (row) =>
              html`${word("backUpCause", row.cause)}${row.orderedBy === "" ? nothing : html`<div class="soft">${row.orderedBy}</div>`}`,
          },
          { label: say("version"), cell: (row) => row.version ?? say("none") },
          {
            label: say("whatChanged"),
            cell: (row) => (row.state === "done" ? this.#changes(row) : say("none")),
          },
        ],
        buttons: (row) => this.#buttons(row),
      })}
      ${
        this.openId === ""
          ? nothing
          : html`<back-up-differences .app=${this.app} .siteId=${this.siteId} .backUpId=${this.openId}></back-up-differences>`
      }
      <router-template .app=${this.app} .siteId=${this.siteId}></router-template>
      ${this.may("routers.manage") ? html`<router-script .app=${this.app} .siteId=${this.siteId}></router-script>` : nothing}`;
  }

  readonly #make = () =>
    this.#actions.run(
      "make",
      () => makeBackUp(this.siteId),
      () => say("backUpOrdered"),
    );

  #state({ state: is, receivedBytes, binaryBytes, exportBytes, why }: RouterBackUp): TemplateResult {
    const size = is === "done" ? byteSize(binaryBytes + exportBytes) : receivedBytes > 0 ? byteSize(receivedBytes) : "";
    return html`<span class="badge ${tones[is]}">${word("backUpState", is)}</span>
      ${size === "" ? nothing : html`<span class="soft">${size}</span>`}
      ${is === "done" && binaryBytes === 0 ? html`<div class="soft">${say("textAlone")}</div>` : nothing}
      ${is === "failed" ? rawText(why) : nothing}`;
  }

  #changes({ differences, causes }: RouterBackUp): TemplateResult {
    const count =
      differences === null
        ? say("firstBackUp")
        : differences === 0
          ? say("nothingChanged")
          : say("linesDiffer", { count: differences });
    const names = [...new Set(causes.map(({ by, via }) => (via === "" ? by : `${by} (${via})`)))];
    const isUnknown = (differences ?? 0) > 0 && names.length === 0;
    return html`${count}${names.length > 0 ? html`<div class="soft">${names.slice(0, 3).join(", ")}</div>` : nothing}
    ${isUnknown ? html`<div class="soft">${say("changedByUnknown")}</div>` : nothing}`;
  }

  #buttons(row: RouterBackUp): TemplateResult | typeof nothing {
    if (row.state !== "done") return nothing;
    const { backUpId, binaryBytes } = row;
    const isOwner = this.may("routers.restore") && binaryBytes > 0;
    const isOpen = this.openId === backUpId;
    return html`<button class="quiet" aria-expanded=${isOpen} @click=${() => this.#open(isOpen ? "" : backUpId)}>${say("whatChanged")}</button>
      <button class="quiet" @click=${() => this.#save(`export ${backUpId}`, `router-${backUpId}.rsc.txt`, () => readExport(this.siteId, backUpId))}>
        ${say("backUpText")}
      </button>
      ${
        isOwner
          ? html`<button class="quiet" @click=${() => this.#download(backUpId)}>${say("backUpFile")}</button>
              <button class="quiet danger" @click=${() => this.#ask(row)}>${say("restoreBackUp")}</button>`
          : nothing
      }`;
  }

  #open(backUpId: string): void {
    this.openId = backUpId;
    if (backUpId !== "")
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector("back-up-differences")?.scrollIntoView({ block: "nearest" }),
      );
  }

  #ask(row: RouterBackUp): void {
    this.restoring = row;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector("action-form")?.scrollIntoView({ block: "center" }),
    );
  }

  #save(name: string, file: string, read: () => Promise<string | Blob>) {
    return this.#actions.run(name, read, (content) => {
      saveFile(file, content, typeof content === "string" ? "text/plain" : "application/octet-stream");
      return say("backUpSaved");
    });
  }

  /** The file is of no use without its password. */
  async #download(backUpId: string): Promise<void> {
    const isSaved = await this.#save(`file ${backUpId}`, `router-${backUpId}.backup`, () =>
      readBinary(this.siteId, backUpId),
    );
    if (!isSaved) return;
    await this.#actions.run(
      `password ${backUpId}`,
      () => readPassword(this.siteId, backUpId),
      ({ password }) => {
        this.password = password;
        return say("backUpSaved");
      },
    );
  }

  #restoreNotice(restore: RouterRestore | null): TemplateResult | typeof nothing {
    if (restore === null) return nothing;
    const { state: is, why, endedAtMs } = restore;
    if (endedAtMs !== null && Date.now() - endedAtMs > recentMs) return nothing;
    const own = why !== null && ownWhys.includes(why) ? word("restoreWhy", why) : null;
    return html`<div class="notice ${restoreTones[is]}" role="status">
      <strong>${word("restoreState", is)}</strong> ${own ?? nothing} ${own === null ? rawText(why) : nothing}
    </div>`;
  }

  #restoreForm(): TemplateResult | typeof nothing {
    const { restoring } = this;
    if (restoring === null) return nothing;
    const at = dateTime(restoring.endedAtMs ?? restoring.orderedAtMs, this.app.zone);
    return formCard({
      title: say("restoreTitle", { time: at }),
      intro: html`<strong>${say("restoreNoUndo")}</strong> ${say("restoreNote", { board: restoring.board ?? "", version: restoring.version ?? "" })}`,
      fields: [{ name: "siteName", label: say("typeSiteName", { name: this.siteName }), required: true }],
      submitText: say("restoreBackUp"),
      submit: ({ siteName }: Values) => restoreBackUp(this.siteId, restoring.backUpId, String(siteName)),
      done: () => {
        this.restoring = null;
        void this.#restore.reload();
        void this.#list.reload();
      },
      cancel: () => {
        this.restoring = null;
      },
    });
  }
}
customElements.define("router-back-ups", RouterBackUps);
