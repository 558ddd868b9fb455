import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { rotateSecrets, type SiteSecrets, secretsPath } from "../../data/fleet/router-services.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const tones = { none: "", first: "warn", waiting: "warn", changed: "good" } as const;

/** The secrets between router and agent: how old they are, what waits, and new ones on demand. None is shown. */
class SecretsCard extends appElement({
  siteId: property(""),
}) {
  readonly #secrets = new ReadController<SiteSecrets>(this, {
    path: () => secretsPath(this.siteId),
    topics: ["set-up"],
  });
  readonly #actions = new PageActions(this, () => this.#secrets.reload());

  override render() {
    return html`<section class="card pad">
      <h2>${say("secretsTitle")}</h2>
      <p class="soft">${say("secretsWhat")}</p>
      ${this.#secrets.render((secrets) => this.#body(secrets))}
    </section>`;
  }

  #body({ state, doneAtMs, nextAtMs, problem, why }: SiteSecrets) {
    const { zone } = this.app;
    return html`<p role="status">
        <span class="badge ${tones[state]}">${word("secretsState", state)}</span>
        ${doneAtMs === null ? nothing : dateTime(doneAtMs, zone)}
      </p>
      ${
        problem === null
          ? nothing
          : html`<p class="below">${word("secretsProblem", problem)}</p>
              ${rawText(why)}
              ${nextAtMs === null ? nothing : html`<p class="soft">${say("secretsNext", { at: dateTime(nextAtMs, zone) })}</p>`}`
      }
      ${
        state !== "none" && this.may("sites.manage")
          ? html`<p class="row below">
              <button ?disabled=${this.#actions.busy !== ""} @click=${this.#rotate}>${say("secretsRotate")}</button>
            </p>`
          : nothing
      }`;
  }

  readonly #rotate = async () => {
    if (!(await ask(say("secretsSure"), say("secretsRotate")))) return;
    await this.#actions.run(
      "rotate",
      () => rotateSecrets(this.siteId),
      () => say("secretsAsked"),
    );
  };
}
customElements.define("secrets-card", SecretsCard);
