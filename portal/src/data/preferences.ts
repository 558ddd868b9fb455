/** The customer's language and theme, and the words for the way to pay at this site. */
import type { PayChannel } from "@karibu/protocol/pay-channel";
import type { PortalState } from "@karibu/protocol/portal-api";
import { payWayOf } from "../strings/pay-way.ts";
import { chooseLanguage, type LanguageNames, type LoadWords, type Spoken } from "../strings/strings.ts";
import type { Platform } from "./platform.ts";
import { computed, effect, type ReadonlySignal, signal } from "./signals.ts";
import type { Store } from "./store.ts";

type Preferences = Pick<
  Store,
  "theme" | "language" | "languages" | "words" | "wantAllWords" | "chooseLanguage" | "chooseTheme"
>;

export function createPreferences(options: {
  platform: Platform;
  languages: LanguageNames;
  phoneLanguages: readonly string[];
  /** The first language. `loadWords` loads another one. */
  first: Spoken;
  loadWords: LoadWords;
  portal: ReadonlySignal<PortalState | null>;
  /** What the customer chose among several ways to pay. */
  channel: ReadonlySignal<PayChannel | null>;
}): Preferences {
  const { platform, portal, channel } = options;
  const chosenLanguage = signal(platform.recall("language"));
  const theme = signal(readTheme(platform.recall("theme")));
  const wanted = computed(() =>
    chooseLanguage(options.languages, {
      chosen: chosenLanguage.value,
      phone: options.phoneLanguages,
      site: portal.value?.site.locale ?? options.first.language,
    }),
  );
  const spoken = signal(options.first);
  const wantsWhole = signal(options.first.isWhole);
  const language = computed(() => spoken.value.language);
  // The provider's own stand above Karibu's.
  const words = computed(() => ({ ...spoken.value.words, ...portal.value?.words?.[language.value] }));
  effect(() => {
    const next = wanted.value;
    const way = payWayOf(portal.value, channel.value); // read with each state, so that words which failed to load are loaded again
    const current = spoken.peek();
    const isWhole = wantsWhole.value;
    const isSameWay = way.paysBy === current.paysBy && way.wallet === current.wallet && way.country === current.country;
    if (next === current.language && isSameWay && isWhole === current.isWhole) return;
    // Not reachable: the page keeps its language, and the button tries again.
    const refused = () => {
      if (next !== current.language) chosenLanguage.value = null;
    };
    options.loadWords(next, way, isWhole).then((loaded) => {
      if (wanted.peek() === next) spoken.value = loaded;
    }, refused);
  });

  return {
    theme,
    language,
    languages: options.languages,
    words,
    wantAllWords() {
      wantsWhole.value = true;
    },
    chooseLanguage(next) {
      platform.keep("language", next);
      chosenLanguage.value = next;
    },
    chooseTheme(next) {
      platform.keep("theme", next);
      theme.value = next;
    },
  };
}

function readTheme(kept: string | null): "light" | "dark" | null {
  return kept === "light" || kept === "dark" ? kept : null;
}
