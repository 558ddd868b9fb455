import { css, html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { upgradeGuide } from "../../components/upgrade-guide.ts";
import {
  cancelSetUp,
  chooseSetUp,
  lineOf,
  makeLine,
  routersScript,
  type ScriptPart,
  type SetUp,
  scriptParts,
  setUpPath,
} from "../../data/fleet/set-up.ts";
import { type Site, sitePath } from "../../data/fleet/sites.ts";
import { byteSize } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { choiceFields, choicesOf } from "./choice-fields.ts";
import "./line-card.ts";
import "./step-list.ts";

/** From one pasted line to a selling site: the line, what its router says, what a person chooses, and each step while it happens. */
class SetUpPage extends appElement({
  siteId: property(""),
  /** A person chooses once more, because a step failed. */
  isChoosingAgain: state(false),
}) {
  readonly #setUp = new ReadController<SetUp>(this, {
    path: () => setUpPath(this.siteId),
    topics: ["set-up", "site"],
  });
  readonly #site = new ReadController<Site>(this, { path: () => sitePath(this.siteId) });
  readonly #actions = new PageActions(this, () => this.#setUp.reload());

  static override styles = [
    sharedStyles,
    css`
      section.card {
        margin-bottom: var(--space-4);
      }
      .remedy {
        margin-top: var(--space-2);
      }
      .break {
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    const name = this.#site.value?.name ?? "";
    return html`<div class="head">
        <a href="#/sites/${encodeURIComponent(this.siteId)}">${name === "" ? say("site") : name}</a>
        <h1>${name === "" ? say("setUpRouter") : say("setUpOf", { name })}</h1>
      </div>
      ${this.#setUp.render((setUp) => this.#body(setUp, name))}`;
  }

  #body(setUp: SetUp, name: string): TemplateResult {
    const { state, steps, image } = setUp;
    const isChoosing = state === "choose" || (state === "running" && this.isChoosingAgain);
    const stepCard = html`<section class="card pad"><step-list .steps=${steps} .image=${image}></step-list></section>`;
    return html`${this.#otherRouter(setUp)} ${state === "done" ? this.#done() : nothing}
      ${this.#problems(setUp)} ${this.#line(setUp, name)}
      ${
        setUp.claimedAtMs === null
          ? nothing
          : isChoosing
            ? html`${this.may("sites.manage") ? this.#form(setUp) : nothing}
                <div class="two">${this.#router(setUp)} ${stepCard}</div>`
            : html`<div class="two">${stepCard} ${this.#router(setUp)}</div>`
      }
      ${this.may("sites.manage") ? this.#buttons(setUp, name) : nothing}`;
  }

  #otherRouter({ otherRouterAtMs }: SetUp) {
    if (otherRouterAtMs === null) return nothing;
    return html`<p class="notice warn" role="alert">${say("otherRouterCame")}</p>`;
  }

  #done(): TemplateResult {
    return html`<section class="card pad" role="status">
      <h2><span class="badge good">${say("setUpDone")}</span></h2>
      <p class="remedy">${say("setUpDoneWhy")}</p>
      <p class="row below">
        <a class="button primary" href="#/sites/${encodeURIComponent(this.siteId)}">${say("lookAtSite")}</a>
      </p>
    </section>`;
  }

  /** The line while a router can still use it; otherwise why there is none, and how one gets another. */
  #line({ state, claimedAtMs }: SetUp, name: string) {
    // A router that was ruled out comes again with the same line.
    const line = state === "waiting" || state === "failed" ? lineOf(this.siteId, Date.now()) : null;
    if (claimedAtMs !== null && line === null && state !== "cancelled" && state !== "stale") return nothing;
    const why = {
      none: say("setUpWhy"),
      waiting: say("lineNotShown"),
      expired: say("lineExpired"),
      cancelled: say("lineCancelled"),
      stale: say("lineStale"),
    } as Partial<Record<SetUp["state"], string>>;
    return html`<section class="card pad">
      <h2>${say("theLine")}</h2>
      ${
        line === null
          ? html`<p class="remedy">${why[state] ?? ""}</p>
              ${this.may("sites.manage") ? this.#newLine(state, name) : nothing}`
          : html`<line-card .line=${line.line} .expiresAtMs=${line.expiresAtMs}></line-card>
              ${state === "waiting" ? html`<p class="remedy soft" role="status">${say("waitsForRouter")}</p>` : nothing}`
      }
    </section>`;
  }

  #newLine(state: SetUp["state"], name: string): TemplateResult {
    const isFirst = state === "none";
    const failure = this.#actions.failureOf("line");
    return html`<p class="row below">
      <button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#make(state, name)}>
        ${say(isFirst ? "makeLine" : "makeNewLine")}
      </button>
    </p>
    ${failure === "" ? nothing : html`<p class="remedy bad">${failure}</p>`}`;
  }

  async #make(state: SetUp["state"], name: string) {
    const isUnderWay = ["waiting", "choose", "running", "failed", "done"].includes(state);
    if (isUnderWay && !(await ask(say("newLineSure"), say("makeNewLine"), { danger: true, thing: name }))) return;
    await this.#actions.run(
      "line",
      () => makeLine(this.siteId),
      () => "",
    );
  }

  /** What rules the router out, each with its remedy; at a site whose agent runs beside the hub, why it does. */
  #problems({ state, problems, whyHosted }: SetUp) {
    if (state === "failed")
      return html`<section class="card pad" role="alert">
        <h2><span class="badge bad">${say("ruledOut")}</span></h2>
        ${
          problems.length > 0
            ? problems.map(
                ({ problem, detail }) =>
                  html`<p class="remedy">${word("remedy", problem)}${upgradeGuide(problem)}</p>${rawText(detail)}`,
              )
            : html`<p class="remedy">${say("remedy_no_host")}</p>${rawText(whyHosted)}`
        }
        <p class="remedy soft">${say("pasteAgain")}</p>
      </section>`;
    if (state !== "choose" || (problems.length === 0 && whyHosted === null)) return nothing;
    return html`<section class="card pad">
      <h2>${say("whyNotOnRouter")}</h2>
      ${problems.map(({ problem, detail }) => html`<p class="remedy">${word("remedy", problem)}</p>${rawText(detail)}`)}
      ${rawText(whyHosted)}
    </section>`;
  }

  #router({ router }: SetUp) {
    if (router === null) return nothing;
    const hostile = (text: string) => html`<span class="break">${text}</span>`;
    return html`<section class="card pad">
      <h2>${say("theRouter")}</h2>
      ${facts([
        [say("routerModel"), hostile(`${router.board} (${router.architecture})`)],
        [say("routerVersion"), hostile(router.version)],
        [say("routerName"), hostile(router.identity)],
        [say("routerSerial"), hostile(router.serial)],
        [say("routerMemory"), byteSize(router.totalMemoryBytes)],
      ])}
    </section>`;
  }

  #form(setUp: SetUp) {
    const isContested = setUp.otherRouterAtMs !== null;
    return keyed(
      `${setUp.router?.serial} ${isContested}`,
      formCard({
        title: say("chooseTitle"),
        intro: setUp.isOnFlash ? `${say("chooseWhy")} ${say("chooseOnFlash")}` : say("chooseWhy"),
        fields: [...choiceFields(setUp), ...(isContested ? [serialField()] : [])],
        submitText: say("goOn"),
        submit: (values) =>
          chooseSetUp(this.siteId, {
            ...choicesOf(setUp, values),
            ...(isContested ? { serial: String(values.serial).trim() } : {}),
          }),
        done: () => {
          this.isChoosingAgain = false;
          void this.#setUp.reload();
        },
      }),
    );
  }

  #buttons({ state, steps }: SetUp, name: string) {
    const hasFailed = state === "running" && steps.some((step) => step.state === "failed");
    const isUnderWay = ["waiting", "choose", "running", "failed"].includes(state);
    const hasScript = state === "running" || state === "done";
    const canAgain = ["choose", "running", "failed", "done"].includes(state);
    return html`<p class="row">
      ${hasFailed ? html`<button aria-expanded=${this.isChoosingAgain} @click=${this.#chooseAgain}>${say("chooseAgain")}</button>` : nothing}
      ${hasScript ? scriptParts.map((part) => this.#script(part)) : nothing}
      ${canAgain ? html`<button class="quiet" @click=${() => this.#make(state, name)}>${say("makeNewLine")}</button>` : nothing}
      ${isUnderWay ? html`<button class="quiet danger" @click=${() => this.#cancel(name)}>${say("cancelSetUp")}</button>` : nothing}
    </p>`;
  }

  readonly #chooseAgain = () => {
    this.isChoosingAgain = !this.isChoosingAgain;
  };

  #script(part: ScriptPart) {
    const save = () =>
      this.#actions.run(
        `script ${part}`,
        () => routersScript(this.siteId, part),
        (text) => {
          saveFile(`karibu-${part === "set-up" ? "" : `${part}-`}${this.siteId}.rsc`, text, "text/plain");
          return say("routersScriptSaved");
        },
      );
    return html`<button class=${part === "set-up" ? "" : "quiet"} ?disabled=${this.#actions.busy !== ""} @click=${save}>
      ${word("routersScript", part)}
    </button>`;
  }

  async #cancel(name: string) {
    if (!(await ask(say("cancelSetUpSure", { name }), say("cancelSetUp"), { danger: true, thing: name }))) return;
    await this.#actions.run(
      "cancel",
      () => cancelSetUp(this.siteId),
      () => "",
    );
  }
}
/** Another router came with the same line: which of them is meant stands on its label. */
const serialField = () => ({
  name: "serial",
  label: say("serialOnLabel"),
  hint: say("serialOnLabelHint"),
  required: true,
});
customElements.define("set-up-page", SetUpPage);
