import { appElement } from "../../components/app-element.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listRevoked, type RevokedRow } from "../../data/operations/restores.ts";
import { revokedList } from "./revoked-list.ts";

/** For those who manage people: only for them the page has this part, and asks the hub. */
class RevokedAgain extends appElement() {
  readonly #revoked = new ListController<RevokedRow>(this, { read: listRevoked, topics: [] });

  override render() {
    return revokedList(this.#revoked, this.app.zone);
  }
}
customElements.define("revoked-again", RevokedAgain);
