import { effect } from "./signals.ts";
import type { Store } from "./store.ts";

/** The phone's back button leads from a form to the packages, not away from the page. */
export function keepBackButton({ route, goTo }: Store): void {
  const isDeepRoute = () => route.value.name === "buy" || route.value.name === "claim";
  let isDeep = false;
  effect(() => {
    const wantsDeep = isDeepRoute();
    if (wantsDeep && !isDeep) history.pushState({ deep: true }, "");
    else if (!wantsDeep && isDeep && history.state?.deep === true) history.back();
    isDeep = wantsDeep;
  });
  addEventListener("popstate", () => {
    if (isDeepRoute()) {
      isDeep = false;
      goTo({ name: "shop" });
    }
  });
}
