import { html } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { postWithoutLogIn } from "../../hub/api.ts";
import { locale, say } from "../../strings/strings.ts";
import { currencyOptions } from "../settings/choices.ts";
import { guestStyles } from "./guest-styles.ts";
import { readSignUpPolicy, type SignUpPolicy } from "./sign-up-policy.ts";
import "./send-again.ts";

/**
 * Signs up a business, then waits until the user confirms the e-mail address. Who follows an invitation's link has proved the
 * address already, and may log in at once.
 */
class SignUpPage extends elementWith({
  language: property(""),
  /** The token of the platform's invitation; empty: nobody invited this user. */
  invitation: property(""),
  policy: state<SignUpPolicy>("open"),
  /** The address that got the e-mail. */
  sentTo: state(""),
  isMade: state(false),
}) {
  static override styles = [sharedStyles, guestStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    void readSignUpPolicy().then((policy) => (this.policy = policy));
  }

  override render() {
    return html`<section class="card">
      <h1>${say(this.sentTo === "" ? "signUp" : "checkMail")}</h1>
      ${this.#body()}
      <p class="links"><a href="#/">${say("logIn")}</a></p>
    </section>`;
  }

  #body() {
    if (this.isMade) return html`<p class="result" role="status">${say("linkDone")}</p>`;
    if (this.sentTo !== "")
      return html`<p class="result" role="status">${say("signUpSent", { email: this.sentTo })}</p>
        <send-again .email=${this.sentTo} .language=${this.language}></send-again>`;
    if (this.policy === "closed") return html`<p role="status">${say("problem_sign_up_closed")}</p>`;
    if (this.policy === "invitation" && this.invitation === "")
      return html`<p role="status">${say("problem_sign_up_by_invitation")}</p>`;
    return this.#form();
  }

  #form() {
    const isInvited = this.invitation !== "";
    const fields = [
      { name: "providerName", label: say("businessName"), required: true, autocomplete: "organization" },
      { name: "name", label: say("yourName"), required: true, autocomplete: "name" },
      ...(isInvited
        ? ([] as const)
        : ([{ name: "email", label: say("email"), type: "email", required: true, autocomplete: "username" }] as const)),
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
    ] as const satisfies Fields;
    return html`<action-form
      .fields=${fields}
      submitText=${say("signUp")}
      .submit=${async ({ email, ...values }: ValuesOf<typeof fields>) => {
        const wanted = { ...withoutEmpty(values), locale: locale() };
        if (email === undefined)
          await postWithoutLogIn("/api/v1/sign-up/accept", { ...wanted, token: this.invitation });
        else await postWithoutLogIn("/api/v1/sign-up", { ...wanted, email });
        return email ?? "";
      }}
      @done=${(event: CustomEvent<string>) => {
        this.sentTo = event.detail;
        this.isMade = isInvited;
      }}
    ></action-form>`;
  }
}
customElements.define("sign-up-page", SignUpPage);
