/**
 * What is credited for an outage, and the time that a customer has to pay on a bank's page, as the form writes them and reads them back: what nobody
 * changed is what it was, to the second. Pure.
 */
import type { Field, Values } from "../../components/action-form.ts";
import type { Settings } from "../../data/tenancy/settings.ts";
import { say } from "../../strings/strings.ts";

const megabyte = 1_000_000;
const usualOutageSecondsMax = 24 * 3600;

/** Enough for the page of a bank, and too little for more. */
const usualWindow = { seconds: 600, kbps: 512, dataBytes: 30 * megabyte, everySeconds: 7200, perDay: 50 };

export function outageCreditFields(credit: Settings["outageCredit"]): Field[] {
  return [
    {
      name: "outageMinMinutes",
      label: say("outageMinMinutes"),
      type: "number",
      min: 1,
      max: 1440,
      hint: say("outageMinHint"),
      value: credit === null ? null : credit.minSeconds / 60,
    },
    {
      name: "outageMaxHours",
      label: say("outageMaxHours"),
      type: "number",
      min: 1,
      max: 720,
      value: (credit?.maxSeconds ?? usualOutageSecondsMax) / 3600,
    },
  ];
}

/** Empty minutes: outages are not credited. */
export function outageCreditOf({ outageMinMinutes: minutes, outageMaxHours: hours }: Values): Settings["outageCredit"] {
  if (minutes == null || Number(minutes) === 0) return null;
  const minSeconds = Math.round(Number(minutes) * 60);
  const maxSeconds = hours == null ? usualOutageSecondsMax : Math.round(Number(hours) * 3600);
  return { minSeconds, maxSeconds: Math.max(minSeconds, maxSeconds) };
}

export function payWindowFields(payWindow: Settings["payWindow"]): Field[] {
  const usual = payWindow ?? usualWindow;
  return [
    {
      name: "payWindowMinutes",
      label: say("payWindowMinutes"),
      type: "number",
      min: 1,
      max: 30,
      hint: say("payWindowHint"),
      value: payWindow === null ? null : payWindow.seconds / 60,
    },
    {
      name: "payWindowMegabytes",
      label: say("payWindowMegabytes"),
      type: "number",
      min: 1,
      max: 200,
      value: usual.dataBytes / megabyte,
    },
    {
      name: "payWindowPerDay",
      label: say("payWindowPerDay"),
      type: "number",
      min: 1,
      max: 100_000,
      value: usual.perDay,
    },
  ];
}

export function windowOf(values: Values, before: Settings["payWindow"]): Settings["payWindow"] {
  const { payWindowMinutes: minutes, payWindowMegabytes: megabytes, payWindowPerDay: perDay } = values;
  if (minutes == null || Number(minutes) === 0) return null;
  const usual = before ?? usualWindow;
  return {
    ...usual,
    seconds: Math.round(Number(minutes) * 60),
    dataBytes: megabytes == null ? usual.dataBytes : Math.round(Number(megabytes) * megabyte),
    perDay: perDay == null ? usual.perDay : Number(perDay),
  };
}
