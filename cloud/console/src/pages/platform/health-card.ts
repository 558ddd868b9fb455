import { html, nothing } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { duration } from "../../strings/format.ts";
import "../../components/data-table.ts";
import type { Desk } from "../../desk.ts";
import { say, word } from "../../strings/strings.ts";

interface Health {
  readonly version: string;
  readonly upSeconds: number;
  readonly database: { readonly engine: string; readonly latencyMs: number };
  readonly links: number;
}
interface Parts {
  readonly parts: readonly {
    readonly name: string;
    readonly grade: "good" | "doubtful" | "wrong";
    readonly text: string;
    readonly advice: string | null;
  }[];
}
interface Security {
  readonly status: "ok" | "warning";
  readonly findings: readonly { readonly name: string; readonly status: string; readonly advice: string | null }[];
}

type Part = Parts["parts"][number];
const tones: Record<Part["grade"], string> = { good: "good", doubtful: "warn", wrong: "bad" };

/** The hub itself: version, database, links; and what about its set-up should be better. */
class HealthCard extends elementWith({
  desk: property<Desk>(),
}) {
  readonly #health = new ReadController<Health>(this, {
    path: () => "/health",
    topics: [],
    events: () => this.desk.events,
  });
  readonly #security = new ReadController<Security>(this, {
    path: () => "/health/security",
    topics: [],
    events: () => this.desk.events,
  });

  readonly #parts = new ReadController<Parts>(this, {
    path: () => "/api/v1/platform/health",
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    return html`<div class="two">
      ${this.#health.render(
        (health) => html`<section class="card pad">
          <h2>${say("theHub")}</h2>
          ${facts([
            [say("version"), health.version],
            [say("upFor"), duration(health.upSeconds)],
            [say("database"), `${word("engine", health.database.engine)} · ${health.database.latencyMs} ms`],
            [say("openLinks"), health.links],
          ])}
        </section>`,
      )}
      ${this.#security.render(
        (security) => html`<section class="card pad">
          <h2>${say("security")}</h2>
          ${facts(
            security.findings.map((finding) => [
              word("finding", finding.name),
              html`<span class="badge ${finding.status === "ok" ? "good" : "warn"}">${say(finding.status === "ok" ? "isFine" : "toBetter")}</span>`,
            ]),
          )}
          ${security.findings.map(({ advice }) => (advice === null ? nothing : html`<p class="soft below">${advice}</p>`))}
        </section>`,
      )}
    </div>
    ${this.#parts.render(
      ({ parts }) => html`<h2 class="panel">${say("hubParts")}</h2>
        <div class="card">
          <data-table
            caption=${say("hubParts")}
            .columns=${[
              { label: say("name"), cell: (row: Part) => html`<strong>${word("part", row.name)}</strong>` },
              {
                label: say("state"),
                cell: (row: Part) => html`<span class="badge ${tones[row.grade]}">${say(`grade_${row.grade}`)}</span>`,
              },
              {
                label: say("details"),
                cell: (row: Part) =>
                  html`${row.text}${row.advice === null ? nothing : html`<br /><span class="soft">${row.advice}</span>`}`,
              },
            ]}
            .rows=${parts}
          ></data-table>
        </div>`,
    )}`;
  }
}
customElements.define("health-card", HealthCard);
