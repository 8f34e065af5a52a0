/** On the pages of the desk: keys, the case beside the list, the board, the telephone form. */
import { DeskKeys } from "./desk/desk-keys.ts";
import { MoveBoard } from "./desk/move-board.ts";
import { PhoneDesk } from "./desk/phone-desk.ts";
import { SplitView } from "./desk/split-view.ts";

customElements.define("split-view", SplitView);
customElements.define("move-board", MoveBoard);
customElements.define("phone-desk", PhoneDesk);
customElements.define("desk-keys", DeskKeys);
