import { css, html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { shownOnce } from "../../components/shown-once.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  type SecondFactor,
  secondFactorPath,
} from "../../data/identity/account.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "../../components/qr-code.ts";

const passwordField = () => [
  {
    name: "password",
    label: say("currentPassword"),
    type: "password" as const,
    required: true,
    autocomplete: "current-password",
  },
];

/** Two steps at log-in: a secret for the authenticator app, confirmed by a code, and recovery codes for a lost phone. */
class SecondFactorCard extends appElement({
  /** `password`: asked before a secret is shown, or before it is switched off. */
  step: state<"" | "password" | "scan">(""),
  secret: state<{ readonly secret: string; readonly uri: string } | null>(null),
  /** Recovery codes, shown once. */
  codes: state(""),
}) {
  readonly #actions = new PageActions(this);
  readonly #factor = new ReadController<SecondFactor>(this, {
    path: () => secondFactorPath,
    topics: [],
  });

  static override styles = [
    sharedStyles,
    css`
      .scan {
        display: grid;
        gap: 1rem;
        grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
        align-items: start;
      }
    `,
  ];

  override render() {
    return this.#factor.render(
      (factor) => html`<section class="card pad">
        <h2>${say("secondFactor")}</h2>
        <p class="below">
          <span class="badge ${factor.on ? "good" : "warn"}">${say(factor.on ? "factorOn" : "factorOff")}</span>
          ${factor.on ? html`<span class="soft">${say("recoveryCodesLeft", { count: factor.recoveryCodesLeft })}</span>` : html`<span class="soft">${say("factorWhy")}</span>`}
        </p>
        <div class="below">
          ${shownOnce(say("recoveryCodes"), this.codes, () => (this.codes = ""))} ${this.#body(factor)}
        </div>
      </section>`,
    );
  }

  #body(factor: SecondFactor) {
    if (this.step === "scan" && this.secret !== null) return this.#scan(this.secret);
    if (this.step === "password") return this.#password(factor);
    if (factor.on && factor.required)
      return html`<p class="soft">${say("factorOfRole")}</p>
        ${this.codes === "" ? nothing : html`<p class="below"><button class="primary" @click=${this.#tellSetUp}>${say("codesKept")}</button></p>`}`;
    return html`<button class=${factor.on ? "" : "primary"} @click=${() => (this.step = "password")}>
      ${say(factor.on ? "switchOff" : "setUp")}
    </button>`;
  }

  /** For the gate before the console: the codes are written down. */
  #tellSetUp() {
    this.codes = "";
    this.dispatchEvent(new CustomEvent("set-up"));
  }

  #password(factor: SecondFactor) {
    return html`<action-form
      .fields=${passwordField()}
      submitText=${say(factor.on ? "switchOff" : "goOn")}
      .submit=${async (values: Values) => {
        const password = String(values.password);
        if (factor.on) return endSecondFactor(password);
        this.secret = await beginSecondFactor(password);
        return null;
      }}
      @done=${async () => {
        this.step = factor.on ? "" : "scan";
        if (factor.on) {
          await this.#factor.reload();
          this.#actions.notify(say("factorOff"));
        }
      }}
      ><button type="button" class="quiet" @click=${() => (this.step = "")}>${say("cancel")}</button></action-form
    >`;
  }

  #scan(shown: { readonly secret: string; readonly uri: string }) {
    return html`<div class="scan">
        <div>
          <p>${say("scanThis")}</p>
          <p class="below"><qr-code .text=${shown.uri} label=${say("scanThis")}></qr-code></p>
        </div>
        <div>
          <p>${say("orTypeSecret")}</p>
          <p class="mono secret below">${shown.secret.replaceAll(/(.{4})/g, "$1 ").trim()}</p>
        </div>
      </div>
      <action-form
        class="below"
        .fields=${[{ name: "code", label: say("codeNow"), required: true, autocomplete: "one-time-code" }]}
        submitText=${say("switchOn")}
        .submit=${(values: Values) => confirmSecondFactor(String(values.code).replaceAll(/\s/g, ""))}
        @done=${async (event: CustomEvent<{ recoveryCodes: string[] }>) => {
          this.codes = event.detail.recoveryCodes.join("\n");
          this.secret = null;
          this.step = "";
          await this.#factor.reload();
        }}
        ><button type="button" class="quiet" @click=${() => (this.step = "")}>${say("cancel")}</button></action-form
      >`;
  }
}
customElements.define("second-factor-card", SecondFactorCard);
