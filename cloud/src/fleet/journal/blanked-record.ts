/** SQL of a record's text as an erasure leaves it, by kind. A device that came by RADIUS alone is named by its MAC. @param raw the text as the site told it */
export const blankedRecord = (raw: string) => ({
  "cash-sale": `${raw} - 'phone'`,
  "device-bound": `${raw} || '{"mac": null, "device": null, "replaces": null}'`,
  "device-unbound": `${raw} || '{"device": null}'`,
});
