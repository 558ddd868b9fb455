import { html } from "lit";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ApiError, logInBySignUp, postWithoutLogIn, type User } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import { guestStyles } from "./guest-styles.ts";
import { type MailedLink, readMailedLink } from "./mailed-link.ts";

const paths = {
  password: "/api/v1/password-reset/confirm",
  invitation: "/api/v1/invitations/accept",
} as const;
const titles = { password: "choosePassword", invitation: "acceptInvitation", "sign-up": "confirmSignUp" } as const;

/**
 * The page of an e-mailed link: chooses a password, or confirms an address. Who confirms a sign-up is logged in, and goes on with the set-up guide;
 * everybody else logs in then.
 */
class LinkPage extends elementWith({
  hash: property(""),
  language: property(""),
  done: state(false),
  /** Another browser signed up, or several sign-ups are open for this address: the password says whose this is. */
  isPasswordAsked: state(false),
}) {
  static override styles = [sharedStyles, guestStyles];

  override render() {
    const link = readMailedLink(this.hash);
    if (link === null) return html``;
    const fields =
      link.kind === "sign-up"
        ? this.isPasswordAsked
          ? [
              {
                name: "password",
                label: say("password"),
                type: "password",
                required: true,
                autocomplete: "current-password",
              },
            ]
          : []
        : [
            {
              name: "password",
              label: say("newPassword"),
              type: "password",
              required: true,
              hint: say("passwordHint"),
              autocomplete: "new-password",
            },
          ];
    return html`<section class="card">
      <h1>${say(titles[link.kind])}</h1>
      ${
        this.done
          ? html`<p class="result" role="status">${say("linkDone")}</p>
              <p><a class="button primary" href="#/">${say("logIn")}</a></p>`
          : html`<action-form
              .fields=${fields}
              submitText=${say("goOn")}
              .submit=${(values: Values) => this.#confirm(link, values)}
              @done=${(event: CustomEvent<unknown>) => this.#finish(link, event)}
            ></action-form>`
      }
    </section>`;
  }

  #finish({ kind }: MailedLink, event: CustomEvent<unknown>) {
    if (kind !== "sign-up") {
      this.done = true;
      return;
    }
    event.stopPropagation();
    location.hash = "#/start";
    this.dispatchEvent(new CustomEvent("logged-in", { detail: event.detail as User }));
  }

  async #confirm(link: MailedLink, values: Values) {
    try {
      if (link.kind === "sign-up") return await logInBySignUp(link.token, (values.password as string | null) ?? null);
      return await postWithoutLogIn(paths[link.kind], { token: link.token, ...values });
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === "password-needed") this.isPasswordAsked = true;
      throw problem;
    }
  }
}
customElements.define("link-page", LinkPage);
