import { css, html } from "lit";
import type { Values } from "../../components/action-form.ts";
import "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { proveSecondFactor } from "../../data/identity/account.ts";
import { say } from "../../strings/strings.ts";
import "./second-factor-card.ts";

/** In the place of the console, until the person has set up the second factor that their role must have, or entered a code of it. */
class SecondFactorGate extends appElement() {
  static override styles = [
    sharedStyles,
    css`
      main {
        min-height: 100dvh;
        display: grid;
        align-content: center;
        justify-items: center;
        gap: 1rem;
        padding: 1.2rem;
      }
      main > * {
        width: min(560px, 100%);
      }
    `,
  ];

  override render() {
    const isSetUp = this.app.user.secondFactor === "set-up";
    return html`<main>
      <div>
        <h1>${say(isSetUp ? "factorNeeded" : "codeWanted")}</h1>
        <p class="soft below">${say(isSetUp ? "factorNeededWhy" : "factorProveWhy")}</p>
      </div>
      ${
        isSetUp
          ? html`<second-factor-card .app=${this.app} @set-up=${() => this.#tell("passed")}></second-factor-card>`
          : html`<section class="card pad">${this.#codeForm()}</section>`
      }
      <p><button class="quiet" @click=${() => this.#tell("log-out")}>${say("logOut")}</button></p>
    </main>`;
  }

  #codeForm() {
    return html`<action-form
      .fields=${[
        {
          name: "code",
          label: say("code"),
          required: true,
          autocomplete: "one-time-code",
          hint: say("orRecoveryCode"),
        },
      ]}
      submitText=${say("goOn")}
      .submit=${(values: Values) => proveSecondFactor(String(values.code))}
      @done=${() => this.#tell("passed")}
    ></action-form>`;
  }

  #tell(what: "passed" | "log-out") {
    this.dispatchEvent(new CustomEvent(what));
  }
}
customElements.define("second-factor-gate", SecondFactorGate);
