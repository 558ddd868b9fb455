/** What a customer asked, and what was answered. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { listOf, refusalText } from "../components/parts.ts";
import type { View } from "../components/view.ts";
import { type Ticket, type TicketKind, ticketKinds } from "../data/types.ts";

export function helpPage(view: View): TemplateResult {
  const { store, words, moment } = view;
  const { tickets, ticket } = store.state;
  if (ticket !== null) return oneTicket(view, ticket);
  return html`<h1 tabindex="-1">${words.helpTitle}</h1>
    <section class="card">
      <h2>${words.newTicket}</h2>
      <form @submit=${submitNew(view)}>
        <label
          >${words.ticketKind}<select name="kind">
            ${ticketKinds.map((kind) => html`<option value=${kind}>${words.ticketKinds[kind]}</option>`)}
          </select></label
        >
        <label>${words.ticketSubject}<input name="subject" required maxlength="120" /></label>
        <label>${words.ticketText}<textarea name="text" required maxlength="2000"></textarea></label>
        ${refusalText(store.state, words)}
        <button class="act" ?disabled=${store.state.busy}>${words.send}</button>
      </form>
    </section>
    <section class="card">
      <h2>${words.tickets}</h2>
      ${listOf(store, words, tickets, {
        empty: words.noTickets,
        row: (item) => html`<li>
          <span>${item.number} · ${item.subject}</span>
          <span class="quiet">${moment(item.changedAtMs)} · ${words.ticketStates[item.state]}</span>
          <button class="plain" @click=${() => void store.readTicket(item.ticketId)}>${words.openTicket}</button>
        </li>`,
      })}
    </section>`;
}

/** What was typed stays in the form until it is taken. */
const submitNew =
  ({ store }: View) =>
  (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const field = (name: string) => String(data.get(name) ?? "").trim();
    void store.openTicket({ kind: field("kind") as TicketKind, subject: field("subject"), text: field("text") });
  };

function oneTicket({ store, words, moment }: View, ticket: Ticket): TemplateResult {
  const isOpen = ticket.state !== "closed" && ticket.state !== "solved";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    void store.answerTicket(String(new FormData(form).get("text") ?? "").trim()).then(() => {
      if (store.state.refusal === null) form.reset();
    });
  };
  const { place } = store.state;
  const fileOf = (pictureId: string) =>
    `/api/v1/my/${place.kind === "my" ? place.provider : ""}/tickets/${encodeURIComponent(ticket.ticketId)}/pictures/${encodeURIComponent(pictureId)}/file`;
  const addPicture = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const [photo] = input.files ?? [];
    if (photo !== undefined) void store.addPicture(photo).then(() => (input.value = ""));
  };
  return html`<h1 tabindex="-1">${ticket.subject}</h1>
    <section class="card">
      <p><span class="badge">${words.ticketStates[ticket.state]}</span> <span class="quiet">${words.ticketKinds[ticket.kind]}</span></p>
      <ul class="rows">
        ${ticket.entries.map(
          (entry) => html`<li class=${entry.from === "staff" ? "from-staff" : ""}>
            <span class="quiet">${entry.from === "staff" ? entry.who : words.you} · ${moment(entry.atMs)}</span>
            <span class="said">${entry.said}</span>
          </li>`,
        )}
      </ul>
      ${
        ticket.pictures.length === 0
          ? nothing
          : html`<ul class="pictures">
              ${ticket.pictures.map(
                ({ pictureId, width, height }, index) =>
                  html`<li><a href=${fileOf(pictureId)} download><img src=${fileOf(pictureId)} width=${width} height=${height} alt=${words.pictureNo(index + 1)} loading="lazy" /></a></li>`,
              )}
            </ul>`
      }
      ${
        ticket.isWritable
          ? html`<form @submit=${submit}>
              <label>${words.ticketText}<textarea name="text" required maxlength="2000"></textarea></label>
              <button class="act" ?disabled=${store.state.busy}>${words.send}</button>
            </form>
            <label>${words.addPicture}<input type="file" accept="image/png,image/jpeg,image/webp" ?disabled=${store.state.busy} @change=${addPicture} /></label>`
          : nothing
      }
      ${refusalText(store.state, words)}
      ${isOpen ? html`<button class="plain" ?disabled=${store.state.busy} @click=${() => void store.closeTicket()}>${words.closeTicket}</button>` : nothing}
      <button class="plain" @click=${() => void store.readTicket(null)}>${words.back}</button>
    </section>`;
}
