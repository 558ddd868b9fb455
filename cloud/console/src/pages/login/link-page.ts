import { html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { loading } from "../../components/loading.ts";
import { problemText } from "../../components/problem-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ApiError, logIn, logInBySignUp, postWithoutLogIn, type User } from "../../hub/api.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import { guestStyles } from "./guest-styles.ts";
import { type MailedLink, readMailedLink } from "./mailed-link.ts";

const paths = {
  password: "/api/v1/password-reset/confirm",
  invitation: "/api/v1/invitations/accept",
} as const;
const titles = { password: "choosePassword", invitation: "acceptInvitation", "sign-up": "confirmSignUp" } as const;

/** What an invitation is for. */
interface Invitation {
  readonly providerName: string;
  readonly email: string;
  readonly role: string;
  readonly roleName: string | null;
}

/**
 * The page of an e-mailed link: chooses a password, or confirms an address. Who confirms a sign-up is logged in, and goes on with the set-up guide;
 * who accepts an invitation, of which the page says what it is for, is logged in too; who chose a new password logs in then.
 */
class LinkPage extends elementWith({
  hash: property(""),
  language: property(""),
  done: state(false),
  /** Another browser signed up, or several sign-ups are open for this address: the password says whose this is. */
  isPasswordAsked: state(false),
  /** Null: not read yet. */
  invitation: state<Invitation | null>(null),
  errorText: state(""),
}) {
  static override styles = [sharedStyles, guestStyles];

  /** Another link may be opened in the same tab. */
  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("hash")) return;
    this.done = false;
    this.isPasswordAsked = false;
    this.invitation = null;
    this.errorText = "";
    const link = readMailedLink(this.hash);
    if (link?.kind === "invitation") void this.#readInvitation(this.hash, link.token);
  }

  async #readInvitation(hash: string, token: string): Promise<void> {
    const found = await postWithoutLogIn("/api/v1/invitations/look", { token }).then(
      (read) => (read as { invitation: Invitation | null }).invitation ?? say("invitationOver"),
      problemText,
    );
    if (this.hash !== hash) return;
    if (typeof found === "string") this.errorText = found;
    else this.invitation = found;
  }

  /** Who invites which address as what: nobody chooses a password for something that they do not know. */
  #invited({ providerName, email, role, roleName }: Invitation) {
    return html`<p>${say("invitedBy", { name: providerName })}</p>
      ${facts([
        [say("role"), roleName ?? word("role", role)],
        [say("email"), email],
      ])}`;
  }

  override render() {
    const link = readMailedLink(this.hash);
    if (link === null) return html``;
    const isInvitation = link.kind === "invitation";
    if (isInvitation && this.errorText !== "")
      return html`<section class="card">
        <h1>${say(titles.invitation)}</h1>
        <p role="alert">${this.errorText}</p>
        <p><a class="button primary" href="#/">${say("logIn")}</a></p>
      </section>`;
    if (isInvitation && this.invitation === null && !this.done)
      return html`<section class="card">
        <h1>${say(titles.invitation)}</h1>
        ${loading()}
      </section>`;
    return html`<section class="card">
      <h1>${say(titles[link.kind])}</h1>
      ${
        this.done
          ? html`<p class="result" role="status">${say("linkDone")}</p>
              <p><a class="button primary" href="#/">${say("logIn")}</a></p>`
          : html`${this.invitation === null ? nothing : this.#invited(this.invitation)}<action-form
              .fields=${fieldsOf(link, this.isPasswordAsked)}
              submitText=${say("goOn")}
              .submit=${(values: ValuesOf<typeof fieldsOf>) => this.#confirm(link, values)}
              @done=${(event: CustomEvent<unknown>) => this.#finish(link, event)}
            ></action-form>`
      }
    </section>`;
  }

  #finish({ kind }: MailedLink, event: CustomEvent<unknown>) {
    // Null: the account is made, and only the log-in failed.
    if (kind === "password" || event.detail === null) {
      this.done = true;
      return;
    }
    event.stopPropagation();
    location.hash = kind === "sign-up" ? "#/start" : "#/";
    this.dispatchEvent(new CustomEvent("logged-in", { detail: event.detail as User }));
  }

  async #confirm(link: MailedLink, { password }: ValuesOf<typeof fieldsOf>) {
    try {
      if (link.kind === "sign-up") return await logInBySignUp(link.token, password ?? null);
      const accepted = await postWithoutLogIn(paths[link.kind], { token: link.token, password: String(password) });
      if (link.kind !== "invitation") return accepted;
      const { email } = accepted as { email: string };
      return await logIn(email, String(password), null).catch(() => null);
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === "password-needed") this.isPasswordAsked = true;
      throw problem;
    }
  }
}
customElements.define("link-page", LinkPage);

/** Who signed up in this browser is asked for nothing. */
function fieldsOf({ kind }: MailedLink, isPasswordAsked: boolean) {
  const password = { name: "password", type: "password", required: true } as const;
  if (kind !== "sign-up")
    return [
      { ...password, label: say("newPassword"), hint: say("passwordHint"), autocomplete: "new-password" },
    ] as const satisfies Fields;
  return isPasswordAsked
    ? ([{ ...password, label: say("password"), autocomplete: "current-password" }] as const satisfies Fields)
    : ([] as const);
}
