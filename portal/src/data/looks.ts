/** How the page speaks and looks: the language, its words for the way one pays here, light or dark. */
import type { PortalState } from "@karibu/protocol/portal-api";
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Platform } from "../platform.ts";
import { chooseLanguage, type LoadWords, type Spoken } from "../strings/strings.ts";
import type { Store } from "./store.ts";

type Looks = Pick<Store, "theme" | "language" | "words" | "chooseLanguage" | "chooseTheme">;

export function createLooks(options: {
  platform: Platform;
  phoneLanguages: readonly string[];
  /** The language to begin with, and how to get another one. */
  first: Spoken;
  loadWords: LoadWords;
  portal: ReadonlySignal<PortalState | null>;
}): Looks {
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
    const way = portal.value?.paysBy ?? "phone"; // looked at with every answer: words lost on the way are fetched again
    const said = spoken.peek();
    if (next === said.language && way === said.paysBy) return;
    // Out of reach: the page goes on in the language that it has, and the button asks again.
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
