/** Asks the hub, keeps what it said, and follows a phone that was asked for money until the service is on again. */
import { type Language, languageOf } from "../strings/choose-language.ts";
import type { PageName, Place } from "./address.ts";
import { type Answer, type Api, newKey, type Trouble } from "./api.ts";
import { photoBase64 } from "./photo.ts";
import { type Asked, type Dialog, emptyState, loggedOut, pagesIn, partsOf, type State } from "./state.ts";
import type { LinkView, Overview, Prompt, Provider, Service, Ticket, TicketKind, Wishes } from "./types.ts";

export interface StoreParts {
  readonly api: Api;
  readonly place: Place;
  readonly language: Language;
  /** The browser speaks it: the provider's is no better guess. */
  readonly isSpoken: boolean;
  /** Null: none was chosen. */
  readonly chosenLanguage: Language | null;
  remember(language: Language): void;
  /** Waits; a test may not. */
  wait(ms: number): Promise<void>;
  onChange(state: State): void;
}

export interface Store {
  readonly state: State;
  open(): Promise<void>;
  /** Reads what is shown again. */
  refresh(): Promise<void>;
  moveTo(place: Place): Promise<void>;
  speak(language: Language): void;
  setWay(way: "phone" | "password"): void;
  sendCode(phone: string): Promise<void>;
  forgetPhone(): void;
  enterCode(code: string): Promise<void>;
  enterPassword(username: string, password: string): Promise<void>;
  logOut(): Promise<void>;
  endSession(sessionId: string): Promise<void>;
  show(dialog: Dialog | null): void;
  choosePlan(planId: string): Promise<void>;
  payFromCredit(): Promise<void>;
  /** @param phone null: one's own. @param amountCents of a top-up */
  askPhone(phone: string | null, amountCents: number | null): Promise<void>;
  /** Pays on a page of this channel's. @param amountCents of a top-up */
  openPage(channelId: string, amountCents: number | null): Promise<void>;
  promise(days: number): Promise<void>;
  pause(days: number): Promise<void>;
  resume(subscriptionId: string): Promise<void>;
  setRenewal(subscriptionId: string, way: { autoRenew: boolean } | { standingOrder: boolean }): Promise<void>;
  changePlan(): Promise<void>;
  openTicket(asked: { readonly subject: string; readonly kind: TicketKind; readonly text: string }): Promise<void>;
  /** @param ticketId null: back to the list */
  readTicket(ticketId: string | null): Promise<void>;
  answerTicket(text: string): Promise<void>;
  addPicture(photo: File): Promise<void>;
  closeTicket(): Promise<void>;
  wish(wishes: Partial<Wishes>): Promise<void>;
}

const pollMs = 2000;
/** A prompt is over by then, and its money proved, where the channel works; else the page asks on, less often, for as long as it says that it waits. */
const quickPolls = 150;
const slowPollMs = 15_000;

/** On a page, whose card was declined may try another one for as long as the page is there. */
const isOver = ({ state, payAt = null }: Prompt): boolean => state === "failed" && payAt === null;

export const newDialogKey = newKey;
/** A commit whose news was lost is an answer of 503, too. */
const isUndecided = (trouble: Trouble): boolean =>
  trouble.kind === "offline" || (trouble.kind === "refused" && trouble.isOpen === true);
/** Refused for what has changed since it was shown. */
const staleCodes: readonly string[] = ["renewed-meanwhile", "other-amount"];
const unreadable: Trouble = { kind: "refused", code: "unreadable", text: "" };

export function createStore(parts: StoreParts): Store {
  const { api } = parts;
  let state = emptyState(parts.place, parts.language);
  const set = (change: Partial<State>) => {
    state = { ...state, ...change };
    parts.onChange(state);
  };
  const provider = () => (state.place.kind === "my" ? state.place.provider : "");
  const base = () => `/my/${provider()}`;

  /** The phone that is followed: closing its dialog, or another one, ends it. */
  let following = 0;
  /** Counts log-ins that ended: an answer to what was asked in one of them is nobody's after it, or another customer's. */
  let visit = 0;
  /** Keys of requests that nobody knows the outcome of, by what was asked for: asked for again, it is the same request. */
  const unanswered = new Map<string, string>();
  function leave(wasOut: boolean): void {
    visit++;
    following++;
    unanswered.clear();
    state = loggedOut(state, wasOut);
    parts.onChange(state);
  }
  /** Notes what went wrong where it concerns the whole page. */
  function noteTrouble(trouble: Trouble): void {
    if (trouble.kind === "offline") set({ isOffline: true });
    if (trouble.kind === "signed-out") leave(state.session === "in");
  }
  /** @param what names the act: who tries it again after a lost answer does it once */
  async function sendOnce<T>(what: readonly unknown[], send: (key: string) => Promise<Answer<T>>): Promise<Answer<T>> {
    const name = JSON.stringify(what);
    const key = unanswered.get(name) ?? newKey();
    unanswered.set(name, key);
    const answer = await send(key);
    if (answer.ok || !isUndecided(answer.trouble)) unanswered.delete(name);
    return answer;
  }
  function heard<T>(answer: Answer<T>): answer is { ok: true; body: T } {
    if (answer.ok) {
      if (state.isOffline) set({ isOffline: false });
      return true;
    }
    noteTrouble(answer.trouble);
    return false;
  }
  /** Readings of each part that were begun, and the newest of those that have ended: what comes after a newer answer is dropped. */
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  /** Keeps what is shown while it is read again. */
  async function load<
    Name extends
      | "overview"
      | "usage"
      | "payments"
      | "charges"
      | "invoices"
      | "documents"
      | "sessions"
      | "tickets"
      | "wishes",
  >(name: Name, path: string): Promise<void> {
    if (state[name].state !== "here") set({ [name]: { state: "loading" } });
    const [during, at] = [visit, (begun.get(name) ?? 0) + 1];
    begun.set(name, at);
    const answer = await api.get<{ items?: unknown; days?: unknown }>(base() + path);
    if (during !== visit || at < (ended.get(name) ?? 0)) return;
    if (heard(answer)) {
      ended.set(name, at);
      const value = name === "overview" || name === "wishes" ? answer.body : (answer.body.items ?? answer.body.days);
      set({ [name]: { state: "here", value }, ...(name === "overview" ? { session: "in" } : {}) } as Partial<State>);
    } else if (state[name].state !== "here" && answer.ok === false && answer.trouble.kind !== "signed-out")
      set({ [name]: { state: "failed", trouble: answer.trouble } });
  }
  const loadPage = (page: PageName, isAgain: boolean) =>
    Promise.all(
      (pagesIn(state).includes(page) ? partsOf[page] : [])
        .filter((name) => isAgain || state[name].state !== "here")
        .map((name) => load(name, `/${name}`)),
    );
  async function loadLink(token: string): Promise<void> {
    if (state.link.state !== "here") set({ link: { state: "loading" } });
    const answer = await api.send<LinkView>("POST", "/pay/view", { token });
    // Another link was opened meanwhile.
    if (state.place.kind !== "pay" || state.place.token !== token) return;
    if (heard(answer)) {
      set({ link: { state: "here", value: answer.body } });
      if (parts.chosenLanguage === null && "provider" in answer.body) adopt(answer.body.provider.locale);
    } else if (state.link.state !== "here" && !answer.ok) set({ link: { state: "failed", trouble: answer.trouble } });
  }
  let isChosen = parts.chosenLanguage !== null;
  const adopt = (locale: string) => {
    if (!isChosen && !parts.isSpoken) set({ language: languageOf(locale) ?? "en" });
  };

  /** A form: one at a time, and what is refused is said in it. */
  async function act<T>(work: () => Promise<Answer<T>>, then: (body: T) => Promise<void> | void): Promise<void> {
    if (state.busy) return;
    const during = visit;
    set({ busy: true, refusal: null, renewedId: null });
    // A picture that this browser can't read, for example: nothing was sent.
    const answer = await work().catch((): Answer<T> => ({ ok: false, trouble: unreadable }));
    if (during !== visit) return;
    set({ busy: false });
    if (heard(answer)) return void (await then(answer.body));
    if (answer.ok === false && answer.trouble.kind !== "signed-out")
      set({ refusal: answer.trouble.kind === "refused" ? answer.trouble.text : "" });
  }

  const overview = (): Overview | null => (state.overview.state === "here" ? state.overview.value : null);
  const serviceOf = (subscriptionId: string | null): Service | null =>
    overview()?.services.find((one) => one.subscriptionId === subscriptionId) ?? null;
  const readOverview = () => load("overview", "/overview");
  /** The lists of money are read again when they are next looked at. */
  const stale = (): Partial<State> => ({
    payments: { state: "none" },
    charges: { state: "none" },
    invoices: { state: "none" },
    documents: { state: "none" },
  });

  /** Until it is paid and its service is on, or it failed; whoever closes the dialog stops it. */
  async function follow(read: () => Promise<Answer<Prompt>>, asked: Asked): Promise<void> {
    const mine = ++following;
    const isShown = () => mine === following && state.asked !== null;
    for (let polls = 0; isShown(); polls++) {
      await parts.wait(polls < quickPolls ? pollMs : slowPollMs);
      if (!isShown()) return;
      const answer = await read();
      if (!isShown()) return; // the next dialog is another payment's
      if (!heard(answer)) continue;
      const prompt = answer.body;
      if (prompt.state !== "paid") {
        set({ asked: { ...asked, prompt } });
        if (isOver(prompt)) return;
        continue;
      }
      if (state.place.kind === "pay") {
        await loadLink(state.place.token);
        if (!isShown()) return;
        return set({ asked: { ...asked, prompt, isDone: true } });
      }
      set({ asked: { ...asked, prompt } });
      await readOverview();
      if (!isShown()) return;
      const service = serviceOf(asked.subscriptionId);
      const isDone = service === null || (asked.paidUntilMs !== null && service.paidUntilMs > asked.paidUntilMs);
      if (!isDone) continue;
      set({ ...stale(), asked: { ...asked, prompt, isDone: true } });
      if (state.place.kind === "my") await loadPage(state.place.page, true);
      return;
    }
  }

  /** Asks a phone, or opens a page of the channel's own, and follows what becomes of it. */
  async function pay(
    how: { readonly phone?: string; readonly channelId?: string },
    amountCents: number | null,
  ): Promise<void> {
    const { dialog, place } = state;
    const onPage = how.channelId !== undefined;
    if (place.kind === "pay") {
      const { token } = place;
      const asked: Asked = { onPage, prompt: null, subscriptionId: null, paidUntilMs: null, isDone: false };
      const order = { token, ...how };
      await act(
        () => sendOnce(["link", order], (key) => api.send<Prompt>("POST", "/pay/prompts", { ...order, key })),
        (prompt) => {
          set({ asked: { ...asked, prompt } });
          void follow(() => api.send<Prompt>("POST", "/pay/prompts/view", { token, promptId: prompt.promptId }), asked);
        },
      );
      return;
    }
    if (dialog?.kind !== "pay") return;
    const { subscriptionId, invoiceId } = dialog;
    const asked: Asked = {
      onPage,
      prompt: null,
      subscriptionId,
      paidUntilMs: serviceOf(subscriptionId)?.paidUntilMs ?? null,
      isDone: false,
    };
    const what =
      invoiceId !== undefined
        ? { invoiceId }
        : subscriptionId === null
          ? { amountCents: amountCents ?? 0 }
          : { subscriptionId };
    const body = { ...what, ...how };
    await act(
      // Another sum, or another phone, is another request.
      () => sendOnce(["prompt", dialog.key, body], (key) => api.send<Prompt>("POST", `${base()}/prompts`, body, key)),
      (prompt) => {
        // Closed meanwhile: the phone rings all the same.
        if (state.dialog !== dialog) return;
        set({ asked: { ...asked, prompt } });
        if (!isOver(prompt)) void follow(() => api.get<Prompt>(`${base()}/prompts/${prompt.promptId}`), asked);
      },
    );
  }

  async function entered(): Promise<void> {
    set({ session: "unknown", logIn: { ...state.logIn, sentTo: null, wasOut: false }, refusal: null });
    await readOverview();
    if (state.place.kind === "my") await loadPage(state.place.page, true);
  }
  const change = (verb: string, subscriptionId: string, body: object, key?: string) =>
    api.send<Service>("POST", `${base()}/subscriptions/${subscriptionId}/${verb}`, body, key);
  const changed = async () => {
    set({ dialog: null, ...stale() });
    await readOverview();
  };

  /** In the ticket that is shown. */
  const write = (verb: "answer" | "pictures", body: object) => {
    const path = `${base()}/tickets/${state.ticket?.ticketId}/${verb}`;
    return sendOnce([path, body], (key) => api.send<Ticket>("POST", path, body, key));
  };
  const showTicket = async (ticket: Ticket) => {
    set({ ticket });
    await load("tickets", "/tickets");
  };

  return {
    get state() {
      return state;
    },
    async open() {
      if (state.place.kind === "nowhere") return parts.onChange(state);
      if (state.place.kind === "pay") return loadLink(state.place.token);
      set({ provider: { state: "loading" } });
      const answer = await api.get<Provider>(base());
      if (heard(answer)) {
        set({ provider: { state: "here", value: answer.body } });
        adopt(answer.body.locale);
        await readOverview();
        if (state.session === "in") await loadPage(state.place.page, false);
      } else if (answer.ok === false) {
        const isGone = answer.trouble.kind === "refused" && answer.trouble.code === "not-found";
        set({ provider: isGone ? { state: "here", value: null } : { state: "failed", trouble: answer.trouble } });
      }
    },
    async refresh() {
      if (state.place.kind === "pay") return loadLink(state.place.token);
      if (state.place.kind !== "my") return;
      if (state.provider.state !== "here") return this.open();
      if (state.session === "out") return;
      await readOverview();
      await loadPage(state.place.page, true);
    },
    async moveTo(place) {
      const isOther = place.kind === "pay" && !(state.place.kind === "pay" && state.place.token === place.token);
      const link = isOther ? ({ state: "none" } as const) : state.link;
      set({ place, link, dialog: null, ticket: null, asked: null, refusal: null, renewedId: null });
      if (place.kind === "my" && state.session === "in") await loadPage(place.page, false);
      if (place.kind === "pay") await loadLink(place.token);
    },
    speak(language) {
      isChosen = true;
      parts.remember(language);
      set({ language });
    },
    setWay: (way) => set({ logIn: { ...state.logIn, way, sentTo: null }, refusal: null }),
    sendCode: (phone) =>
      act(
        () => api.send<object>("POST", `${base()}/codes`, { phone }),
        () => set({ logIn: { ...state.logIn, sentTo: phone } }),
      ),
    forgetPhone: () => set({ logIn: { ...state.logIn, sentTo: null }, refusal: null }),
    enterCode: (code) =>
      act(() => api.send<object>("POST", `${base()}/sessions`, { phone: state.logIn.sentTo ?? "", code }), entered),
    enterPassword: (username, password) =>
      act(() => api.send<object>("POST", `${base()}/sessions`, { username, password }), entered),
    logOut: () =>
      act(
        () => api.send<undefined>("DELETE", `${base()}/sessions/this`),
        () => leave(false),
      ),
    endSession: (sessionId) =>
      act(
        () => api.send<undefined>("DELETE", `${base()}/sessions/${sessionId}`),
        () => load("sessions", "/sessions"),
      ),
    show(dialog) {
      following++;
      set({ dialog, asked: null, refusal: null, renewedId: null });
    },
    async choosePlan(planId) {
      const { dialog } = state;
      if (dialog?.kind !== "plan") return;
      await act(
        () =>
          api.get<{ cents: number }>(
            `${base()}/subscriptions/${dialog.subscriptionId}/plan-change?planId=${encodeURIComponent(planId)}`,
          ),
        ({ cents }) => {
          // Closed meanwhile, it stays so.
          if (state.dialog === dialog) set({ dialog: { ...dialog, key: newKey(), chosen: { planId, cents } } });
        },
      );
    },
    async payFromCredit() {
      const { dialog } = state;
      if (dialog?.kind !== "pay" || dialog.subscriptionId === null) return;
      const { subscriptionId } = dialog;
      const { dueCents: expectedCents = 0, paidUntilMs = 0 } = serviceOf(subscriptionId) ?? {};
      // Named by the end that it follows: in another dialog, too, that period is paid once.
      const what = ["renew", subscriptionId, paidUntilMs];
      await act(
        async () => {
          const order = { expectedCents, paidUntilMs };
          const answer = await sendOnce(what, (key) => change("renew", subscriptionId, order, key));
          // The page shows what is no longer so.
          if (!answer.ok && answer.trouble.kind === "refused" && staleCodes.includes(answer.trouble.code))
            await readOverview();
          return answer;
        },
        async () => {
          await changed();
          set({ renewedId: subscriptionId });
        },
      );
    },
    askPhone: (phone, amountCents) => pay(phone === null ? {} : { phone }, amountCents),
    openPage: (channelId, amountCents) => pay({ channelId }, amountCents),
    async promise(days) {
      const { dialog } = state;
      if (dialog?.kind === "promise") await act(() => change("promise", dialog.subscriptionId, { days }), changed);
    },
    async pause(days) {
      const { dialog } = state;
      if (dialog?.kind === "pause") await act(() => change("pause", dialog.subscriptionId, { days }), changed);
    },
    resume: (subscriptionId) => act(() => change("resume", subscriptionId, {}), changed),
    setRenewal: (subscriptionId, way) =>
      act(() => api.send<Service>("PATCH", `${base()}/subscriptions/${subscriptionId}`, way), changed),
    async changePlan() {
      const { dialog } = state;
      if (dialog?.kind !== "plan" || dialog.chosen === null) return;
      const { planId, cents: expectedCents } = dialog.chosen;
      await act(() => change("change-plan", dialog.subscriptionId, { planId, expectedCents }, dialog.key), changed);
    },
    openTicket: (asked) =>
      act(
        () => sendOnce(["ticket", asked], (key) => api.send<Ticket>("POST", `${base()}/tickets`, asked, key)),
        showTicket,
      ),
    async readTicket(ticketId) {
      if (ticketId === null) return set({ ticket: null, refusal: null });
      await act(
        () => api.get<Ticket>(`${base()}/tickets/${ticketId}`),
        (ticket) => set({ ticket }),
      );
    },
    answerTicket: (text) => act(() => write("answer", { text }), showTicket),
    addPicture: (photo) => act(async () => write("pictures", { file: await photoBase64(photo) }), showTicket),
    closeTicket: () =>
      act(() => api.send<Ticket>("POST", `${base()}/tickets/${state.ticket?.ticketId}/close`, {}), showTicket),
    wish: (wishes) =>
      act(
        () => api.send<Wishes>("PATCH", `${base()}/wishes`, wishes),
        (value) => set({ wishes: { state: "here", value } }),
      ),
  };
}
