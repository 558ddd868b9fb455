import { html, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import "../../components/table/data-table.ts";
import { proofsPath, type RouterProofs, tryRouter } from "../../data/fleet/router-proofs.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

type Proof = RouterProofs["proofs"][number];

const tones: Record<Proof["outcome"], string> = {
  works: "good",
  broken: "bad",
  refused: "bad",
  "no-answer": "warn",
  "not-tried": "",
};

/** What works on this very router: tried by its agent, after a person's yes. */
class RouterProofsCard extends appElement({ siteId: property("") }) {
  readonly #proofs = new ReadController<RouterProofs>(this, {
    path: () => proofsPath(this.siteId),
    topics: ["router"],
  });
  readonly #actions = new PageActions(this, () => this.#proofs.reload());

  override render() {
    return this.#proofs.render((known) => this.#card(known));
  }

  #card({ version, board, proofs }: RouterProofs): TemplateResult {
    return html`<h2 class="between">${say("proofsTitle")}</h2>
      <section class="card pad panel">
        <p class="soft">${say("proofsWhy")}</p>
        ${
          version === null || proofs[0] === undefined
            ? html`<p>${say("proofsNone")}</p>`
            : html`<p>${say("proofsOf", { board: board ?? "", version })}</p>
                <p class="soft">${say("proofsTriedAt", { at: dateTime(proofs[0].triedAtMs, this.app.zone) })}</p>`
        }
        ${
          this.may("sites.manage")
            ? html`<p class="row below">
                <button ?disabled=${this.#actions.busy !== ""} @click=${this.#try}>
                  ${this.#actions.busy === "" ? say("proofsTry") : say("working")}
                </button>
              </p>`
            : ""
        }
      </section>
      ${proofs.length === 0 ? "" : this.#table(proofs)}`;
  }

  #table(proofs: readonly Proof[]): TemplateResult {
    return html`<section class="card">
      <data-table
        dense
        caption=${say("proofsTitle")}
        emptyText=${say("proofsNone")}
        .rows=${proofs}
        .columns=${[
          { label: say("name"), cell: (row: Proof) => html`<strong>${word("proof", row.kind)}</strong>` },
          {
            label: say("state"),
            cell: (row: Proof) =>
              html`<span class="badge ${tones[row.outcome]}">${word("proofOutcome", row.outcome)}</span> ${rawText(row.words)}`,
          },
        ]}
      ></data-table>
    </section>`;
  }

  async #try(): Promise<void> {
    if (!(await ask(say("proofsSure"), say("proofsTry")))) return;
    await this.#actions.run("try", () => tryRouter(this.siteId));
  }
}
customElements.define("router-proofs", RouterProofsCard);
