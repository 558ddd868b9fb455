import { html } from "lit";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { postWithoutLogIn } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import { guestStyles } from "./guest-styles.ts";

/** A forgotten password: asks for an e-mail with a link. */
class ResetPage extends elementWith({
  language: property(""),
  isSent: state(false),
}) {
  static override styles = [sharedStyles, guestStyles];

  override render() {
    return html`<section class="card">
      <h1>${say("forgotPassword")}</h1>
      ${
        this.isSent
          ? html`<p class="result" role="status">${say("resetSent")}</p>`
          : html`<p class="soft">${say("resetHow")}</p>
              <action-form
                .fields=${[{ name: "email", label: say("email"), type: "email", required: true, autocomplete: "username" }]}
                submitText=${say("sendLink")}
                .submit=${(values: Values) => postWithoutLogIn("/api/v1/password-reset", { email: values.email })}
                @done=${() => (this.isSent = true)}
              ></action-form>`
      }
      <p class="links"><a href="#/">${say("logIn")}</a></p>
    </section>`;
  }
}
customElements.define("reset-page", ResetPage);
