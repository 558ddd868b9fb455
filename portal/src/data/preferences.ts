/** The customer's language and theme, and the words for the way to pay at this site. */
import type { PortalState } from "@karibu/protocol/portal-api";
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import { chooseLanguage, type LoadWords, type Spoken } from "../strings/strings.ts";
import type { Platform } from "./platform.ts";
import type { Store } from "./store.ts";

type Preferences = Pick<Store, "theme" | "language" | "words" | "chooseLanguage" | "chooseTheme">;

export function createPreferences(options: {
  platform: Platform;
  phoneLanguages: readonly string[];
  /** The first language. `loadWords` loads another one. */
  first: Spoken;
  loadWords: LoadWords;
  portal: ReadonlySignal<PortalState | null>;
}): Preferences {
  const { platform, portal } = options;
  const chosenLanguage = signal(platform.recall("language"));
  const theme = signal(readTheme(platform.recall("theme")));
  const wanted = computed(() =>
    chooseLanguage(chosenLanguage.value, options.phoneLanguages, portal.value?.site.locale ?? options.first.language),
  );
  const spoken = signal(options.first);
  const language = computed(() => spoken.value.language);
  const words = computed(() => spoken.value.words);
  effect(() => {
    const next = wanted.value;
    const way = portal.value?.paysBy ?? "phone"; // read with each state, so that words which failed to load are loaded again
    const current = spoken.peek();
    if (next === current.language && way === current.paysBy) return;
    // Not reachable: the page keeps its language, and the button tries again.
    const refused = () => {
      chosenLanguage.value = null;
    };
    options.loadWords(next, way).then((loaded) => {
      if (wanted.peek() === next) spoken.value = loaded;
    }, refused);
  });

  return {
    theme,
    language,
    words,
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
