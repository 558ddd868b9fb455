/**
 * Loads every part that an agent loads when it is first asked for, for who runs agents in a time of its own: the lab's clock must not wait for a
 * disk. The program itself never imports this.
 */
import "../doctor/findings.ts";
import "../portal-server/brand/branded-files.ts";
import "../portal-server/brand/terms-page.ts";
import "../portal-server/devices/devices-page.ts";
import "../portal-server/free/pay-page.ts";
import "../portal-server/free/trial-page.ts";
import "../portal-server/installer/framed-status.ts";
import "../portal-server/own/own-page.ts";
import "../portal-server/plain/plain-page.ts";
import "../portal-server/sell/selling.ts";
import "../radius/radsec/radsec-server.ts";
import "../router-control/router-requests.ts";
import "../routeros/inspect-upkeep.ts";
import "../routeros/read-inbox.ts";
import "../sim-inbox/inbox-policy.ts";
import "../takeover/takeover-requests.ts";
import "./site-metrics.ts";
import "./status-items.ts";
