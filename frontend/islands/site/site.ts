/** On every page: the look (CSS) and the small behaviours that make plain pages quicker; htmx where a page asks. */
import "./site.css";
import { askBeforeSubmit } from "./confirm.ts";
import { changeLookInPlace } from "./look.ts";
import { LiveCount } from "../live/live-count.ts";
import { closeMenusOutside } from "./menus.ts";
import { showChosenPhotos } from "./photos.ts";
import { offerPosition } from "./locate.ts";
import { offerPrint } from "./printing.ts";
import { forgetAtSignOut } from "./signout.ts";
import { listenForToasts } from "./toasts.ts";

askBeforeSubmit(document);
changeLookInPlace(document);
closeMenusOutside(document);
listenForToasts(document);
customElements.define("live-count", LiveCount);
offerPosition(document, navigator.geolocation);
offerPrint(document);
showChosenPhotos(document);
forgetAtSignOut(document);
if (document.querySelector("[hx-get], [hx-post], [hx-boost]")) void import("htmx.org");
