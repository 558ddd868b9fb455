import { html } from "lit";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { postWithoutLogIn } from "../../hub/api.ts";
import { locale, say } from "../../strings/strings.ts";
import { currencyOptions } from "../settings/choices.ts";
import { guestStyles } from "./guest-styles.ts";
import "./send-again.ts";

/** Signs up a business, then waits until the user confirms the e-mail address. */
class SignUpPage extends elementWith({
  language: property(""),
  /** The address that got the e-mail. */
  sentTo: state(""),
}) {
  static override styles = [sharedStyles, guestStyles];

  override render() {
    return html`<section class="card">
      <h1>${say(this.sentTo === "" ? "signUp" : "checkMail")}</h1>
      ${
        this.sentTo === ""
          ? this.#form()
          : html`<p class="result" role="status">${say("signUpSent", { email: this.sentTo })}</p>
            <send-again .email=${this.sentTo} .language=${this.language}></send-again>`
      }
      <p class="links"><a href="#/">${say("logIn")}</a></p>
    </section>`;
  }

  #form() {
    const fields: Field[] = [
      { name: "providerName", label: say("businessName"), required: true, autocomplete: "organization" },
      { name: "name", label: say("yourName"), required: true, autocomplete: "name" },
      { name: "email", label: say("email"), type: "email", required: true, autocomplete: "username" },
      {
        name: "password",
        label: say("password"),
        type: "password",
        required: true,
        hint: say("passwordHint"),
        autocomplete: "new-password",
      },
      { name: "supportPhone", label: say("supportPhone"), type: "tel", autocomplete: "tel" },
      {
        name: "currency",
        label: say("currency"),
        type: "select",
        value: "KES",
        options: currencyOptions(),
        hint: say("currencyZone"),
      },
    ];
    return html`<action-form
      .fields=${fields}
      submitText=${say("signUp")}
      .submit=${async (values: Values) => {
        await postWithoutLogIn("/api/v1/sign-up", { ...withoutEmpty(values), locale: locale() });
        return values.email;
      }}
      @done=${(event: CustomEvent<string>) => (this.sentTo = event.detail)}
    ></action-form>`;
  }
}
customElements.define("sign-up-page", SignUpPage);
