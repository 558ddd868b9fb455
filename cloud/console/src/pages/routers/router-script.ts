import { html, nothing, type TemplateResult } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { compareScript, type ScriptComparison } from "../../data/fleet/router-back-ups.ts";
import { orderManyAtRouter } from "../../data/fleet/routers.ts";
import { say, word } from "../../strings/strings.ts";
import { differenceSigns, differenceStyles } from "./difference-styles.ts";
import { actionNote } from "./orders/action-words.ts";

/** A script of a router as a proposal: what this router lacks of it, what is not applied and why; then it is ordered. All of it is text from outside. */
class RouterScript extends appElement({
  siteId: property(""),
  isOpen: state(false),
  found: state<ScriptComparison | null>(null),
}) {
  static override styles = [sharedStyles, differenceStyles];
  readonly #actions = new PageActions(this);

  override render() {
    return html`<section class="card pad between" aria-label=${say("routerScript")}>
      <h3>${say("routerScript")}</h3>
      <p class="soft">${say("routerScriptNote")}</p>
      <p class="row below">
        <button aria-expanded=${this.isOpen} @click=${this.#toggle}>${say("compareScript")}</button>
      </p>
      ${this.isOpen ? this.#form() : nothing} ${this.found === null ? nothing : this.#proposal(this.found)}
    </section>`;
  }

  readonly #toggle = () => {
    this.isOpen = !this.isOpen;
    this.found = null;
  };
  readonly #close = () => {
    this.isOpen = false;
    this.found = null;
  };

  #form(): TemplateResult {
    return formCard({
      fields: [{ name: "script", label: say("scriptFile"), type: "file", accept: ".rsc,.txt", required: true }],
      submitText: say("compareTemplate"),
      submit: ({ script }: Values) => compareScript(this.siteId, String(script)),
      done: (result) => {
        this.found = result as ScriptComparison;
        this.isOpen = false;
      },
      cancel: this.#close,
    });
  }

  #proposal(found: ScriptComparison): TemplateResult {
    const { version, isPartial, changes, changesNotShown, same } = found;
    const menus = [...new Set(changes.map(({ menu }) => menu))];
    return html`<div class="between" role="status">
        ${version === null ? nothing : html`<p class="soft">${say("scriptOf", { version })}</p>`}
        ${isPartial ? html`<p class="notice">${say("scriptPartial")}</p>` : nothing}
        ${
          changes.length === 0
            ? html`<p class="notice good">${say("scriptSame", { count: same })}</p>`
            : html`<p>${say("scriptChanges", { count: changes.length + changesNotShown, same })}</p>`
        }
      </div>
      ${menus.map(
        (menu) =>
          html`<h4>${word("scriptMenu", menu.slice(1).replaceAll("/", "_"))} <span class="mono">${menu}</span></h4>
            <ul>
              ${changes.filter((change) => change.menu === menu).map((change) => this.#change(change))}
            </ul>`,
      )}
      ${changesNotShown > 0 ? html`<p class="notice">${say("scriptChangesCut", { count: changesNotShown })}</p>` : nothing}
      ${this.#left(found)} ${this.#others(found)}
      <p class="row below">
        ${
          changes.length === 0
            ? nothing
            : html`<button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${this.#apply}>${say("applyScript")}</button>`
        }
        <button class="quiet" @click=${this.#close}>${say(changes.length === 0 ? "close" : "cancel")}</button>
      </p>`;
  }

  #change({ kind, name, words, leftOut }: ScriptComparison["changes"][number]): TemplateResult {
    return html`<li class=${kind}>
      <span aria-hidden="true">${differenceSigns[kind]}</span>
      <div>
        <strong>${word("difference", kind)}</strong>
        <div class="mono">${name}</div>
        ${words.map(
          ({ name: property, was, is }) =>
            html`<div class="mono">${property}: ${kind === "added" ? is : was === is ? say("secretChanged") : html`<del>${was}</del> → <ins>${is}</ins>`}</div>`,
        )}
        ${leftOut.length === 0 ? nothing : html`<div class="soft">${say("scriptLeftOutWords", { names: leftOut.join(", ") })}</div>`}
      </div>
    </li>`;
  }

  #left({ left, leftNotShown }: ScriptComparison): TemplateResult | typeof nothing {
    if (left.length === 0) return nothing;
    return html`<details class="between">
      <summary>${say("scriptLeft", { count: left.length + leftNotShown })}</summary>
      <ul>
        ${left.map(
          ({ menu, line, name, why, words }) => html`<li>
            <span aria-hidden="true">·</span>
            <div>
              <span class="mono">${menu} ${name}</span> <span class="soft">(${say("scriptLine", { line })})</span>
              <div>${word("scriptWhy", why)}${words.length === 0 ? nothing : html`: <span class="mono">${words.join(", ")}</span>`}</div>
            </div>
          </li>`,
        )}
      </ul>
      ${leftNotShown > 0 ? html`<p class="soft">${say("scriptLeftCut", { count: leftNotShown })}</p>` : nothing}
    </details>`;
  }

  #others({ otherMenus }: ScriptComparison): TemplateResult | typeof nothing {
    if (otherMenus.length === 0) return nothing;
    return html`<details class="between">
      <summary>${say("scriptOthers", { count: otherMenus.length })}</summary>
      <ul>
        ${otherMenus.map(
          ({ menu, statements }) => html`<li>
            <span aria-hidden="true">·</span>
            <div>
              <span class="mono">${menu === "" ? say("scriptNoMenu") : menu}</span>
              <span class="soft">${say("scriptOtherMenu", { count: statements })}</span>
            </div>
          </li>`,
        )}
      </ul>
    </details>`;
  }

  readonly #apply = async () => {
    const actions = this.found?.actions ?? [];
    const note =
      actions.length > 1 ? say("scriptOrders", { count: actions.length }) : actionNote({ kind: "import-settings" });
    const isSure = await ask(`${say("applyScript")}?`, say("doIt"), { note });
    if (!isSure) return;
    const isDone = await this.#actions.run(
      "apply",
      () => orderManyAtRouter(this.siteId, actions),
      () => say("orderTaken"),
    );
    if (isDone) this.#close();
  };
}
customElements.define("router-script", RouterScript);
