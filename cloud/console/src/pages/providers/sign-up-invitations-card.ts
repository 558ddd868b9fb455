import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import {
  inviteToSignUp,
  listSignUpInvitations,
  removeSignUpInvitation,
  type SignUpInvitation,
} from "../../data/tenancy/providers.ts";
import { dateTime } from "../../strings/format.ts";
import { locale, say, word } from "../../strings/strings.ts";

/** For platform admins: who was invited to become a provider, and a new invitation. */
class SignUpInvitationsCard extends appElement({
  /** The link of a new invitation, shown once, and to whom it went. */
  invited: state<{ readonly link: string; readonly email: string } | null>(null),
}) {
  readonly #invitations = new ListController<SignUpInvitation>(this, { read: listSignUpInvitations, topics: [] });
  readonly #actions = new PageActions(this, () => this.#invitations.reload());

  override render() {
    const mayChange = this.may("providers.manage");
    return html`<h2 class="between">${say("signUpInvitations")}</h2>
      ${this.#newLink()}
      ${
        mayChange
          ? formCard({
              title: say("inviteProvider"),
              submitText: say("invite"),
              fields: [
                { name: "email", label: say("ownerEmail"), type: "email", required: true },
                {
                  name: "locale",
                  label: say("language"),
                  type: "select",
                  value: locale(),
                  options: [
                    { value: "en", label: "English" },
                    { value: "sw", label: "Kiswahili" },
                  ],
                },
              ],
              submit: (values) => inviteToSignUp(values),
              done: (made) => {
                const { link, invitation } = made as Awaited<ReturnType<typeof inviteToSignUp>>;
                this.invited = { link, email: invitation.email };
                void this.#invitations.reload();
              },
            })
          : nothing
      }
      ${listCard(this.#invitations, {
        title: say("signUpInvitations"),
        emptyText: say("nobodyInvited"),
        columns: [
          { label: say("email"), sort: "email", cell: (row) => html`<strong>${row.email}</strong>` },
          { label: say("state"), cell: (row) => word("invitation", row.state) },
          { label: say("until"), cell: (row) => dateTime(row.expiresAtMs, this.app.zone) },
        ],
        buttons: mayChange && ((row) => this.#buttons(row)),
      })}`;
  }

  #newLink() {
    const { link, email } = this.invited ?? { link: "", email: "" };
    return shownOnce(
      say("invitationLink"),
      link,
      () => (this.invited = null),
      nothing,
      say("invitationSent", { email }),
    );
  }

  #buttons(row: SignUpInvitation) {
    if (row.state === "accepted") return "";
    const withdraw = () => removeSignUpInvitation(row.invitationId);
    return html`<button
      class="quiet danger"
      @click=${() => this.#actions.run(`withdraw/${row.invitationId}`, withdraw)}
    >
      ${say("withdrawInvitation")}
    </button>`;
  }
}
customElements.define("sign-up-invitations-card", SignUpInvitationsCard);
