/** Pages of supervision: numbers that go on while the page is open. */
import { LiveParts } from "./live/live-parts.ts";

customElements.define("live-parts", LiveParts);
