/** Starts the customers' own page, or the page behind a payment link, whichever the address names. */
import { render } from "lit/html.js";
import { placeAt } from "./data/address.ts";
import { createApi } from "./data/api.ts";
import { customerIn } from "./data/state.ts";
import { createStore } from "./data/store.ts";
import { coloursOf, draw, titleOf } from "./draw.ts";
import { type Language, languageOf, spokenBy } from "./strings/choose-language.ts";

const rememberedAs = "karibu-language";

/** Storage may be shut off. */
function chosenLanguage(): Language | null {
  try {
    return languageOf(localStorage.getItem(rememberedAs));
  } catch {
    return null;
  }
}

const spoken = spokenBy(navigator.languages);
const chosen = chosenLanguage();
const root = document.getElementById("page") as HTMLElement;

const store = createStore({
  api: createApi(
    "/api/v1",
    () => store.state.language,
    () => customerIn(store.state),
  ),
  place: placeAt(location),
  language: chosen ?? spoken ?? "en",
  isSpoken: spoken !== null,
  chosenLanguage: chosen,
  remember(language) {
    try {
      localStorage.setItem(rememberedAs, language);
    } catch {
      // It is asked again next time.
    }
  },
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  onChange: () => show(),
});

let shownFor = "";

/** Who moves to another view hears its heading: the focus goes there. */
function show(): void {
  const { state } = store;
  document.documentElement.lang = state.language;
  document.title = titleOf(state);
  for (const [name, colour] of Object.entries(coloursOf(state)))
    document.documentElement.style.setProperty(name, colour);
  render(draw(store, Date.now()), root);
  const view = JSON.stringify([
    state.place,
    state.session,
    state.ticket?.ticketId ?? null,
    state.dialog?.kind ?? null,
    state.dialog?.subscriptionId ?? null,
  ]);
  if (view === shownFor) return;
  const isFirst = shownFor === "";
  shownFor = view;
  if (isFirst) return;
  const heading = root.querySelector<HTMLElement>(state.dialog === null ? "h1" : ".dialog-title");
  heading?.focus({ preventScroll: state.dialog === null });
  if (state.dialog === null) scrollTo(0, 0);
}

addEventListener("hashchange", () => void store.moveTo(placeAt(location)));
addEventListener("online", () => void store.refresh());
/** A phone that lay in a pocket: what it shows is old. A page that comes out of the browser's memory asks who is there. */
addEventListener("pageshow", (event) => {
  if (event.persisted) void store.refresh();
});
void store.open();
