import { css, html } from "lit";
import { appElement } from "../components/app-element.ts";
import { property } from "../components/element-with.ts";
import { sharedStyles } from "../components/shared-styles.ts";
import { ListController } from "../components/table/list-controller.ts";
import { type Alarm, listAlarms } from "../data/fleet/alarms.ts";
import { icon, icons } from "../icons.ts";
import { say } from "../strings/strings.ts";

const countedMax = 20;

/** How many alarms nobody takes care of yet. It leads to them. */
class AlarmBell extends appElement({ language: property("") }) {
  readonly #alarms = new ListController<Alarm>(this, {
    read: (query) => listAlarms({ ...query, limit: countedMax }, { state: "open" }),
    topics: ["alarm", "site", "channel"],
  });

  static override styles = [
    sharedStyles,
    css`
      a {
        position: relative;
        display: grid;
        place-items: center;
        width: var(--control);
        height: var(--control);
        border-radius: var(--radius-control);
        color: var(--ink);
      }
      .count {
        position: absolute;
        top: 2px;
        right: 0;
        min-width: 20px;
        padding: 0 0.3rem;
        border-radius: var(--radius-pill);
        background: var(--danger);
        color: var(--danger-ink);
        font-size: 0.75rem;
        font-weight: 700;
        line-height: 20px;
        text-align: center;
      }
    `,
  ];

  override render() {
    const count = this.#alarms.rows?.length ?? 0;
    const shown = this.#alarms.nextCursor === null ? String(count) : `${countedMax}+`;
    const text = count === 0 ? say("noAlarmsOpen") : say("alarmsOpen", { count: shown });
    return html`<a href="#/alarms?state=open" title=${text}>
      ${icon(icons.bell)}${count === 0 ? "" : html`<span class="count" aria-hidden="true">${shown}</span>`}
      <span class="visually-hidden" role="status">${text}</span>
    </a>`;
  }
}
customElements.define("alarm-bell", AlarmBell);
