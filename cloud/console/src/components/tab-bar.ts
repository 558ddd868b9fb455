import { css, html, nothing } from "lit";
import { withQueryChange } from "../address.ts";
import { elementWith, property } from "./element-with.ts";
import { sharedStyles } from "./shared-styles.ts";

export interface Tab {
  /** Its name in the address; the first tab's is empty, so that the plain address opens it. */
  readonly name: string;
  readonly text: string;
  /** How many things wait there; without it, nothing. */
  readonly count?: number;
  /** A page of its own, instead of a name in this page's address. */
  readonly href?: string;
}

/**
 * Parts of a page, or pages of a room, side by side. Each is a link with its own address, so that it can be shared, opened in
 * another browser tab, and is left by the Back button. The page reads `chosen` with an AddressQuery.
 */
class TabBar extends elementWith({
  tabs: property<readonly Tab[]>([]),
  chosen: property(""),
  /** What the tabs divide, for screen readers. */
  label: property(""),
  /** The name in the address. */
  query: property("tab"),
}) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        margin-bottom: var(--space-4);
      }
      nav {
        display: flex;
        flex-wrap: wrap;
        column-gap: var(--space-1);
        border-bottom: 2px solid var(--line);
      }
      @media (max-width: 899px) {
        nav {
          flex-wrap: nowrap;
          overflow-x: auto;
          scrollbar-width: none;
        }
      }
      a {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--control);
        padding: 0 1rem;
        margin-bottom: -2px;
        border-bottom: 4px solid transparent;
        color: var(--ink-soft);
        font-weight: 600;
        white-space: nowrap;
        text-decoration: none;
      }
      a:hover {
        color: var(--ink);
      }
      a[aria-current] {
        color: var(--ink);
        border-bottom-color: var(--sun);
      }
      a:focus-visible {
        outline-offset: -4px;
      }
    `,
  ];

  override render() {
    return html`<nav aria-label=${this.label}>
      ${this.tabs.map(
        ({ name, text, count, href }) =>
          html`<a
            href=${href ?? withQueryChange(location.hash, { [this.query]: name })}
            aria-current=${name === this.chosen ? "page" : nothing}
            >${text}${count === undefined ? nothing : html`<span class="badge">${count.toLocaleString("en")}</span>`}</a
          >`,
      )}
    </nav>`;
  }

  /** A window that narrows, or a phone that is turned, must not leave the chosen tab outside. */
  readonly #width = new ResizeObserver(() => this.#showChosen());

  override connectedCallback() {
    super.connectedCallback();
    this.#width.observe(this);
  }

  override disconnectedCallback() {
    this.#width.disconnect();
    super.disconnectedCallback();
  }

  override updated() {
    this.#showChosen();
  }

  /** Sideways alone: who reads further down must not be taken back up here by each live event. */
  #showChosen() {
    const bar = this.renderRoot.querySelector("nav");
    const chosen = this.renderRoot.querySelector("[aria-current]");
    if (bar === null || chosen === null) return;
    const [room, tab] = [bar.getBoundingClientRect(), chosen.getBoundingClientRect()];
    if (tab.left < room.left) bar.scrollLeft -= room.left - tab.left;
    else if (tab.right > room.right) bar.scrollLeft += tab.right - room.right;
  }
}
customElements.define("tab-bar", TabBar);
