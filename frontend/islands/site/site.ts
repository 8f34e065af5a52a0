/** On every page: the look (CSS), htmx, and the small behaviours that make plain pages quicker. */
import "htmx.org";
import "./site.css";
import { askBeforeSubmit } from "./confirm.ts";
import { changeLookInPlace } from "./look.ts";
import { closeMenusOutside } from "./menus.ts";
import { listenForToasts } from "./toasts.ts";

askBeforeSubmit(document);
changeLookInPlace(document);
closeMenusOutside(document);
listenForToasts(document);
