/** Words of own domains, in English. */
export const enDomains = {
  ownDomains: "Own domains",
  ownDomainsWhy:
    "Customers find their page at a domain name of your own, with a certificate. First prove that the name is yours: add the TXT record below where you bought it. Then point the name here (CNAME, or the same address), and press Check.",
  ownDomain: "Domain",
  ownDomainHint: "For example wifi.example.com",
  addDomain: "Add domain",
  domainRecord: "TXT record: name",
  domainRecordValue: "TXT record: value",
  domainPointTo: "Point the name to",
  domainProvedAt: "Record last seen",
  domainShuts: "The record is missing. Without it the name stops working: {when}.",
  domainRemoveSure: "Customers will no longer find their page at {host}.",
  domainState_waiting: "Not proved yet",
  domainState_proved: "Works",
  domainState_lost: "Record missing",
  domainState_shut: "Shut",
  domainFound_proved: "The TXT record is there: the name is yours.",
  domainFound_no_record:
    "There is no TXT record of this name yet. New records take minutes, sometimes an hour: check the name for typing errors, wait, and try again.",
  domainFound_other_record:
    "There is a TXT record of this name, with another value. Copy the value from here, without quotation marks, and replace it.",
  domainFound_no_answer: "No name server of this domain answered. Is the domain paid for? Try again later.",
  domainFound_held_elsewhere:
    "The record is right, but another business has proved this name too, and its record is still there. Remove the other TXT record.",
  domainLeadsHere_yes: "The name points to this hub.",
  domainLeadsHere_no:
    "The name does not point to this hub. Set a CNAME to the name above. If a service such as Cloudflare is in front, this is as it should be.",
  domainLeadsHere_unknown: "It could not be found out where the name points.",
  subject_domains: "Domains",
  maintenance_own_domains: "Prove own domains",
};
