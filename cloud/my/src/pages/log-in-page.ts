/** The way in: a phone and a code, or a line's name and password. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { refusalText, whoToCall } from "../components/parts.ts";
import type { Store } from "../data/store.ts";
import type { Words } from "../strings/en.ts";

export function logInPage(store: Store, words: Words): TemplateResult {
  const { logIn, busy, provider } = store.state;
  const isPhone = logIn.way === "phone";
  const support = provider.state === "here" ? (provider.value?.supportPhone ?? null) : null;
  const choice = (way: "phone" | "password", text: string) =>
    html`<button type="button" class="choice" aria-pressed=${logIn.way === way} @click=${() => store.setWay(way)}>${text}</button>`;
  return html`<section class="card log-in">
    <h1 tabindex="-1">${words.logInTitle}</h1>
    ${logIn.wasOut ? html`<p class="note" role="status">${words.loggedOut}</p>` : nothing}
    <div class="choices" role="group">${choice("phone", words.byPhone)}${choice("password", words.byPassword)}</div>
    ${isPhone ? (logIn.sentTo === null ? phoneForm(store, words) : codeForm(store, words, logIn.sentTo)) : passwordForm(store, words)}
    ${refusalText(store.state, words)}
    ${busy ? html`<p class="quiet" role="status">${words.loading}</p>` : nothing}
    ${whoToCall(words, support)}
  </section>`;
}

/** Reads the fields of a form by their names. */
const submitted = (then: (field: (name: string) => string) => void) => (event: SubmitEvent) => {
  event.preventDefault();
  const data = new FormData(event.target as HTMLFormElement);
  then((name) => String(data.get(name) ?? "").trim());
};

function phoneForm(store: Store, words: Words): TemplateResult {
  return html`<form @submit=${submitted((field) => void store.sendCode(field("phone")))}>
    <label>${words.phone}<input name="phone" type="tel" inputmode="tel" autocomplete="tel" required minlength="7" maxlength="20" /></label>
    <p class="quiet">${words.phoneHint}</p>
    <button class="act" ?disabled=${store.state.busy}>${words.sendCode}</button>
  </form>`;
}

function codeForm(store: Store, words: Words, phone: string): TemplateResult {
  return html`<form @submit=${submitted((field) => void store.enterCode(field("code")))}>
    <p class="note" role="status">${words.codeSent(phone)}</p>
    <label>${words.code}<input name="code" inputmode="numeric" autocomplete="one-time-code" required pattern="[0-9]{6}" maxlength="6" class="code" /></label>
    <button class="act" ?disabled=${store.state.busy}>${words.logIn}</button>
    <button type="button" class="plain" @click=${() => store.forgetPhone()}>${words.otherNumber}</button>
  </form>`;
}

function passwordForm(store: Store, words: Words): TemplateResult {
  return html`<form @submit=${submitted((field) => void store.enterPassword(field("username"), field("password")))}>
    <label>${words.username}<input name="username" autocomplete="username" autocapitalize="off" required maxlength="64" /></label>
    <label>${words.password}<input name="password" type="password" autocomplete="current-password" required maxlength="128" /></label>
    <button class="act" ?disabled=${store.state.busy}>${words.logIn}</button>
  </form>`;
}
