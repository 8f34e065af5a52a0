/** On pages of a worker who is on duty. */
import { OwnPosition } from "./own-position/own-position.ts";

customElements.define("own-position", OwnPosition);
