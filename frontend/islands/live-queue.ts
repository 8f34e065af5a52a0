/** On pages with a queue: says how many came since the page was made. */
import { LiveQueue } from "./live/live-queue.ts";

customElements.define("live-queue", LiveQueue);
