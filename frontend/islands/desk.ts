/** On the pages of the desk: keys, and the case beside the list. */
import { DeskKeys } from "./desk/desk-keys.ts";
import { SplitView } from "./desk/split-view.ts";

customElements.define("split-view", SplitView);
customElements.define("desk-keys", DeskKeys);
