import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";
import { css, html, nothing } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";
import "./web-awesome.ts";

export interface MenuItem {
  readonly text: string;
  /** What it does, or where it leads. */
  readonly run?: () => unknown;
  readonly href?: string;
  /** It takes something away: red. */
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  /** With a value it is a box that is ticked or not; the menu stays open. */
  readonly isChecked?: boolean;
}

/** A button that opens a menu: what can be done with a row. `name`: the thing, for who hears the button without the row. */
class RowMenu extends elementWith({
  items: property<readonly MenuItem[]>([]),
  name: property(""),
  /** The text on the button; without it, three dots. */
  text: property(""),
}) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
      }
      button {
        white-space: nowrap;
      }
      .dots {
        min-width: var(--control-small);
        min-height: var(--control-small);
        padding: 0;
        justify-content: center;
        font-weight: 800;
        letter-spacing: 0.08em;
      }
      wa-dropdown:not(:defined) wa-dropdown-item {
        display: none;
      }
      wa-dropdown-item {
        min-height: 40px;
        font-size: var(--text);
        font-weight: 500;
        text-align: left;
      }
    `,
  ];

  override render() {
    const label = this.name === "" ? say("moreActions") : say("moreActionsOf", { name: this.name });
    return html`<wa-dropdown placement="bottom-end" @wa-select=${this.#selected}>
      ${
        this.text === ""
          ? html`<button slot="trigger" type="button" class="quiet dots" aria-label=${label} title=${say("moreActions")}>
              •••
            </button>`
          : html`<button slot="trigger" type="button">${this.text} <span aria-hidden="true">▾</span></button>`
      }
      ${this.items.map(
        (item, at) =>
          html`<wa-dropdown-item
            value=${at}
            variant=${item.isDanger ? "danger" : "default"}
            type=${item.isChecked === undefined ? nothing : "checkbox"}
            ?checked=${item.isChecked}
            ?disabled=${item.isDisabled}
            >${item.text}</wa-dropdown-item
          >`,
      )}
    </wa-dropdown>`;
  }

  #selected(event: CustomEvent<{ item: { value: string } }>) {
    event.stopPropagation();
    const item = this.items[Number(event.detail.item.value)];
    if (item?.isChecked !== undefined) event.preventDefault();
    if (item?.href !== undefined) location.hash = item.href.slice(1);
    else void item?.run?.();
  }
}
customElements.define("row-menu", RowMenu);
