import { css, html } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property, state } from "../element-with.ts";
import { toast } from "../overlay/toast.ts";
import { sharedStyles } from "../shared-styles.ts";
import { remember, remembered } from "./remembered.ts";
import "../overlay/row-menu.ts";

export type ViewValues = Readonly<Record<string, string>>;

interface View {
  readonly name: string;
  readonly values: ViewValues;
}

/** Named sets of filters and order of one list, kept for this user in this browser. Dispatches `show` with a view's values. */
class SavedViews extends elementWith({
  /** The list's name and the user's id. */
  name: property(""),
  /** What narrows and orders the list now. */
  values: property<ViewValues>({}),
  isNaming: state(false),
}) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      input {
        width: 12rem;
      }
    `,
  ];

  override render() {
    if (this.isNaming) return this.#nameForm();
    const views = this.#views();
    return html`<row-menu
      text=${say("views")}
      .items=${[
        ...views.map((view) => ({ text: view.name, run: () => this.#show(view) })),
        ...(views.length === 0 ? [{ text: say("noViews"), isDisabled: true }] : []),
        { text: say("saveView"), run: () => this.#name() },
        ...views.map((view) => ({
          text: say("removeView", { name: view.name }),
          isDanger: true,
          run: () => this.#keep(views.filter((each) => each !== view)),
        })),
      ]}
    ></row-menu>`;
  }

  #nameForm() {
    return html`<form @submit=${this.#save} @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#stop()}>
      <input name="name" aria-label=${say("viewName")} placeholder=${say("viewName")} maxlength="40" required />
      <button class="primary">${say("save")}</button>
      <button type="button" class="quiet" @click=${this.#stop}>${say("cancel")}</button>
    </form>`;
  }

  #views(): readonly View[] {
    return this.name === "" ? [] : remembered<readonly View[]>(`views-${this.name}`, []);
  }

  #keep(views: readonly View[]) {
    remember(`views-${this.name}`, views);
    this.requestUpdate();
  }

  #name() {
    this.isNaming = true;
    void this.updateComplete.then(() => this.renderRoot.querySelector("input")?.focus());
  }

  #stop() {
    this.isNaming = false;
  }

  #save(event: SubmitEvent) {
    event.preventDefault();
    const name = (this.renderRoot.querySelector("input") as HTMLInputElement).value.trim();
    if (name === "") return;
    this.#keep([...this.#views().filter((view) => view.name !== name), { name, values: this.values }]);
    this.isNaming = false;
    toast(say("viewSaved"));
  }

  #show({ values }: View) {
    // What the view does not name is not narrowed.
    const none = Object.fromEntries(Object.keys(this.values).map((name) => [name, ""]));
    this.dispatchEvent(new CustomEvent<ViewValues>("show", { detail: { ...none, ...values } }));
  }
}
customElements.define("saved-views", SavedViews);
