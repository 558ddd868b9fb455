import { css, html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ownerStepStyles } from "../../components/styles/step-styles.ts";
import type { Home } from "../../data/reports/home.ts";
import { icon, icons } from "../../icons.ts";
import { say, word } from "../../strings/strings.ts";
import { checklistTasks } from "./waiting-work.ts";

/** The way of a new provider to the first sale, as a ticket with a stub for each step. */
class ChecklistCard extends elementWith({
  checklist: property<NonNullable<Home["checklist"]>>(),
  language: property(""),
}) {
  static override styles = [
    sharedStyles,
    ownerStepStyles,
    css`
      .card {
        border-left: 10px solid var(--sun);
      }
      ol {
        list-style: none;
        margin: 0.8rem 0 0;
        padding: 0;
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
        gap: 0.5rem;
      }
      a {
        display: grid;
        grid-template-columns: 28px minmax(0, 1fr);
        gap: 0.7rem;
        align-items: center;
        min-height: var(--control);
        padding: 0.3rem 0.6rem;
        border-radius: var(--radius-control);
        color: inherit;
        text-decoration: none;
      }
      a:hover {
        background: var(--brand-wash);
      }
      .done .text {
        color: var(--ink-soft);
        text-decoration: line-through;
      }
    `,
  ];

  override render() {
    const tasks = checklistTasks(this.checklist);
    const done = tasks.filter(({ isDone }) => isDone).length;
    return html`<section class="card pad panel">
      <h2>${say("firstSteps", { done, all: tasks.length })}</h2>
      <ol>
        ${tasks.map(
          ({ name, isDone, href }) =>
            html`<li class=${isDone ? "done" : ""}>
              <a href=${href}
                ><span class="mark">${isDone ? icon(icons.check) : ""}</span
                ><span class="text">${word("task", name)}<span class="visually-hidden"> (${say(isDone ? "step_done" : "step_todo")})</span></span></a
              >
            </li>`,
        )}
      </ol>
      <p class="below"><a class="button primary" href="#/start">${say("openGuide")}</a></p>
    </section>`;
  }
}
customElements.define("checklist-card", ChecklistCard);
