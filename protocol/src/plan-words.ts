/** How a language says names that are no provider's own. English has none: it is what they are filed in. */
export interface PlanWords {
  /** `gigabytes` null: unlimited. */
  standard(gigabytes: string | null, span: "DAILY" | "WEEKLY" | "MONTHLY"): string;
  duration(count: string, unit: "minute" | "hour" | "day" | "week" | "month"): string;
}

const spans = { DAILY: "kwa siku", WEEKLY: "kwa wiki", MONTHLY: "kwa mwezi" };
const units = { minute: "Dakika", hour: "Saa", day: "Siku", week: "Wiki", month: "Miezi" };

export const swahiliPlans: PlanWords = {
  standard: (gigabytes, span) => `${gigabytes === null ? "Bila kikomo" : `GB ${gigabytes}`} ${spans[span]}`,
  duration: (count, unit) => `${count === "1" && unit === "month" ? "Mwezi" : units[unit]} ${count}`,
};

const frenchSpans = { DAILY: "par jour", WEEKLY: "par semaine", MONTHLY: "par mois" };
const frenchUnits = { minute: "minute", hour: "heure", day: "jour", week: "semaine", month: "mois" };

export const frenchPlans: PlanWords = {
  standard: (gigabytes, span) => `${gigabytes === null ? "Illimité" : `${gigabytes} Go`} ${frenchSpans[span]}`,
  duration: (count, unit) => `${count} ${frenchUnits[unit]}${Number(count) > 1 && unit !== "month" ? "s" : ""}`,
};
