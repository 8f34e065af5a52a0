/** The command screen; the map's script follows only where one can be drawn. */
import "maplibre-gl/dist/maplibre-gl.css";
import "./command/command.css";
import { CommandScreen } from "./command/command-screen.ts";

customElements.define("command-screen", CommandScreen);
