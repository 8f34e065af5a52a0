/** On every worker page: what is written goes through the outbox, and the line that says how it stands. */
import { OutboxList } from "./work/list.ts";
import { takeForms } from "./work/forms.ts";
import { WorkState } from "./work/state.ts";

takeForms(document);
customElements.define("work-state", WorkState);
customElements.define("outbox-list", OutboxList);
