import { css, html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { readAddress } from "../../address.ts";
import { say } from "../../strings/strings.ts";
import { elementWith, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: "good" | "bad";
  /** The page that it belongs to: it goes with that page. */
  readonly page: string;
}

/** A page, or one thing of it; what narrows a list makes no other page. */
function pageNow(): string {
  const { path, id } = readAddress(location.hash);
  return `${path}/${id ?? ""}`;
}

const readingMs = 8_000;

/** The notices that are shown now, in a corner above everything else, also above an open dialog. */
class ToastStack extends elementWith({ notices: state<readonly Notice[]>([]) }) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: fixed;
        inset: auto 1rem 1rem auto;
        z-index: 9;
        width: min(26rem, calc(100vw - 2rem));
        margin: 0;
        padding: 0;
        border: 0;
        overflow: visible;
        background: none;
        color: inherit;
        pointer-events: none;
      }
      @media (max-width: 899px) {
        /* The phone's menu stands at the bottom. */
        :host {
          bottom: 84px;
        }
      }
      .notice {
        pointer-events: auto;
        margin: var(--space-2) 0 0;
        border: 1px solid currentColor;
        border-left-width: 6px;
        border-radius: var(--radius-control);
        box-shadow: var(--shadow-over);
        font-weight: 600;
        animation: arrive 0.16s ease-out;
      }
      .notice button {
        flex: none;
        min-width: 44px;
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(0.6rem);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .notice {
          animation: none;
        }
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    this.setAttribute("popover", "manual");
    window.addEventListener("keydown", this.#escape);
    window.addEventListener("hashchange", this.#leave);
  }

  override render() {
    return repeat(
      this.notices,
      ({ id }) => id,
      ({
        id,
        text,
        kind,
      }) => html`<div class="notice ${kind}" data-id=${id} role=${kind === "bad" ? "alert" : "status"}>
        <span>${text}</span>
        <button class="quiet" @click=${() => this.close(id)}>${say("close")}</button>
      </div>`,
    );
  }

  override updated() {
    // Again on top of what has opened since. Browsers without popovers have the z-index.
    if (this.notices.length === 0) return this.hidePopover?.();
    this.hidePopover?.();
    this.showPopover?.();
  }

  show(notice: Notice): void {
    this.notices = [...this.notices.filter(({ text }) => text !== notice.text), notice];
    if (notice.kind === "good") this.#closeLater(notice.id);
  }

  close(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }

  /** The notices so far belong to the page at `hash`, to which one of them leads. */
  moveTo(hash: string): void {
    const before = pageNow();
    location.hash = hash;
    const page = pageNow();
    this.notices = this.notices.map((each) =>
      each.page === before && each.kind === "good" ? { ...each, page } : each,
    );
  }

  /** What went well leaves by itself, but not while somebody reads it. */
  #closeLater(id: number): void {
    setTimeout(() => {
      const notice = this.renderRoot.querySelector(`[data-id="${id}"]`);
      if (notice?.matches(":hover, :focus-within")) this.#closeLater(id);
      else this.close(id);
    }, readingMs);
  }

  readonly #leave = (): void => {
    const page = pageNow();
    this.notices = this.notices.filter((notice) => notice.page === page);
  };

  readonly #escape = (event: KeyboardEvent): void => {
    const last = this.notices.at(-1);
    if (event.key === "Escape" && !event.defaultPrevented && last !== undefined) this.close(last.id);
  };
}
customElements.define("toast-stack", ToastStack);

export interface Toast {
  close(): void;
}

let shown = 0;

/**
 * A notice above the page. `good` leaves by itself after eight seconds; `bad` stays until it is closed; both go with the page that
 * they belong to. Screen readers hear it.
 */
export function toast(text: string, kind: "good" | "bad" = "good"): Toast {
  const stack = theStack();
  const id = ++shown;
  stack.show({ id, text, kind, page: pageNow() });
  return { close: () => stack.close(id) };
}

/** Goes to another page because something has gone well: its notice goes with it. */
export function goOnTo(hash: string): void {
  theStack().moveTo(hash);
}

function theStack(): ToastStack {
  const stack = (document.querySelector("toast-stack") as ToastStack | null) ?? new ToastStack();
  if (!stack.isConnected) document.body.append(stack);
  return stack;
}
