import { html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { saveFile } from "../../components/save-file.ts";
import { compareTemplate, readTemplate, type TemplateComparison } from "../../data/fleet/router-back-ups.ts";
import { orderManyAtRouter } from "../../data/fleet/routers.ts";
import { ApiError } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";
import { actionWords } from "./orders/action-words.ts";

/** A router's settings as a file, and what this router lacks of another's: shown first, then ordered. */
class RouterTemplate extends appElement({
  siteId: property(""),
  isOpen: state(false),
  found: state<TemplateComparison | null>(null),
}) {
  readonly #actions = new PageActions(this);

  override render() {
    return html`<section class="card pad between" aria-label=${say("routerTemplate")}>
      <h3>${say("routerTemplate")}</h3>
      <p class="soft">${say("routerTemplateNote")}</p>
      <p class="row below">
        <button ?disabled=${this.#actions.busy !== ""} @click=${this.#export}>${say("exportTemplate")}</button>
        ${
          this.may("routers.manage")
            ? html`<button aria-expanded=${this.isOpen} @click=${this.#toggle}>${say("importTemplate")}</button>`
            : nothing
        }
      </p>
      ${this.isOpen ? this.#form() : nothing} ${this.found === null ? nothing : this.#comparison(this.found)}
    </section>`;
  }

  readonly #toggle = () => {
    this.isOpen = !this.isOpen;
    this.found = null;
  };

  readonly #export = () =>
    this.#actions.run(
      "export",
      () => readTemplate(this.siteId),
      ({ template, leftOut, isLive }) => {
        saveFile("router-template.json", `${JSON.stringify(template, null, 2)}\n`, "application/json");
        if (!isLive) return say("templateOld");
        return leftOut > 0 ? say("templateLeftOut", { count: leftOut }) : say("backUpSaved");
      },
    );

  #form(): TemplateResult {
    return formCard({
      fields: [{ name: "file", label: say("templateFile"), type: "file", accept: ".json", required: true }],
      submitText: say("compareTemplate"),
      submit: ({ file }) => compareTemplate(this.siteId, templateOf(file)),
      done: (result) => {
        this.found = result as TemplateComparison;
        this.isOpen = false;
      },
      cancel: this.#toggle,
    });
  }

  #comparison({ actions, same, isLive }: TemplateComparison): TemplateResult {
    if (actions.length === 0) return html`<p class="notice good">${say("templateSame", { count: same })}</p>`;
    return html`${isLive ? nothing : html`<p class="notice">${say("templateOld")}</p>`}
      <p>${say("templateLacks", { count: actions.length, same })}</p>
      <ul>
        ${actions.map((action) => html`<li>${actionWords(action)}</li>`)}
      </ul>
      <p class="row">
        <button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${this.#apply}>${say("applyTemplate")}</button>
        <button class="quiet" @click=${this.#toggle}>${say("cancel")}</button>
      </p>`;
  }

  readonly #apply = async () => {
    const actions = this.found?.actions ?? [];
    const isDone = await this.#actions.run(
      "apply",
      () => orderManyAtRouter(this.siteId, actions),
      () => say("orderTaken"),
    );
    if (isDone) {
      this.found = null;
      this.isOpen = false;
    }
  };
}
customElements.define("router-template", RouterTemplate);

/** A file from anywhere: whether it is a template, the hub says. */
function templateOf(text: string): Parameters<typeof compareTemplate>[1] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as never;
  } catch {
    // Said below.
  }
  throw new ApiError(422, "template-not-understood", "", null);
}
